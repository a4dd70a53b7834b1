import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compare,
  formatComparison,
  gate,
  type ItemResult,
  type ModelResult,
  type Score,
  scored,
  unparsed,
} from "../../src/evals.ts";
import { answerOf } from "./samples.ts";

/** A number is a score; `?` can't be judged, `!` failed, and `-` isn't for the scorer. */
type Told = number | "?" | "!" | "-";

interface Row {
  readonly id: string;
  readonly told: Told;
  readonly group?: string;
  readonly slices?: Readonly<Record<string, string>>;
}

function resultOf(model: string, rows: readonly Row[], hash = "a".repeat(64)): ModelResult {
  const score = (told: Told): Record<string, Score> =>
    typeof told === "number" ? { right: scored(told) } : told === "?" ? { right: unparsed("?") } : {};
  const items = rows.map(({ id, told, group, slices }): [string, ItemResult] => {
    const place = { ...(group === undefined ? {} : { group }), ...(slices === undefined ? {} : { slices }) };
    return told === "!"
      ? [id, { ...place, status: "failed", failure: { kind: "RateLimitError", message: "slow down" } }]
      : [id, { ...place, status: "answered", answer: answerOf("x"), scores: score(told) }];
  });
  return {
    suite: { name: "deadlines", hash },
    model,
    primary: "right",
    sampling: { temperature: 0, maxCompletionTokens: 9 },
    n: rows.length,
    failed: rows.filter(({ told }) => told === "!").length,
    // What comparing takes from here is the scorers' names: the rest follows from the items.
    scores: { right: { n: 0, mean: null, unparsed: 0, interval: null, groups: 0 } },
    slices: {},
    latency: { p50: 10, p95: 20 },
    timeToFirstToken: null,
    tokens: { prompt: 1, completion: 1, total: 2, answersWithoutUsage: 0 },
    cost: null,
    reused: 0,
    unreadableLines: 0,
    items: Object.fromEntries(items),
  };
}

const rows = (values: readonly Told[], more: (index: number) => Partial<Row> = () => ({})) =>
  values.map((told, index): Row => ({ id: `i${index}`, told, ...more(index) }));

function rightOf(base: readonly Row[], custom: readonly Row[]) {
  const { right } = compare(resultOf("base", base), resultOf("custom", custom)).scores;
  if (!right) throw new Error("no such scorer");
  return right;
}

describe("compare", () => {
  test("the paired difference, by hand", () => {
    const right = rightOf(rows([0, 0.5, 1, 0, 0, 1]), rows([1, 1, 1, 0, 1, 0]));
    expect(right).toMatchObject({ n: 6, groups: 6, wins: 3, losses: 1, ties: 2 });
    expect(right.base).toBeCloseTo(2.5 / 6, 12);
    expect(right.custom).toBeCloseTo(4 / 6, 12);
    expect(right.difference).toBeCloseTo(1.5 / 6, 12);
    expect(right.excludesZero).toBe(false);
  });

  test("its interval is as narrow as the pairs agree, however far the items are apart", () => {
    const base = rows(Array.from({ length: 60 }, (_, index) => (index % 2) * 0.8));
    const custom = base.map((row): Row => ({ ...row, told: Number(row.told) + 0.1 }));
    const { interval, excludesZero } = rightOf(base, custom);
    expect(interval?.[0]).toBeCloseTo(0.1, 9);
    expect(interval?.[1]).toBeCloseTo(0.1, 9);
    expect(excludesZero).toBe(true);
  });

  test("it agrees with the standard error of paired differences", () => {
    const told = (index: number) => (index % 10 < 4 ? 1 : 0);
    const base = rows(Array.from({ length: 500 }, () => 0));
    const custom = rows(Array.from({ length: 500 }, (_, index) => told(index)));
    const error = 1.959964 * Math.sqrt((0.4 * 0.6) / 500);
    const { interval } = rightOf(base, custom);
    expect(Math.abs((interval?.[0] ?? 0) - (0.4 - error))).toBeLessThan(0.008);
    expect(Math.abs((interval?.[1] ?? 0) - (0.4 + error))).toBeLessThan(0.008);
  });

  test("items are joined by id, never by row, and the missing are named", () => {
    const base = rows([0, 1, 0, 1]);
    const custom = [...rows([1, 1, 0, 0])].reverse().filter(({ id }) => id !== "i2");
    const comparison = compare(
      resultOf("base", base),
      resultOf("custom", [...custom, { id: "new", told: 1 }]),
    );
    expect(comparison.n).toBe(3);
    expect(comparison.missing).toEqual({ base: ["new"], custom: ["i2"] });
    expect(comparison.scores.right).toMatchObject({ n: 3, wins: 1, losses: 1, ties: 1, difference: 0 });
  });

  test("groups are drawn together, so few groups make it wide", () => {
    const base = rows(
      Array.from({ length: 60 }, () => 0),
      (index) => ({ group: `g${index % 6}` }),
    );
    const custom = rows(
      Array.from({ length: 60 }, (_, index) => Number(index % 6 < 3)),
      (index) => ({
        group: `g${index % 6}`,
      }),
    );
    const right = rightOf(base, custom);
    const free = rightOf(
      base.map(({ id, told }) => ({ id, told })),
      custom.map(({ id, told }) => ({ id, told })),
    );
    expect(right.groups).toBe(6);
    const width = (bounds: typeof right.interval) => (bounds ? bounds[1] - bounds[0] : 0);
    expect(width(right.interval)).toBeGreaterThan(2 * width(free.interval));
  });

  test("what can't be judged is in no difference; of no use; or the worst that it can be", () => {
    const right = rightOf(rows([0, 0, "?", 1, "?", 0.5]), rows([1, "?", 1, 1, "?", 0.5]));
    expect(right).toMatchObject({ n: 3, wins: 1, ties: 2, base: 0.5 });
    expect(right.difference).toBeCloseTo(1 / 3, 12);
    expect(right.unparsed).toEqual({
      base: { count: 2, share: 2 / 6 },
      custom: { count: 1 + 1, share: 2 / 6 },
    });
    // 1, 0, 1, 0, 0, 0 and 1, 0, 0, 0, −1, 0.
    expect(right.strict).toMatchObject({ n: 6, difference: 2 / 6 });
    expect(right.pessimistic).toMatchObject({ n: 6, difference: 0 });
  });

  test("what failed is in no difference but the worst, and named", () => {
    const comparison = compare(resultOf("b", rows([0, "!", 0, "!"])), resultOf("c", rows([1, 1, "!", "!"])));
    expect(comparison.failed).toEqual({ base: ["i1", "i3"], custom: ["i2", "i3"] });
    const right = comparison.scores.right;
    expect(right).toMatchObject({
      n: 1,
      difference: 1,
      strict: { n: 1 },
      unparsed: { custom: { count: 0, share: 0 } },
    });
    // 1, 0, 0; where both failed there is nothing to say.
    expect(right?.pessimistic).toMatchObject({ n: 3, difference: 1 / 3 });
  });

  test("items that a scorer isn't for aren't among its pairs", () => {
    expect(rightOf(rows([0, "-"]), rows([1, "-"]))).toMatchObject({ n: 1, pessimistic: { n: 1 } });
  });

  test("by slice, the same as of the slice's items alone", () => {
    const more = (index: number) => ({ slices: { difficulty: index < 7 ? "easy" : "hard" } });
    const base = rows([0, 1, 0, 0, 0, 0, 0, 1, 1], more);
    const custom = rows([1, 1, 1, 0, 1, 1, 1, 0, 1], more);
    const { slices } = compare(resultOf("b", base), resultOf("c", custom));
    expect(slices.difficulty?.easy?.scores.right).toEqual(rightOf(base.slice(0, 7), custom.slice(0, 7)));
    expect(slices.difficulty?.hard).toMatchObject({ n: 2, scores: { right: { losses: 1, ties: 1 } } });
  });

  test("five groups exclude nothing, even where all agree; six do", () => {
    expect(rightOf(rows([0, 0, 0, 0, 0]), rows([1, 1, 1, 1, 1]))).toMatchObject({
      excludesZero: false,
      groups: 5,
    });
    expect(rightOf(rows([0, 0, 0, 0, 0, 0]), rows([1, 1, 1, 1, 1, 1]))).toMatchObject({ excludesZero: true });
    expect(rightOf(rows([1, 1, 1, 1, 1, 1]), rows([0, 0, 0, 0, 0, 0]))).toMatchObject({ excludesZero: true });
  });

  test("of no resamples there is no interval, and so no comparison", () => {
    const [base, custom] = [resultOf("base", rows([0, 1])), resultOf("custom", rows([1, 1]))];
    for (const resamples of [0, -1, 1.5, Number.NaN]) {
      expect(() => compare(base, custom, { resamples })).toThrow(
        expect.objectContaining({ code: "invalid_option", field: "resamples" }),
      );
    }
  });

  test("other suites and scores that are none are refused", () => {
    const other = resultOf("custom", rows([1]), "b".repeat(64));
    expect(() => compare(resultOf("base", rows([1])), other)).toThrow(
      expect.objectContaining({ code: "different_suites" }),
    );
    const broken = resultOf("custom", rows([1]));
    const item: ItemResult = {
      status: "answered",
      answer: answerOf("x"),
      scores: { right: { kind: "scored", value: Number.NaN } },
    };
    expect(() => compare(resultOf("base", rows([1])), { ...broken, items: { i0: item } })).toThrow(
      expect.objectContaining({ code: "invalid_result", item: "i0" }),
    );
  });

  test("whatever comes, no number is NaN, all is JSON, and turned round it is the other way round", () => {
    const told = fc.constantFrom<Told>(0, 0.25, 1, "?", "!", "-");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(told, told, fc.constantFrom("a", "b", undefined)), { maxLength: 12 }),
        (all) => {
          const side = (which: 0 | 1) =>
            rows(
              all.map((row) => row[which]),
              (index) => {
                const group = all[index]?.[2];
                return group === undefined ? {} : { group };
              },
            );
          const [base, custom] = [resultOf("b", side(0)), resultOf("c", side(1))];
          const comparison = compare(base, custom, { resamples: 50 });
          expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
          const forth = comparison.scores.right;
          const back = compare(custom, base, { resamples: 50 }).scores.right;
          expect(forth).toMatchObject({
            wins: back?.losses,
            losses: back?.wins,
            ties: back?.ties,
            n: back?.n,
          });
          expect((forth?.difference ?? 0) + (back?.difference ?? 0)).toBeCloseTo(0, 12);
          const sum = (part: { n: number; difference: number | null } | undefined) =>
            (part?.difference ?? 0) * (part?.n ?? 0);
          expect(sum(forth?.pessimistic)).toBeLessThanOrEqual(sum(forth?.strict) + 1e-9);
          const verdict = gate(comparison);
          expect(verdict.passed).toBe(verdict.reasons.length === 0);
        },
      ),
    );
  });
});

describe("gate", () => {
  const better = () =>
    compare(resultOf("base", rows(Array(20).fill(0))), resultOf("custom", rows(Array(20).fill(1))));

  test("passes on evidence, and keeps it", () => {
    const verdict = gate(better(), { minimum: 0.5, guards: [{ scorer: "right", margin: 0 }] });
    expect(verdict).toEqual({
      passed: true,
      reasons: [],
      suite: { name: "deadlines", hash: "a".repeat(64) },
      base: "base",
      custom: "custom",
      scorer: "right",
      basis: "parsed",
      minimum: 0.5,
      n: 20,
      difference: 1,
      interval: [1, 1],
      unparsed: { base: 0, custom: 0 },
    });
  });

  test.each<[string, readonly Told[], readonly Told[], Parameters<typeof gate>[1], RegExp]>([
    ["no difference", Array(20).fill(1), Array(20).fill(1), {}, /isn't surely above \+0.000/],
    [
      "too small a difference",
      Array(20).fill(0),
      Array(20).fill(0.1),
      { minimum: 0.1 },
      /isn't surely above \+0.100/,
    ],
    ["too few groups", Array(5).fill(0), Array(5).fill(1), {}, /needs 6/],
    [
      "unparsed answers of the custom model",
      Array(20).fill(0),
      [...Array(17).fill(1), "?", "?", "?"],
      {},
      /15.0 % .* unparsed/,
    ],
    ["a base that is mostly unparsed", Array(20).fill("?"), Array(20).fill(1), {}, /basis: "strict"/],
    ["failed requests", [...Array(19).fill(0), "!"], Array(20).fill(1), {}, /1 items got no answer/],
    ["nothing", [], [], {}, /needs 6/],
  ])("%s doesn't pass", (_, base, custom, options, reason) => {
    const verdict = gate(compare(resultOf("b", rows(base)), resultOf("c", rows(custom))), options);
    expect(verdict.passed).toBe(false);
    expect(verdict.reasons.join("\n")).toMatch(reason);
  });

  test("a base without the form of the answer may be beaten strictly, but not at the worst", () => {
    const comparison = compare(
      resultOf("b", rows(Array(20).fill("?"))),
      resultOf("c", rows(Array(20).fill(1))),
    );
    expect(gate(comparison, { basis: "strict" })).toMatchObject({
      passed: true,
      difference: 1,
      unparsed: { base: 1 },
    });
    expect(gate(comparison, { basis: "pessimistic" })).toMatchObject({ passed: false, difference: 0 });
  });

  test("a guard on a slice holds it there", () => {
    const more = (index: number) => ({ slices: { language: index < 10 ? "de" : "en" } });
    const comparison = compare(
      resultOf("b", rows([...Array(10).fill(0.2), ...Array(30).fill(0)], more)),
      resultOf("c", rows([...Array(10).fill(0.1), ...Array(30).fill(1)], more)),
    );
    const guard = { scorer: "right", slice: { name: "language", value: "de" } };
    expect(gate(comparison).passed).toBe(true);
    expect(gate(comparison, { guards: [{ ...guard, margin: 0.2 }] }).passed).toBe(true);
    expect(gate(comparison, { guards: [{ ...guard, margin: 0.05 }] }).reasons.join()).toMatch(
      /Guard right \(language: de\)/,
    );
  });

  test("a guard is kept by a model that is as good everywhere, and broken by one that may be worse", () => {
    const same = compare(resultOf("b", rows(Array(20).fill(1))), resultOf("c", rows(Array(20).fill(1))));
    const guards = [{ scorer: "right", margin: 0 }];
    // Better in what decides it isn't, and nothing else stands against it.
    expect(gate(same, { guards }).reasons).toEqual([expect.stringMatching(/^right: .*above \+0.000/)]);
    const worse = [0.9, ...Array(19).fill(1)];
    const mixed = compare(resultOf("b", rows(Array(20).fill(1))), resultOf("c", rows(worse)));
    expect(gate(mixed, { guards }).reasons.join()).toMatch(/Guard right/);
  });

  test("a guard isn't kept by answers that it can't judge", () => {
    const [none, some] = [Array<Told>(20).fill(0), [...Array<Told>(12).fill(1), ...Array<Told>(8).fill("?")]];
    const guards = [{ scorer: "right", margin: 0 }];
    const lost = compare(resultOf("b", rows(none)), resultOf("c", rows(some)));
    expect(gate(lost, { guards }).reasons.join("\n")).toMatch(/Guard right: 40.0 % .* 0.0 % of the base/);
    expect(gate(lost, { guards, maxUnparsed: 0.4 }).passed).toBe(true);
    const always = compare(
      resultOf("b", rows([...Array(12).fill(0), ...Array(8).fill("?")])),
      resultOf("c", rows(some)),
    );
    expect(gate(always, { guards }).reasons.join("\n")).not.toMatch(/Guard/);
  });

  test("items of one result alone don't pass", () => {
    const comparison = compare(
      resultOf("b", rows(Array(20).fill(0))),
      resultOf("c", rows(Array(19).fill(1))),
    );
    expect(gate(comparison).reasons.join()).toMatch(/1 items are in one result alone/);
  });

  test("limits that can't be, and guards of what isn't there", () => {
    for (const options of [
      { minimum: Number.NaN },
      { maxUnparsed: 2 },
      { guards: [{ scorer: "other", margin: 0 }] },
      { guards: [{ scorer: "right", margin: -1 }] },
      { guards: [{ scorer: "right", slice: { name: "x", value: "y" }, margin: 0 }] },
    ]) {
      expect(() => gate(better(), options)).toThrow(expect.objectContaining({ code: "invalid_option" }));
    }
  });
});

describe("formatComparison", () => {
  const more = (index: number) => ({ slices: { difficulty: index < 10 ? "easy" : "hard" } });

  test("a table for a terminal", () => {
    const base = resultOf("photon-nano", rows([...Array(19).fill(0), "?"], more));
    const custom = resultOf("ft:claims\u001b[31m", rows(Array(20).fill(1), more));
    expect(formatComparison(compare(base, custom))).toBe(
      [
        "deadlines (aaaaaaaaaaaa): ft:claims\ufffd[31m against photon-nano",
        "20 items in both, 0 failed of the base, 0 of the custom model",
        "",
        "scorer            base  custom  difference      95 % interval   n  won/lost/tied  unparsed",
        "right (primary)  0.000   1.000      +1.000  +1.000 … +1.000 *  19         19/0/0     1 → 0",
        "",
        "right by difficulty   base  custom  difference      95 % interval   n  won/lost/tied  unparsed",
        "easy                 0.000   1.000      +1.000  +1.000 … +1.000 *  10         10/0/0     0 → 0",
        "hard                 0.000   1.000      +1.000  +1.000 … +1.000 *   9          9/0/0     1 → 0",
        "",
        "model   latency p50    p95  first token p50  p95  tokens  cost",
        "base          10 ms  20 ms                –    –       2     –",
        "custom        10 ms  20 ms                –    –       2     –",
        "",
      ].join("\n"),
    );
  });

  test("without a pair there are dashes, and no NaN", () => {
    const text = formatComparison(compare(resultOf("b", rows(["?"])), resultOf("c", rows([1]))));
    expect(text).toContain("–");
    expect(text).not.toContain("NaN");
  });
});
