import type { EvalItem } from "../../src/evals.ts";
import type { Vertical } from "../../src/verticals.ts";
import { judged } from "./judged.ts";

/** What each scorer of a vertical makes of an answer: its value, `unparsed`, or `not asked`. */
export async function scoresOf<R>(vertical: Vertical<R>, item: EvalItem | undefined, text: string) {
  if (item === undefined) throw new Error("There is no such item.");
  const scores: Record<string, number | "unparsed" | "not asked"> = {};
  for (const scorer of vertical.scorers) {
    if (scorer.appliesTo?.(item) === false) {
      scores[scorer.name] = "not asked";
      continue;
    }
    const score = await judged(scorer, text, item);
    scores[scorer.name] = score.kind === "scored" ? score.value : "unparsed";
  }
  return scores;
}
