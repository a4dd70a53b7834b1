import { normaliseText } from "../normalise-text.ts";
import { EMPTY_ANSWER, scored, unparsed } from "../scores.ts";
import type { Scorer } from "../suite.ts";

/** What {@link exactMatch} takes for equal. */
export interface ExactMatchOptions {
  /** @default "exact-match" */
  readonly name?: string;
  /** @default false */
  readonly caseSensitive?: boolean;
  /**
   * Whether punctuation counts. Where it doesn't, the separators and signs of numbers still do: 3.5 isn't 35, nor −5 5.
   *
   * @default false
   */
  readonly punctuation?: boolean;
  /**
   * Whether English articles (a, an, the) count.
   *
   * @default true
   */
  readonly articles?: boolean;
}

/**
 * Judges whether an answer is one of the item's references, and nothing else: 1 or 0. White space, kinds of quotes and
 * dashes and Unicode's ways to write a character never count. With `articles: false` it is the exact match of SQuAD
 * (Rajpurkar et al. 2016, arXiv:1606.05250), but for numbers, whose points and signs that would delete.
 *
 * An answer without a letter, digit or symbol is unparsed.
 */
export function exactMatch(options: ExactMatchOptions = {}): Scorer {
  const { name = "exact-match", caseSensitive = false, punctuation = false, articles = true } = options;
  const normalise = (text: string) => {
    let result = normaliseText(text, { caseSensitive });
    if (!punctuation) {
      result = withoutPunctuation(result);
    }
    if (!articles) {
      result = result.replace(/(?<![\p{L}\p{N}'-])(?:a|an|the)(?![\p{L}\p{N}'-])/giu, " ");
    }
    return result.replace(/\s+/g, " ").trim();
  };
  return {
    name,
    options: { kind: "exact-match", caseSensitive, punctuation, articles },
    lacks({ references }) {
      if (references.length === 0) {
        return "it has no references, one of which an answer has to equal";
      }
      const nothing = references.some((reference) => normalise(reference) === "");
      return nothing ? "nothing is left of a reference without what doesn't count" : undefined;
    },
    score({ text }, { references }) {
      const answer = normalise(text);
      if (answer === "") {
        return unparsed(EMPTY_ANSWER);
      }
      return scored(references.some((reference) => normalise(reference) === answer) ? 1 : 0);
    },
  };
}

function withoutPunctuation(text: string): string {
  return (
    text
      // An apostrophe inside a word is part of it: "don't" and "dont" are one word, and not two.
      .replace(/(?<=\p{L})'(?=\p{L})/gu, "")
      // Left are a percent sign, which says what a number means, a number's own separators, and its sign.
      .replace(/(?![%‰]|(?<=\d)[.,'](?=\d)|(?<![\p{L}\p{N}])[.-](?=\.?\d))\p{P}/gu, " ")
  );
}
