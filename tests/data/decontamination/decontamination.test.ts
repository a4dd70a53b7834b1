import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decontaminate } from "../../../src/data/decontamination/decontaminate.ts";
import { createDecontaminator } from "../../../src/data/decontamination/decontaminator.ts";
import { textsOfRow } from "../../../src/data/decontamination/row-texts.ts";
import { DataError } from "../../../src/data/errors.ts";
import type { DataRecord } from "../../../src/data/record.ts";
import { createTextSource } from "../generated-text.ts";

/** `n` words that occur nowhere else. */
const words = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => `${prefix}${i}`).join(" ");

describe("an overlap", () => {
  test("is 13 words in a row, wherever they are, and says where", () => {
    const decontaminator = createDecontaminator([
      { id: "other", texts: [words("z", 40)] },
      { id: "claims-7", texts: [words("q", 30), words("a", 30)] },
    ]);
    const match = "a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15";
    const said = `${words("x", 20)} — ${match.toUpperCase().replaceAll(" ", ", ")}; ${words("y", 20)}`;
    const item = words("a", 30);
    expect(decontaminator.overlaps(["Hello!", said])).toEqual([
      {
        rule: "long-match",
        verdict: "drop",
        itemId: "claims-7",
        words: 13,
        share: 13 / 60,
        span: { text: 1, start: said.indexOf("A3"), end: said.indexOf("; y") },
        itemSpan: { text: 1, start: item.indexOf("a3"), end: item.indexOf(" a16") },
        overlappingText: match.toUpperCase().replaceAll(" ", ", "),
      },
    ]);
    expect(decontaminator.overlaps([said.replace("A9", "other")])).toEqual([]);
    expect(decontaminator.overlaps([match.slice(0, -4)])).toEqual([]);
  });

  test("is a whole question of 8 to 12 words, but not a whole answer", () => {
    const decontaminator = createDecontaminator([{ id: "q", texts: [words("q", 8), words("a", 9)] }]);
    expect(decontaminator.overlaps([`x ${words("q", 8)} y`])).toMatchObject([
      { rule: "whole-question", verdict: "drop", words: 8, share: 1 },
    ]);
    expect(decontaminator.overlaps([words("q", 7)])).toEqual([]);
    // More than half of all the words.
    expect(decontaminator.overlaps([words("a", 9)])).toMatchObject([
      { rule: "shared-ngrams", verdict: "review" },
    ]);
  });

  test("is half of an item's words in runs of 8, to review", () => {
    const part = (from: number, to: number) => words("q", to).split(" ").slice(from).join(" ");
    const decontaminator = createDecontaminator([{ id: "q", texts: [words("q", 24), words("a", 60)] }]);
    expect(decontaminator.overlaps([part(0, 12)])).toMatchObject([
      { rule: "shared-ngrams", verdict: "review", words: 12, share: 0.5, overlappingText: part(0, 12) },
    ]);
    expect(decontaminator.overlaps([part(0, 11)])).toEqual([]);
    // What overlaps counts once; runs of 7 words aren't seen.
    expect(decontaminator.overlaps([`${part(0, 10)} / ${part(1, 11)}`, part(17, 24)])).toEqual([]);
    expect(decontaminator.overlaps([part(0, 8), part(10, 18), part(16, 24)])).toMatchObject([
      { verdict: "review", words: 8, share: 22 / 24 },
    ]);
    // Twelve of the answer's 60 words.
    expect(decontaminator.overlaps([words("a", 12)])).toEqual([]);
  });

  test("is a short question with its answer, or alone if it has none", () => {
    const decontaminator = createDecontaminator([
      { id: "sum", texts: ["What is 17 + 25?", "42", "Forty-two."] },
      { id: "capital", texts: ["", "Name the capital of Peru."] },
      { id: "long answer", texts: ["Why?", words("a", 20)] },
    ]);
    const rules = (...texts: string[]) =>
      decontaminator.overlaps(texts).map(({ rule, itemId }) => [rule, itemId]);
    expect(rules("what is 17 25", "forty two")).toEqual([["short-item", "sum"]]);
    expect(rules("what is 17 25", "43")).toEqual([]);
    expect(rules("what is 17 25 and 42")).toEqual([]);
    expect(rules("NAME THE CAPITAL OF PERU", "I won't")).toEqual([["short-item", "capital"]]);
    expect(rules("Why", words("a", 19))).toEqual([["long-match", "long answer"]]);
    expect(rules("Why", "")).toEqual([]);
  });

  test("isn't what was allowed", () => {
    const prompt =
      "You are a careful assistant of an insurance company; answer from the policy and cite the clause.";
    const items = [
      { id: "q", texts: [`${prompt}\n${words("q", 9)}`, "Please ask a human."] },
      { id: "nothing else", texts: [prompt] },
    ];
    const strict = createDecontaminator(items);
    expect(
      strict
        .overlaps([prompt])
        .map(({ itemId }) => itemId)
        .sort(),
    ).toEqual(["nothing else", "q"]);
    const decontaminator = createDecontaminator(items, { allow: [prompt, "ask a human"] });
    expect(decontaminator.overlaps([prompt, "ask a human"])).toEqual([]);
    expect(decontaminator.overlaps([`${prompt} ${words("q", 9)}`])).toMatchObject([
      { rule: "whole-question", words: 9, overlappingText: words("q", 9) },
    ]);
    expect(decontaminator.withoutWords).toEqual(["nothing else"]);
  });

  test("is seen through Unicode's forms, and in writing without spaces", () => {
    const decontaminator = createDecontaminator([
      { id: "zh", texts: ["被保险人应当在事故发生后多少天内通知保险公司？"] },
      { id: "fr", texts: ["À quelle échéance l’assuré doit-il déclarer un dégât des eaux ?"] },
    ]);
    const found = (text: string) => decontaminator.overlaps([text]).map(({ itemId }) => itemId);
    expect(found("问题：被保险人应当在事故发生后多少天内通知保险公司")).toEqual(["zh"]);
    expect(
      found(
        "a\u0300 QUELLE E\u0301CHE\u0301ANCE l'assure\u0301 doit il de\u0301clarer un de\u0301ga\u0302t des eaux",
      ),
    ).toEqual(["fr"]);
  });

  test("is reported once for each item, those to drop for first", () => {
    const decontaminator = createDecontaminator([
      { id: "b", texts: [words("q", 14)] },
      { id: "a", texts: [words("q", 12), words("r", 20)] },
      { id: "c", texts: [`${words("q", 11)} ${words("s", 3)}`] },
    ]);
    const found = decontaminator.overlaps([words("q", 14), words("q", 14)]);
    expect(found.map(({ itemId, verdict }) => [itemId, verdict])).toEqual([
      ["b", "drop"],
      ["a", "drop"],
      ["c", "review"],
    ]);
  });

  test("is found for some of the items where very many have the same words", () => {
    const decontaminator = createDecontaminator(
      Array.from({ length: 1_000 }, (_, i) => ({
        id: `${i}`,
        texts: [`${words("p", 30)} ${words(`q${i}x`, 10)}`],
      })),
    );
    expect(decontaminator.overlaps([words("p", 30)])).toHaveLength(64);
    expect(decontaminator.overlaps([words("q900x", 10)])).toEqual([]);
    expect(decontaminator.overlaps([`p28 p29 ${words("q900x", 10)}`])).toMatchObject([]);
    expect(decontaminator.overlaps([`p27 p28 p29 ${words("q900x", 10)}`])).toMatchObject([{ itemId: "900" }]);
  });

  test("is found where a text repeats itself again and again", () => {
    const decontaminator = createDecontaminator([{ id: "a", texts: ["a ".repeat(60), "a ".repeat(70)] }]);
    expect(decontaminator.overlaps(["a ".repeat(200_000)])).toMatchObject([
      { itemId: "a", share: 1, words: 70 },
    ]);
    expect(decontaminator.overlaps([`${"a ".repeat(12)}b `.repeat(20_000)])).toMatchObject([
      { verdict: "review" },
    ]);
  });

  test("is found exactly where a plain comparison of words finds it", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 40 }).map((list) => list.join(" "));
    const longest = (one: string[], other: string[]) => {
      let best = 0;
      for (let i = 0; i < one.length; i++) {
        for (let j = 0; j < other.length; j++) {
          let length = 0;
          while (one[i + length] !== undefined && one[i + length] === other[j + length]) length++;
          best = Math.max(best, length);
        }
      }
      return best;
    };
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), text, (record, question) => {
        const split = (of: string) => of.split(" ").filter(Boolean);
        const asked = split(question);
        const best = Math.max(...record.map((one) => longest(split(one), asked)));
        const found = createDecontaminator([{ id: "q", texts: [question] }]).overlaps(record);
        const dropped = found.some(({ verdict }) => verdict === "drop");
        if (asked.length < 8) expect(dropped).toBe(asked.length > 0 && record.includes(question));
        else expect(dropped).toBe(best >= 13 || best === asked.length);
        if (asked.length >= 8 && dropped) expect(found[0]?.words).toBe(best);
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});

test("items need ids of their own, and there have to be some", () => {
  expect(() => createDecontaminator([])).toThrow(DataError);
  expect(() =>
    createDecontaminator([
      { id: "x", texts: ["a"] },
      { id: "x", texts: ["b"] },
    ]),
  ).toThrow(expect.objectContaining({ code: "invalid_option", field: "id" }));
});

describe("recall and precision on generated text", () => {
  const source = createTextSource(21);
  const items = Array.from({ length: 1_000 }, (_, i) => ({
    id: `${i}`,
    texts: [source.text(20 + source.random.below(80))],
  }));
  const decontaminator = createDecontaminator(items);
  const everyNth = (text: string, n: number) =>
    text
      .split(" ")
      .map((word, i) => (i % n === n - 1 ? `${word}ish` : word))
      .join(" ");
  const share = (change: (text: string) => string, verdicts: readonly string[]) => {
    const found = items.filter(({ id, texts }) =>
      decontaminator
        .overlaps([`${source.text(30)} ${change(texts[0] ?? "")} ${source.text(30)}`])
        .some((overlap) => overlap.itemId === id && verdicts.includes(overlap.verdict)),
    );
    return found.length / items.length;
  };

  test("all items are found word for word, nearly all with every 14th word edited", () => {
    expect(share((text) => text, ["drop"])).toBe(1);
    expect(share((text) => everyNth(text, 14), ["drop"])).toBeGreaterThan(0.97);
    // Matches of 9 words: too short to drop for, long enough to be looked at.
    expect(share((text) => everyNth(text, 10), ["drop"])).toBeLessThan(0.2);
    expect(share((text) => everyNth(text, 10), ["drop", "review"])).toBeGreaterThan(0.99);
  });

  test("nothing is found in unrelated text", () => {
    for (let i = 0; i < 3_000; i++) {
      expect(decontaminator.overlaps([source.text(150)])).toEqual([]);
    }
  });
});

describe("decontaminating a stream", () => {
  const decontaminator = createDecontaminator([{ id: "q", texts: [words("q", 30)] }]);
  const record = (id: string, content: string): DataRecord => ({
    id,
    row: {
      messages: [
        { role: "user", content },
        { role: "assistant", content: "Yes." },
      ],
    },
  });

  test("gives each record in its order, with a verdict", async () => {
    const pieces = [0, 6, 12, 18].map((at) =>
      words("q", 30)
        .split(" ")
        .slice(at, at + 12)
        .join(" "),
    );
    const records = [record("1", "Hello"), record("2", words("q", 20)), record("3", pieces.join(" / "))];
    const seen: unknown[] = [];
    for await (const { verdict, record, overlaps } of decontaminate(records, decontaminator)) {
      seen.push([record.id, verdict, overlaps.map(({ itemId }) => itemId)]);
    }
    expect(seen).toEqual([
      ["1", "kept", []],
      ["2", "dropped", ["q"]],
      ["3", "review", ["q"]],
    ]);
  });

  test("takes records of any kind, with what is to be compared in them", async () => {
    const verdicts: string[] = [];
    const notes = [{ note: words("q", 15) }, { note: "none" }];
    for await (const { verdict, record } of decontaminate(notes, decontaminator, {
      texts: ({ note }) => [note],
    })) {
      verdicts.push(`${verdict} ${record.note.slice(0, 4)}`);
    }
    expect(verdicts).toEqual(["dropped q0 q", "kept none"]);
  });

  test("ends with the signal's reason, and lets others run meanwhile", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const stop = setTimeout(1).then(() => controller.abort(reason));
    function* endless() {
      for (;;) yield record("1", "Hello");
    }
    const drain = async () => {
      for await (const _ of decontaminate(endless(), decontaminator, { signal: controller.signal })) {
        // Only the end matters.
      }
    };
    await expect(drain()).rejects.toBe(reason);
    await stop;
  });

  test("looks at everything that is said in a row", () => {
    expect(
      textsOfRow({
        messages: [
          { role: "system", content: "s" },
          {
            role: "user",
            content: [
              { type: "text", text: "u1" },
              { type: "text", text: "u2" },
            ],
          },
          {
            role: "assistant",
            content: null,
            refusal: "r",
            tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: '{"x":1}' } }],
          },
          { role: "tool", content: "t", tool_call_id: "1" },
        ],
      }),
    ).toEqual(["s", "u1\nu2", "r", '{"x":1}', "t"]);
    expect(
      textsOfRow({
        input: { messages: [{ role: "user", content: "u" }] },
        preferred_output: [{ role: "assistant", content: "good" }],
        non_preferred_output: [{ role: "assistant", content: "bad" }],
      }),
    ).toEqual(["u", "good", "bad"]);
  });
});
