/** Something that a model will be judged by, and that it must not have been trained on. */
export interface DecontaminationItem {
  /** Unique among the items. */
  readonly id: string;
  /**
   * Its texts: first what is asked, then what answers it, any one of them. A system prompt that other items have as well
   * belongs into {@link DecontaminatorOptions.allow}, not here.
   */
  readonly texts: readonly string[];
}

/** How training data is compared with an evaluation. */
export interface DecontaminatorOptions {
  /**
   * Texts that training data and evaluation may have in common: system prompts, disclaimers, instructions. They are no
   * overlap, wherever they occur in an item.
   *
   * @default []
   */
  readonly allow?: readonly string[];
}

/**
 * - `long-match`: 13 words or more, one after the other, are those of an item.
 * - `whole-question`: what an item asks occurs in one piece; it has 8 to 12 words.
 * - `short-item`: a text is what an item asks, which has fewer than 8 words, and another one is its answer.
 * - `shared-ngrams`: half or more of the words of a question, or of all of an item, are in runs of 8 words that occur.
 */
export type OverlapRule = "long-match" | "whole-question" | "short-item" | "shared-ngrams";

/** A part of a text, in UTF-16 code units. */
export interface TextSpan {
  /** Which of the texts, counted from 0. */
  readonly text: number;
  readonly start: number;
  readonly end: number;
}

/** What a training record has in common with an item of an evaluation. */
export interface Overlap {
  readonly rule: OverlapRule;
  /** `review` is for `shared-ngrams`, which a person should look at. */
  readonly verdict: "drop" | "review";
  readonly itemId: string;
  /** Words of the longest match. */
  readonly words: number;
  /**
   * The share of the words that are in runs of 8 or more which the record has, 0–1: of the question's or of all the item's,
   * whichever is more. 1 for a short item.
   */
  readonly share: number;
  /** Where the longest match is in the record's texts. */
  readonly span: TextSpan;
  /** Where it is in the item's texts. */
  readonly itemSpan: TextSpan;
  /** The longest match as the record has it. */
  readonly overlappingText: string;
}
