import type { EvalAnswer, EvalItem, Score } from "../../src/evals.ts";

/** An item about nothing in particular. */
export function itemOf(fields: Partial<EvalItem> = {}): EvalItem {
  return {
    id: "one",
    input: [{ role: "user", content: "By when must I report hail?" }],
    references: [],
    ...fields,
  };
}

/** An answer that came at once. */
export function answerOf(text: string, fields: Partial<EvalAnswer> = {}): EvalAnswer {
  return { text, finishReason: "stop", latency: 20, timeToFirstToken: 5, usage: undefined, ...fields };
}

/** A score's value; what isn't scored is no number. */
export function pointsOf(score: Score): number | "unparsed" {
  return score.kind === "scored" ? score.value : "unparsed";
}
