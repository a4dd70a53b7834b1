import { normaliseText, saysPhrase } from "../normalise-text.ts";
import { EMPTY_ANSWER, scored, unparsed } from "../scores.ts";
import type { Scorer } from "../suite.ts";

/** How {@link containedFacts} judges. */
export interface ContainedFactsOptions {
  /** @default "contained-facts" */
  readonly name?: string;
  /**
   * What an item's references are:
   * - `all`: facts that all have to be said;
   * - `any`: wordings of one fact, of which one has to be said;
   * - `share`: facts, and the score is the share of them that is said.
   *
   * @default "all"
   */
  readonly match?: "all" | "any" | "share";
  /** @default false */
  readonly caseSensitive?: boolean;
}

/**
 * Judges whether an answer says the facts that the item's references name, word for word: 1 or 0, or their share.
 *
 * Case, kinds of white space, quotes and dashes make no difference. A fact is found as words of their own: `9 days` isn't in
 * `19 days`, `1.9 days` or `9 daystar`. It can't see that a fact is denied ("not within 9 days"): word facts so that they
 * aren't, or add {@link forbiddenPhrases}. An empty answer is unparsed.
 *
 * @example
 * ```ts
 * const facts = containedFacts({ match: "any" });
 * ```
 */
export function containedFacts(options: ContainedFactsOptions = {}): Scorer {
  const { name = "contained-facts", match = "all", caseSensitive = false } = options;
  const normalise = (text: string) => normaliseText(text, { caseSensitive });
  return {
    name,
    options: { kind: "contained-facts", match, caseSensitive },
    lacks({ references }) {
      if (references.length === 0) {
        return "it has no references, and those are the facts to be said";
      }
      return references.some((fact) => normalise(fact) === "") ? "a reference says nothing" : undefined;
    },
    score({ text }, { references }) {
      const answer = normalise(text);
      if (answer === "") {
        return unparsed(EMPTY_ANSWER);
      }
      const missing = references.filter((fact) => !saysPhrase(answer, normalise(fact)));
      const said = references.length - missing.length;
      if (match === "any") {
        return said > 0 ? scored(1) : scored(0, "None of the wordings is said.");
      }
      const detail = missing.length === 0 ? undefined : `Not said: ${missing.join("; ")}`;
      return scored(match === "all" ? Number(missing.length === 0) : said / references.length, detail);
    },
  };
}
