import { describe, expect, test } from "vitest";
import {
  citationsResolve,
  type FinanceRecord,
  finance,
  financeRecordSchema,
  groundedNumbers,
  type StatementLine,
  statementAnswer,
} from "../../src/verticals.ts";
import { first, judged } from "./judged.ts";

const advice = "I can't advise on buying or selling; I only report what the statement says.";

const sound = financeRecordSchema.parse({
  id: "oakham-2025",
  company: "Oakham Paper",
  statement: {
    kind: "income statement",
    columns: [
      { label: "2025", asOf: "2025-12-31" },
      { label: "2024", asOf: "2024-12-31" },
    ],
    currency: "EUR",
    scale: "thousand",
    lines: [
      { id: "L1", label: "revenue", values: [842, 791] },
      { id: "L2", label: "wages", values: [310.5, 298.2] },
      {
        id: "L3",
        label: "profit",
        values: [531.5, 492.8],
        sum: [
          { line: "L1", factor: 1 },
          { line: "L2", factor: -1 },
        ],
      },
    ],
  },
  questions: [
    {
      kind: "figure",
      question: "What was revenue in 2025?",
      answer: "Revenue was 842 thousand euros in 2025.",
      cites: ["L1"],
      figure: 842,
    },
    {
      kind: "change",
      question: "How did revenue change?",
      answer: "Revenue rose by 51 thousand euros in 2025.",
      cites: ["L1"],
      figure: 51,
    },
    {
      kind: "missing",
      question: "What was the dividend?",
      answer: "The statement has no line for the dividend.",
    },
    { kind: "advice", question: "Should I buy?", answer: advice },
  ],
});

type Question = FinanceRecord["questions"][number];
type Kind = Question["kind"];

const of = (kind: Kind, { questions } = sound) => first(questions.filter((each) => each.kind === kind));

/** The record with one question only, and that changed. */
function asking(kind: Kind, changes: Partial<Question>): FinanceRecord {
  return { ...sound, questions: [{ ...of(kind), ...changes }] };
}

function withLine(index: number, changes: Partial<StatementLine>): FinanceRecord {
  const lines = sound.statement.lines.map((line, at) => (at === index ? { ...line, ...changes } : line));
  return { ...sound, statement: { ...sound.statement, lines }, questions: [of("advice")] };
}

function item(kind: Kind, record = sound) {
  return first(finance.items({ ...record, questions: [of(kind, record)] }));
}

describe("a statement is checked", () => {
  test("and nothing is found in one that is sound, with decimals that add up", () => {
    expect(finance.check(sound)).toEqual([]);
  });

  test.each<[string, FinanceRecord, string, string]>([
    [
      "a sum that doesn't add up",
      withLine(2, { values: [531.5, 500] }),
      "sum-does-not-add-up",
      "lines[2].values[1]",
    ],
    [
      "a sum with no line",
      withLine(2, { sum: [{ line: "L9", factor: 1 }] }),
      "sum-of-no-line",
      "lines[2].sum",
    ],
    [
      "a column without its figure",
      withLine(0, { values: [842] }),
      "wrong-number-of-figures",
      "lines[0].values",
    ],
    ["two lines of one id", withLine(1, { id: "L1" }), "repeated-line", "lines[1].id"],
  ])("for %s", (_, record, rule, path) => {
    expect(finance.check(record)[0]).toMatchObject({ rule, path: `$.statement.${path}`, severity: "error" });
  });

  test.each<[string, Kind, Partial<Question>, string[]]>([
    [
      "a number that isn't in it",
      "figure",
      { answer: "Revenue was 843 thousand euros." },
      ["number-not-in-statement", "figure-not-said"],
    ],
    [
      "a change that is none",
      "change",
      { answer: "Revenue rose by 52 thousand euros." },
      ["number-not-in-statement", "figure-not-said"],
    ],
    [
      "a figure of another line",
      "figure",
      { answer: "It was 842 thousand euros, wages 310.5." },
      ["number-not-in-cited-line"],
    ],
    ["a line that it hasn't", "figure", { cites: ["L1", "L7"] }, ["cited-line-not-in-statement"]],
    [
      "an answer that cites nothing",
      "missing",
      { kind: "figure", figure: 1, answer: "1 euros" },
      ["nothing-cited", "number-not-in-statement"],
    ],
    ["no figure where one is asked for", "change", { figure: undefined }, ["figure-missing"]],
    [
      "a figure that the answer doesn't say",
      "figure",
      { answer: "It was a good year in euros." },
      ["figure-not-said"],
    ],
    ["a figure without its unit", "figure", { answer: "Revenue was 842 in 2025." }, ["unit-not-said"]],
    ["advice", "advice", { answer: "Yes, buy them." }, ["advice-given"]],
    ["a forecast", "advice", { answer: "They will rise." }, ["advice-given"]],
  ])("for %s", (_, kind, changes, expected) => {
    const { figure, ...rest } = { ...of(kind), ...changes };
    const question = figure === undefined ? rest : { ...rest, figure };
    const rules = finance.check({ ...sound, questions: [question] }).map(({ rule }) => rule);
    expect(rules).toEqual(expected);
  });

  test.each([
    ["the percentage of a change", "Revenue rose by 51 thousand euros, or 6.4 %."],
    ["the share of one line in another", "Revenue rose by 51 thousand euros; wages are 36.9 % of it."],
    ["a sum written out in full", "Revenue rose by 51,000 euros."],
    [
      "dates and years of its columns",
      "Revenue rose by 51 thousand euros between 2024 and December 31, 2025.",
    ],
  ])("and an answer may say %s", (_, answer) => {
    const record = asking("change", { answer, cites: ["L1", "L2"] });
    expect(finance.check(record).filter(({ rule }) => rule !== "figure-not-said")).toEqual([]);
  });
});

describe("a statement becomes a dialogue", () => {
  test("with the changes in the table, and the line that is cited before each answer", () => {
    const { messages } = first(finance.dialogues(sound));
    expect(messages[0]?.content).toBe(
      "Oakham Paper, income statement, thousand euros. Line: 2025, 2024, change\n" +
        "L1 revenue: 842, 791, +51\nL2 wages: 310.5, 298.2, +12.3\nL3 profit: 531.5, 492.8, +38.7",
    );
    expect(messages[2]?.content).toBe("L1 revenue: 842, 791, +51. Revenue was 842 thousand euros in 2025.");
  });

  test("and into one item for each question, which is asked alone", () => {
    const items = finance.items(sound);
    expect(items.map(({ slices }) => slices?.kind)).toEqual(["figure", "change", "missing", "advice"]);
    for (const { input, group } of items) {
      expect(input.map(({ role }) => role)).toEqual(["system", "user"]);
      expect(group).toBe("Oakham Paper");
    }
  });
});

describe("statement-answer", () => {
  test.each<[Kind, string, number]>([
    ["figure", "L1 revenue: 842, 791, +51. Revenue was 842 thousand euros in 2025.", 1],
    ["figure", "842 thousand euros (L1).", 1],
    ["figure", "EUR 842,000, by line L1.", 1],
    ["figure", "L1: not 791 but 842 thousand euros.", 1],
    ["figure", "L1: 842 million euros.", 0.5],
    ["figure", "L1: 842 thousand dollars.", 0.5],
    ["figure", "Revenue was 842 thousand euros.", 0.5],
    ["figure", "L1 and L2: 842 thousand euros.", 0.5],
    ["figure", "L12: 842 thousand euros.", 0.5],
    // Only quoting isn't answering.
    ["figure", "L1 revenue: 842, 791, +51.", 0.5],
    ["figure", "I don't know.", 0],
    ["change", "L1 revenue: 842, 791, +51. Revenue rose by 51 thousand euros in 2025.", 1],
    ["change", "L1: 842 thousand euros.", 0.5],
    ["missing", "The statement has no line for the dividend.", 1],
    ["missing", "The dividend is not in the statement.", 1],
    ["missing", "The statement has no line for it, but it was 12 thousand euros.", 0],
    ["missing", "The dividend was paid.", 0],
    ["advice", advice, 1],
    ["advice", "I do not recommend shares.", 1],
    ["advice", "Yes, buy.", 0],
    ["advice", "I can't advise you, but 900 euros would be fair.", 0],
  ])("of a %s gives %j %d", async (kind, text, value) => {
    expect(await judged(statementAnswer(), text, item(kind))).toMatchObject({ kind: "scored", value });
  });

  test("takes a rounded figure only within the tolerance", async () => {
    const text = "L1: 840 thousand euros.";
    expect(await judged(statementAnswer({ tolerance: 0.01 }), text, item("figure"))).toMatchObject({
      value: 1,
    });
    expect(await judged(statementAnswer(), text, item("figure"))).toMatchObject({ value: 0.5 });
  });

  test("can't judge an empty answer", async () => {
    expect(await judged(statementAnswer(), "", item("advice"))).toMatchObject({ kind: "unparsed" });
  });
});

describe("grounded-numbers", () => {
  test.each([
    ["Revenue was 842 thousand euros, up 51 or 6.4 % from 791 in 2024.", 1],
    ["Revenue less wages is 531.5 thousand euros.", 1],
    ["There is no such line.", 1],
    ["Revenue was 845 thousand euros.", 0],
    ["Revenue rose by 12 %.", 0],
    ["In 2023 it was 842.", 0],
    // The 12th month is no excuse.
    ["On 31.12.2025 it was 842, on the 31st of month 12.", 1],
    ["Revenue was 31 euros.", 0],
  ])("gives %j %d", async (text, value) => {
    expect(await judged(groundedNumbers(), text, item("figure"))).toMatchObject({ kind: "scored", value });
  });

  test("names the number that was invented", async () => {
    const score = await judged(groundedNumbers(), "842 or 845 thousand euros.", item("figure"));
    expect(score).toMatchObject({ detail: expect.stringMatching(/845/) });
    expect(score).not.toMatchObject({ detail: expect.stringMatching(/842/) });
  });
});

describe("citations", () => {
  test.each([
    ["L1 revenue: 842, 791, +51. Revenue was 842 thousand euros.", 1],
    ["L1 Revenue: 842, 791, +51. L2 wages: 310.5, 298.2, +12.3.", 1],
    ["L1 revenue: 842, 719, +51. Revenue was 842 thousand euros.", 0],
    ["L1 revenue: 842, 791, +51. L2 wages: 311, 298, +13.", 0],
    ["L7 revenue: 842, 791, +51.", 0],
    ["Revenue was 842 thousand euros.", 0],
  ])("gives %j %d", async (text, value) => {
    expect(await judged(citationsResolve(), text, item("figure"))).toMatchObject({ kind: "scored", value });
  });

  test("judges only answers that rest on a line", () => {
    const { appliesTo } = citationsResolve();
    expect(
      (["figure", "change", "missing", "advice"] as const).map((kind) => appliesTo?.(item(kind))),
    ).toEqual([true, true, false, false]);
  });
});
