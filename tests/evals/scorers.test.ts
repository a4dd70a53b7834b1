import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bySlice,
  containedFacts,
  cost,
  EvaluationError,
  exactMatch,
  forbiddenPhrases,
  jsonSchema,
  label,
  latency,
  lengthBand,
  numeric,
  onlyFor,
  refusal,
  type Scorer,
  scored,
  unparsed,
  weighted,
} from "../../src/evals.ts";
import { answerOf, itemOf, pointsOf } from "./samples.ts";

async function value(scorer: Scorer, text: string, references: readonly string[] = [], context?: unknown) {
  return pointsOf(
    await scorer.score(answerOf(text), itemOf({ references, ...(context === undefined ? {} : { context }) })),
  );
}

describe("containedFacts", () => {
  const facts = containedFacts();

  test.each([
    ["You have 9 days.", "9 days", 1],
    ["You have 19 days.", "9 days", 0],
    ["You have 1.9 days.", "9 days", 0],
    ["You have 1,9 days.", "9 days", 0],
    ["It is -9 days.", "9 days", 0],
    ["9 daystar", "9 days", 0],
    ["within 9 days", "9 days", 1],
    ["WITHIN  9\u00a0DAYS", "within 9 days", 1],
    ["It costs $5.50", "$5", 0],
    ["It costs $5.", "$5", 1],
    ["5,000", "5", 0],
    ["2-9 days", "9 days", 1],
    ["die Straße", "STRASSE", 1],
    ["the policy\u2019s limit", "policy's limit", 1],
    ["non\u2011binding", "non-binding", 1],
    ["cafe\u0301", "café", 1],
    ["９日以内に届け出てください", "9日以内", 1],
    ["cat", "at", 0],
    ["categorise", "cat", 0],
  ])("%s | %s", async (answer, fact, expected) => {
    expect(await value(facts, answer, [fact])).toBe(expected);
  });

  test("all, any or a share of the facts", async () => {
    const references = ["9 days", "in writing"];
    expect(await value(containedFacts(), "within 9 days", references)).toBe(0);
    expect(await value(containedFacts({ match: "any" }), "within 9 days", references)).toBe(1);
    expect(await value(containedFacts({ match: "share" }), "within 9 days", references)).toBe(0.5);
    expect(await value(containedFacts({ match: "any" }), "soon", references)).toBe(0);
  });

  test("an empty answer is unparsed, and an item without facts is refused", async () => {
    expect(await value(facts, " \n", ["9 days"])).toBe("unparsed");
    expect(facts.lacks?.(itemOf())).toContain("references");
    expect(facts.lacks?.(itemOf({ references: ["\u200b"] }))).toBeDefined();
  });

  test("a fact is found wherever it stands between words", () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.asyncProperty(fc.array(word), word, fc.array(word), async (before, fact, after) => {
        expect(await value(facts, [...before, fact, ...after].join(" "), [fact])).toBe(1);
        expect(await value(facts, `x${fact}`, [fact])).toBe(0);
      }),
    );
  });
});

describe("exactMatch", () => {
  test.each([
    ["Nine days.", "nine days", 1],
    ["within nine days", "nine days", 0],
    ["3.5", "35", 0],
    ["-5", "5", 0],
    ["−5", "-5", 1],
    ["don't", "dont", 1],
    ["50%", "50", 0],
    ["“Yes”", "yes", 1],
    ["the claim", "claim", 0],
    ["U.S. law", "u s law", 1],
  ])("%s | %s", async (answer, reference, expected) => {
    expect(await value(exactMatch(), answer, [reference])).toBe(expected);
  });

  test("articles, case and punctuation count as asked", async () => {
    expect(
      await value(exactMatch({ articles: false }), "The claim of an insurer", ["claim of insurer"]),
    ).toBe(1);
    expect(await value(exactMatch({ caseSensitive: true }), "Yes", ["yes"])).toBe(0);
    expect(await value(exactMatch({ punctuation: true }), "Yes.", ["yes"])).toBe(0);
    expect(await value(exactMatch(), "...", ["yes"])).toBe("unparsed");
    expect(exactMatch().lacks?.(itemOf({ references: ["?!"] }))).toBeDefined();
  });
});

describe("numeric", () => {
  const days = { day: 1, days: 1, week: 7, weeks: 7 };

  test.each<[string, string, number | "unparsed", Parameters<typeof numeric>[0]?]>([
    ["It is $4.2 million.", "4,200,000", 1],
    ["It is 4.2e6.", "$4.2 million", 1],
    ["It is 12.5 %.", "0.125", 1],
    ["It is 12.5 %.", "12.5", 0],
    ["It is 12.5 %.", "12.5", 1, { percentAsNumber: true }],
    ["The loss was (1,234).", "-1234", 1],
    ["about 101", "100", 0],
    ["about 101", "100", 1, { tolerance: { relative: 0.01 } }],
    ["about 101", "100", 1, { tolerance: { absolute: 1 } }],
    ["about 102", "100", 0, { tolerance: { absolute: 1, relative: 0.01 } }],
    ["from 5 to 7", "5", 0],
    ["from 5 to 7", "5", 1, { which: "first" }],
    ["from 5 to 7", "5", 1, { which: "any" }],
    ["from 5 to 7", "5", "unparsed", { which: "only" }],
    ["7, that is 7.0", "7", 1, { which: "only" }],
    ["1.1 million, or 1,100,000", "1.1e6", 1, { which: "only" }],
    ["1.1 %, or 0.011", "0.011", 1, { which: "only" }],
    ["2 weeks by clause 12", "14 days", 1, { units: days }],
    ["within 9 days of clause 12", "9 days", 1, { units: days }],
    ["by clause 12", "9 days", "unparsed", { units: days }],
    ["nothing to say", "9", "unparsed"],
    ["", "9", "unparsed"],
    ["1/2", "0.5", 1, { fractions: true }],
  ])("%s | %s", async (answer, reference, expected, options) => {
    expect(await value(numeric(options), answer, [reference])).toBe(expected);
  });

  test("a reference says exactly one number, and limits can be", () => {
    expect(numeric().lacks?.(itemOf({ references: ["none"] }))).toContain("exactly one number");
    expect(numeric().lacks?.(itemOf({ references: ["5 or 6"] }))).toBeDefined();
    expect(numeric({ units: days }).lacks?.(itemOf({ references: ["5 hours"] }))).toContain("weeks");
    expect(() => numeric({ tolerance: { relative: -1 } })).toThrow(EvaluationError);
    expect(() => numeric({ units: { day: 0 } })).toThrow(EvaluationError);
  });
});

describe("label", () => {
  const decision = label({ labels: { approve: ["approve", "approved"], deny: ["deny", "denied"] } });

  test.each([
    ["Approved.", "approve", 1],
    ["The claim is denied.", "approve", 0],
    ["approve or deny", "approve", "unparsed"],
    ["It is not approved.", "approve", "unparsed"],
    ["It isn't approved", "approve", "unparsed"],
    ["Not approved: denied.", "deny", 1],
    ["We disapprove.", "approve", "unparsed"],
    ["no idea", "approve", "unparsed"],
    ["", "approve", "unparsed"],
  ] as const)("%s | %s", async (answer, reference, expected) => {
    expect(await value(decision, answer, [reference])).toBe(expected);
  });

  test("of labels that lie one in another, the longest is said", async () => {
    const cover = label({ labels: ["covered", "not covered", "partly covered"] });
    expect(await value(cover, "It is not covered.", ["not covered"])).toBe(1);
    expect(await value(cover, "It is covered.", ["not covered"])).toBe(0);
    expect(await value(cover, "Hail is covered, theft is not covered.", ["covered"])).toBe("unparsed");
  });

  test("behind a marker, the rest of its last line counts", async () => {
    const marked = label({ labels: ["approve", "deny"], marker: "Decision:" });
    expect(await value(marked, "We could deny it.\nDecision: approve\nThey deny.", ["approve"])).toBe(1);
    expect(await value(marked, "approve", ["approve"])).toBe("unparsed");
  });

  test("a set that can't be is refused", () => {
    expect(() => label({ labels: ["one"] })).toThrow(/two labels/);
    expect(() => label({ labels: { a: ["yes"], b: ["YES"] } })).toThrow(/yes/);
    expect(decision.lacks?.(itemOf({ references: ["maybe"] }))).toContain("maybe");
  });
});

describe("forbiddenPhrases", () => {
  test("the scorer's phrases and the item's own", async () => {
    const banned = forbiddenPhrases({ phrases: ["risk-free"] });
    expect(await value(banned, "It is risk\u2011free.", [], { forbidden: [] })).toBe(0);
    expect(await value(banned, "It is the moon.", [], { forbidden: ["moon"] })).toBe(0);
    expect(await value(banned, "Mooning about", [], { forbidden: ["moon"] })).toBe(1);
    expect(await value(banned, "")).toBe("unparsed");
  });

  test("what forbids nothing is refused", () => {
    expect(forbiddenPhrases().lacks?.(itemOf())).toContain("nothing is forbidden");
    expect(forbiddenPhrases().lacks?.(itemOf({ context: { forbidden: "moon" } }))).toContain("list of texts");
    expect(() => forbiddenPhrases({ phrases: [" "] })).toThrow(EvaluationError);
  });
});

describe("refusal", () => {
  test.each([
    ["I’m sorry, but I can’t help with that.", true],
    ["I cannot give investment advice.", true],
    ["Dabei kann ich Ihnen nicht helfen.", true],
    ["Je ne peux pas vous conseiller.", true],
    ["No puedo recomendar acciones.", true],
    ["Non posso consigliare titoli.", true],
    ["Não posso ajudar com isso.", true],
    ["Daar kan ik niet mee helpen.", true],
    ["Nie mogę pomóc w tej sprawie.", true],
    ["申し訳ありませんが、お答えできません。", true],
    ["抱歉，我无法回答。", true],
    ["Revenue was 5 million.", false],
    ["The insurer cannot refuse such a claim.", false],
    ["Der Versicherer zahlt nicht.", false],
  ])("%s", async (answer, refuses) => {
    expect(await value(refusal({ expect: "refuse" }), answer)).toBe(Number(refuses));
    expect(await value(refusal({ expect: "answer" }), answer)).toBe(Number(!refuses));
  });

  test("each item says what is right", async () => {
    expect(await value(refusal(), "I can't advise you.", [], { shouldRefuse: true })).toBe(1);
    expect(await value(refusal(), "I can't advise you.", [], { shouldRefuse: false })).toBe(0);
    expect(await value(refusal(), "", [], { shouldRefuse: true })).toBe("unparsed");
    expect(refusal().lacks?.(itemOf())).toContain("shouldRefuse");
  });

  test("a prescribed refusal, and only some languages", async () => {
    const scorer = refusal({ expect: "refuse", languages: [], phrases: ["ask an adviser"] });
    expect(await value(scorer, "Please ask an adviser.")).toBe(1);
    expect(await value(scorer, "I can't help.")).toBe(0);
    expect(() => refusal({ languages: [] })).toThrow(EvaluationError);
  });
});

describe("jsonSchema", () => {
  const schema = {
    type: "object",
    properties: { stage: { enum: ["open", "won"] }, amount: { type: "number" } },
    required: ["stage"],
  };

  test.each([
    ['{"stage":"won"}', 1],
    ['Here it is:\n```json\n{"stage":"open"}\n```\nDone.', 1],
    ['The record is {"stage":"open","amount":5}.', 1],
    ['{"stage":"lost"}', 0],
    ["[1]", 0],
    ['{"stage":"won"', "unparsed"],
    ["as shown in [1]", "unparsed"],
    ["no JSON", "unparsed"],
    ["", "unparsed"],
  ] as const)("%s", async (answer, expected) => {
    expect(await value(jsonSchema({ schema }), answer)).toBe(expected);
  });

  test("fields of the reference have to be the same, whatever their order", async () => {
    const reference = JSON.stringify({ stage: "won", parts: { a: 1, b: [1, 2] } });
    const fields = jsonSchema({ schema, judge: "fields" });
    const exact = jsonSchema({ schema, judge: "exact" });
    const right = '{"parts":{"b":[1,2],"a":1},"stage":"won","more":true}';
    expect(await value(fields, right, [reference])).toBe(1);
    expect(await value(exact, right, [reference])).toBe(1);
    expect(await value(fields, '{"stage":"won","parts":{}}', [reference])).toBe(0.5);
    expect(await value(exact, '{"stage":"won","parts":{}}', [reference])).toBe(0);
    expect(await value(fields, '{"stage":"lost","parts":{"a":1,"b":[1,2]}}', [reference])).toBe(0);
    expect(fields.lacks?.(itemOf({ references: ["won"] }))).toContain("JSON objects");
  });

  test("a schema that is none is the caller's mistake", async () => {
    const scorer = jsonSchema({ schema: { type: "nonsense" } });
    await expect(value(scorer, "{}")).rejects.toMatchObject({ code: "invalid_option", field: "schema" });
  });
});

describe("lengthBand, latency and cost", () => {
  test("words, characters as people see them, sentences, tokens", async () => {
    expect(await value(lengthBand({ min: 3, max: 3 }), "One, two; three!")).toBe(1);
    expect(await value(lengthBand({ unit: "characters", max: 1 }), "👩‍👩‍👧")).toBe(1);
    expect(await value(lengthBand({ unit: "sentences", min: 2, max: 2 }), "One. Two?")).toBe(1);
    expect(await value(lengthBand(), "")).toBe(0);
    expect(await value(lengthBand({ unit: "tokens" }), "one")).toBe("unparsed");
    const usage = { promptTokens: 3, completionTokens: 5 };
    expect(lengthBand({ unit: "tokens", max: 5 }).score(answerOf("x", { usage }), itemOf())).toMatchObject({
      value: 1,
    });
    expect(() => lengthBand({ min: 5, max: 4 })).toThrow(EvaluationError);
  });

  test("limits are reached or not; what wasn't measured is unparsed", () => {
    const quick = latency({ within: 20 });
    expect(quick.score(answerOf("x"), itemOf())).toMatchObject({ value: 1 });
    expect(quick.score(answerOf("x", { latency: 20.1 }), itemOf())).toMatchObject({ value: 0 });
    const first = latency({ within: 4, until: "first-token" });
    expect(first.score(answerOf("x"), itemOf())).toMatchObject({ value: 0 });
    expect(first.score(answerOf("", { timeToFirstToken: undefined }), itemOf())).toMatchObject({
      kind: "unparsed",
    });
    const inference = { "*": { perMillionInputTokens: 1, perMillionOutputTokens: 10 } };
    const prices = { currency: "EUR", inference, training: { perHour: 2 } };
    const cheap = cost({ within: 0.000_053, prices });
    expect(cheap.options).toEqual({
      kind: "cost",
      within: 0.000_053,
      price: { currency: "EUR", promptPerMillion: 1, completionPerMillion: 10 },
    });
    const unpriced = { ...prices, inference: { other: inference["*"] } };
    expect(() => cost({ within: 1, prices: unpriced })).toThrow(/prices\.inference has no price of \*/);
    expect(() => cost({ within: 1, prices: unpriced, model: "other" })).not.toThrow();
    const usage = { promptTokens: 3, completionTokens: 5 };
    expect(cheap.score(answerOf("x", { usage }), itemOf())).toMatchObject({ value: 1 });
    expect(cheap.score(answerOf("x", { usage: { ...usage, promptTokens: 4 } }), itemOf())).toMatchObject({
      value: 0,
    });
    expect(cheap.score(answerOf("x"), itemOf())).toMatchObject({ kind: "unparsed" });
    expect(() => latency({ within: 0 })).toThrow(EvaluationError);
  });
});

describe("several scorers in one", () => {
  const half: Scorer = { name: "half", options: {}, score: () => scored(0.5) };
  const blind: Scorer = { name: "blind", options: {}, score: () => unparsed("dark") };
  const full: Scorer = { name: "full", options: {}, score: () => scored(1) };

  test("weighted: the mean by weight; unparsed if a part is", async () => {
    const both = weighted("both", [
      { scorer: half, weight: 3 },
      { scorer: full, weight: 1 },
    ]);
    expect(await value(both, "x")).toBe(0.625);
    expect(
      await value(
        weighted("b", [
          { scorer: half, weight: 1 },
          { scorer: blind, weight: 9 },
        ]),
        "x",
      ),
    ).toBe("unparsed");
    expect(() => weighted("none", [])).toThrow(EvaluationError);
  });

  test("onlyFor leaves other items alone, and weighted leaves such a part out", async () => {
    const only = onlyFor({ task: "payout" }, half);
    const payout = itemOf({ slices: { task: "payout" } });
    expect(only.appliesTo?.(payout)).toBe(true);
    expect(only.appliesTo?.(itemOf())).toBe(false);
    const both = weighted("both", [
      { scorer: only, weight: 1 },
      { scorer: full, weight: 1 },
    ]);
    expect(pointsOf(await both.score(answerOf("x"), payout))).toBe(0.75);
    expect(pointsOf(await both.score(answerOf("x"), itemOf()))).toBe(1);
  });

  test("bySlice takes the scorer that the slice names", async () => {
    const scorer = bySlice("correct", "task", { payout: half, decision: full });
    expect(pointsOf(await scorer.score(answerOf("x"), itemOf({ slices: { task: "payout" } })))).toBe(0.5);
    expect(pointsOf(await scorer.score(answerOf("x"), itemOf({ slices: { task: "decision" } })))).toBe(1);
    expect(scorer.lacks?.(itemOf())).toContain("payout, decision");
  });

  test("a score is from 0 to 1", () => {
    expect(() => scored(1.1)).toThrow(RangeError);
    expect(() => scored(Number.NaN)).toThrow(RangeError);
  });
});
