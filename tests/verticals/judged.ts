import type { EvalItem, Score, Scorer } from "../../src/evals.ts";

/** What a scorer makes of an answer with this text. */
export async function judged(scorer: Scorer, text: string, item: EvalItem): Promise<Score> {
  return await scorer.score(
    { text, finishReason: "stop", latency: 1, timeToFirstToken: 1, usage: undefined },
    item,
  );
}

/** The only one of some, or the first; fails where there is none. */
export function first<T>(some: Iterable<T>): T {
  for (const one of some) return one;
  throw new Error("There is none.");
}
