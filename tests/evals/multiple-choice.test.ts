import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { extractChoice, multipleChoice } from "../../src/evals.ts";
import { answerOf, itemOf } from "./samples.ts";

const recorded = z
  .array(
    z.object({
      id: z.number(),
      pred: z.string().nullable(),
      level: z.number().nullable(),
      response: z.string(),
    }),
  )
  .parse(
    JSON.parse(
      gunzipSync(readFileSync(new URL("fixtures/mmlu-pro-extraction.json.gz", import.meta.url))).toString(),
    ),
  );

describe("multiple choice", () => {
  test("the three levels take what MMLU-Pro's own program took, in 617 of 617 answers", () => {
    const wrong = recorded.filter(({ response, pred }) => (extractChoice(response)?.letter ?? null) !== pred);
    expect(recorded).toHaveLength(617);
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test("each on the level on which it was found there", () => {
    const wrong = recorded.filter(
      ({ response, level, pred }) => pred !== null && extractChoice(response)?.level !== level,
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test.each([
    ["The answer is (C).", "C", 1],
    ["I think the answer is B, not D", "B", 1],
    ["Let me see.\nAnswer: D", "D", 2],
    ["It could be A, but it is B", "B", 3],
    ["Größe B", "B", 3],
  ])("%s", (text, letter, level) => {
    expect(extractChoice(text, { choices: 4 })).toEqual({ letter, level });
  });

  test("a letter inside a word of any alphabet is none", () => {
    expect(extractChoice("ÄB Bä 5A B_1", { choices: 4 })).toBeUndefined();
  });

  test("nothing is guessed: without a letter the answer is unparsed", () => {
    const scorer = multipleChoice({ choices: 4 });
    const item = itemOf({ references: ["B"] });
    expect(scorer.score(answerOf("none of them"), item)).toMatchObject({ kind: "unparsed" });
    expect(scorer.score(answerOf("The answer is (E)"), item)).toMatchObject({ kind: "unparsed" });
    expect(scorer.score(answerOf("The answer is (B)"), item)).toMatchObject({ kind: "scored", value: 1 });
    expect(scorer.score(answerOf("The answer is (A)"), item)).toMatchObject({ kind: "scored", value: 0 });
  });

  test("with two levels, an article and a pronoun are no choice", () => {
    const scorer = multipleChoice({ levels: 2 });
    const item = itemOf({ references: ["A"] });
    expect(scorer.score(answerOf("A claim that I can't judge"), item)).toMatchObject({ kind: "unparsed" });
  });

  test("a long line without an answer takes no time that grows with its square", () => {
    expect(extractChoice("answer ".repeat(50_000))).toBeUndefined();
  });

  test("a reference has to be one of the letters", () => {
    const scorer = multipleChoice({ choices: 4 });
    expect(scorer.lacks?.(itemOf({ references: ["E"] }))).toContain("A to D");
    expect(scorer.lacks?.(itemOf({ references: [] }))).toBeDefined();
    expect(scorer.lacks?.(itemOf({ references: ["D"] }))).toBeUndefined();
    expect(() => multipleChoice({ choices: 27 })).toThrow(/2 to 26/);
  });
});
