import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError } from "../../../src/data/errors.ts";
import { assignGroups } from "../../../src/data/splitting/assign-groups.ts";
import { SPLIT_PARTS, type SplitPart } from "../../../src/data/splitting/parts.ts";
import { split } from "../../../src/data/splitting/split.ts";
import { partByHash, splitStream } from "../../../src/data/splitting/split-stream.ts";

interface Row {
  readonly id: number;
  readonly group: string;
  readonly stratum?: string;
}

const records = fc
  .array(
    fc.record({ group: fc.integer({ min: 0, max: 30 }), stratum: fc.constantFrom("easy", "hard", "rare") }),
    {
      minLength: 40,
      maxLength: 200,
    },
  )
  .filter((rows) => new Set(rows.map(({ group }) => group)).size >= 3)
  .map((rows) => rows.map(({ group, stratum }, id): Row => ({ id, group: `customer ${group}`, stratum })));

const shares = fc
  .record({ validation: fc.integer({ min: 0, max: 30 }), evaluation: fc.integer({ min: 0, max: 60 }) })
  .map(({ validation, evaluation }) => ({ validation: validation / 100, evaluation: evaluation / 100 }));

const rows = (count: number, perGroup: number, stratum?: (group: number) => string): Row[] =>
  Array.from({ length: count }, (_, id) => {
    const group = Math.floor(id / perGroup);
    return { id, group: `g${group}`, ...(stratum ? { stratum: stratum(group) } : {}) };
  });

const ids = (list: readonly Row[]) => list.map(({ id }) => id).sort((a, b) => a - b);

describe("a split", () => {
  test("has each record once, and each group in one part", () => {
    fc.assert(
      fc.property(records, shares, fc.integer(), (given, shares, seed) => {
        const parts = split(given, { seed, shares });
        expect(ids(SPLIT_PARTS.flatMap((part) => parts[part]))).toEqual(ids(given));
        for (const part of SPLIT_PARTS) {
          for (const { group } of parts[part]) expect(parts.partOf(group)).toBe(part);
        }
        expect(parts.partOf("nobody")).toBeUndefined();
      }),
      { seed: 1 },
    );
  });

  test("depends on the seed and the groups, not on the order of the records", () => {
    const shuffled = records.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
    );
    fc.assert(
      fc.property(shuffled, shares, ([given, other], shares) => {
        const [one, two] = [split(given, { shares }), split(other, { shares })];
        for (const part of SPLIT_PARTS) expect(ids(one[part])).toEqual(ids(two[part]));
      }),
      { seed: 2 },
    );
    const given = rows(300, 3);
    const evaluation = (seed: number) => ids(split(given, { seed, shares: { evaluation: 0.3 } }).evaluation);
    expect(evaluation(1)).toEqual(evaluation(1));
    expect(evaluation(1)).not.toEqual(evaluation(2));
  });

  test("has the shares that were asked for, up to a group, and no empty part", () => {
    fc.assert(
      fc.property(records, shares, (given, shares) => {
        const { report } = split(given, { shares });
        const sizes = new Map<string, number>();
        for (const { group } of given) sizes.set(group, (sizes.get(group) ?? 0) + 1);
        const largest = Math.max(...sizes.values());
        for (const part of ["validation", "evaluation"] as const) {
          const off = Math.abs(report.records[part] - shares[part] * given.length);
          expect(off).toBeLessThanOrEqual(largest + 1e-9);
          if (shares[part] > 0) expect(report.groups[part]).toBeGreaterThan(0);
          else expect(report.groups[part]).toBe(0);
        }
        expect(report.groups.training).toBeGreaterThan(0);
        expect(SPLIT_PARTS.reduce((sum, part) => sum + report.shares[part], 0)).toBeCloseTo(1, 9);
      }),
      { seed: 3 },
    );
  });

  test("has the shares in each stratum", () => {
    const given = rows(4_000, 4, (group) => (group % 4 === 0 ? "hard" : "easy"));
    const { report } = split(given, { shares: { validation: 0.1, evaluation: 0.2 } });
    expect(report.strata).toEqual([
      { stratum: "easy", training: 2_100, validation: 300, evaluation: 600 },
      { stratum: "hard", training: 700, validation: 100, evaluation: 200 },
    ]);
    expect(report.records).toEqual({ training: 2_800, validation: 400, evaluation: 800 });
    expect(report.groups).toEqual({ training: 700, validation: 100, evaluation: 200 });
    expect(report.shares).toEqual({ training: 0.7, validation: 0.1, evaluation: 0.2 });
  });

  test("has its shares in all where each stratum has too few groups for them", () => {
    const given = rows(300, 1, (group) => `stratum ${group % 100}`);
    const { report } = split(given, { shares: { validation: 0.1, evaluation: 0.1 } });
    expect(report.records).toEqual({ training: 240, validation: 30, evaluation: 30 });
  });

  test("counts a group whose records are of several strata to the one that most of them have", () => {
    const parts = assignGroups(
      [
        { group: "a", records: 1 },
        { group: "b", records: 1 },
      ],
      { shares: { evaluation: 0.5 } },
    );
    expect([...parts.values()].sort()).toEqual(["evaluation", "training"]);
    const given = [...rows(40, 4, () => "x"), { id: 40, group: "g3", stratum: "y" }];
    const { report } = split(given, { shares: { evaluation: 0.2 } });
    expect(report.strata.map(({ stratum }) => stratum)).toEqual(["x", "y"]);
    expect(report.groups).toEqual({ training: 8, validation: 0, evaluation: 2 });
  });

  test("changes little when records are added", () => {
    const options = { shares: { validation: 0.1, evaluation: 0.2 } };
    const before = split(rows(1_000, 2), options);
    const after = split(rows(1_100, 2), options);
    const changed = Array.from({ length: 500 }, (_, i) => `g${i}`).filter(
      (group) => before.partOf(group) !== after.partOf(group),
    );
    // By chance alone it would be some 230 of the 500 groups.
    expect(changed.length).toBeLessThan(25);
  });

  test("takes the keys of the records from where they are", () => {
    const calls = Array.from({ length: 20 }, (_, i) => ({
      customer: `c${i % 5}`,
      stage: i % 2 ? "open" : "won",
    }));
    const { report } = split(calls, {
      shares: { evaluation: 0.2 },
      group: ({ customer }) => customer,
      stratum: ({ stage }) => stage,
    });
    expect(report.groups).toEqual({ training: 4, validation: 0, evaluation: 1 });
    expect(report.strata.map(({ stratum }) => stratum)).toEqual(["open", "won"]);
  });

  test.each([
    [{ evaluation: 1 }, "shares.evaluation"],
    [{ validation: -0.1 }, "shares.validation"],
    [{ validation: Number.NaN }, "shares.validation"],
    [{ validation: 0.5, evaluation: 0.5 }, "shares"],
  ])("can't have the shares %j", (shares, field) => {
    const expected = expect.objectContaining({ name: "DataError", code: "invalid_option", field });
    expect(() => split(rows(10, 1), { shares })).toThrow(expected);
    expect(() => splitStream(rows(10, 1), { shares })).toThrow(expected);
  });

  test("needs a group for each part, a whole seed, and a group of each record", () => {
    const shares = { validation: 0.1, evaluation: 0.1 };
    expect(() => split(rows(10, 5), { shares })).toThrow(
      "2 groups can't be split into training, validation, evaluation",
    );
    expect(() => split([], { shares })).toThrow(DataError);
    expect(split(rows(3, 1), { shares }).report.groups).toEqual({
      training: 1,
      validation: 1,
      evaluation: 1,
    });
    expect(() => split(rows(10, 1), { shares, seed: 1.5 })).toThrow(
      expect.objectContaining({ field: "seed" }),
    );
    const place = { file: "calls.jsonl", row: 2, line: 3, byteOffset: 90 };
    expect(() => split([...rows(10, 1), { id: 11, place }], { shares })).toThrow(
      expect.objectContaining({
        code: "invalid_row",
        field: "group",
        file: "calls.jsonl",
        line: 3,
      }),
    );
    expect(() => split([...rows(10, 1), { id: 11, group: "" }], { shares })).toThrow("record 11");
  });
});

describe("a split of a stream", () => {
  test("puts a group where its hash says, whatever else there is", async () => {
    const options = { seed: 5, shares: { validation: 0.1, evaluation: 0.2 } };
    const partOf = partByHash(options);
    const given = rows(6_000, 3, (group) => (group % 2 ? "odd" : "even"));
    const parts = splitStream(given, options);
    const seen: Row[] = [];
    for await (const { part, record } of parts) {
      expect(part).toBe(partOf(record.group));
      seen.push(record);
    }
    expect(seen).toEqual(given);
    const { records, shares, strata } = parts.report();
    expect(records.training + records.validation + records.evaluation).toBe(6_000);
    // 2,000 groups: three standard errors.
    expect(Math.abs(shares.evaluation - 0.2)).toBeLessThan(0.027);
    expect(Math.abs(shares.validation - 0.1)).toBeLessThan(0.021);
    expect(strata.map(({ stratum }) => stratum)).toEqual(["even", "odd"]);
    expect(strata.reduce((sum, row) => sum + row.evaluation, 0)).toBe(records.evaluation);
  });

  test("agrees with the split in memory about nearly all groups", () => {
    const options = { seed: 3, shares: { validation: 0.1, evaluation: 0.1 } };
    const exact = split(rows(2_000, 1), options);
    const partOf = partByHash(options);
    const differing = rows(2_000, 1).filter(({ group }) => exact.partOf(group) !== partOf(group));
    expect(differing.length).toBeLessThan(120);
  });

  test("ends with the signal's reason, and at a record without a group", async () => {
    const shares = { evaluation: 0.5 };
    const drain = async (parts: AsyncIterable<{ part: SplitPart }>) => {
      for await (const _ of parts) {
        // Only the end matters.
      }
    };
    const reason = new Error("enough");
    await expect(drain(splitStream(rows(2, 1), { shares, signal: AbortSignal.abort(reason) }))).rejects.toBe(
      reason,
    );
    await expect(drain(splitStream([{}], { shares }))).rejects.toThrow(DataError);
  });
});
