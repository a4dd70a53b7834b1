import { normaliseText, saysPhrase } from "../evals/normalise-text.ts";

/**
 * Whether a text has a phrase as words of their own, upper or lower case: "24" isn't mentioned by "240", nor "ring" by
 * "spring".
 */
export function mentions(text: string, phrase: string): boolean {
  return saysPhrase(normaliseText(text), normaliseText(phrase));
}

/** The first of some phrases that a text has. */
export function firstMentioned(text: string, phrases: readonly string[]): string | undefined {
  return phrases.find((phrase) => mentions(text, phrase));
}
