import type { Score } from "./suite.ts";

/**
 * A score from 0 (wrong) to 1 (right), for scorers of your own.
 *
 * @throws RangeError if the value isn't from 0 to 1
 *
 * @example
 * ```ts
 * const polite: Scorer = {
 *   name: "polite",
 *   options: { words: ["please", "thank you"] },
 *   score: ({ text }) => (text === "" ? unparsed("The answer is empty.") : scored(/please|thank you/i.test(text) ? 1 : 0)),
 * };
 * ```
 */
export function scored(value: number, detail?: string): Score {
  if (!(value >= 0 && value <= 1)) {
    throw new RangeError(`A score has to be from 0 to 1, not ${value}.`);
  }
  return detail === undefined ? { kind: "scored", value } : { kind: "scored", value, detail };
}

/** That an answer can't be judged, and why: neither right nor wrong, and counted apart. */
export function unparsed(reason: string): Score {
  return { kind: "unparsed", reason };
}

/** What every scorer of texts says of an answer without one: nothing was said, so nothing can be judged. */
export const EMPTY_ANSWER = "The answer is empty.";
