import { DataError } from "../errors.ts";
import { createWordReader } from "../words/word-reader.ts";
import { createAllowedPhrases } from "./allowed-phrases.ts";
import { createGramIndex, GRAM_WORDS, type GramIndex } from "./gram-index.ts";
import type { DecontaminationItem } from "./overlap.ts";

/** A run of words of an item in which nothing is allowed elsewhere: a text, or a part of one. */
export interface Segment {
  /** The item's number. */
  readonly item: number;
  /** Which of the item's texts. */
  readonly text: number;
  /** Its first word's number in the text. */
  readonly firstInText: number;
  /** Its first word's number in all. */
  readonly first: number;
  /** Its words. */
  readonly length: number;
  /** Whether it is what is asked. */
  readonly question: boolean;
}

/** Items, prepared for looking for them. */
export interface IndexedItems {
  readonly items: readonly DecontaminationItem[];
  readonly grams: GramIndex;
  /** Hashes of the words of all segments, one after the other. */
  readonly words: Int32Array;
  readonly segments: readonly Segment[];
  /** The segment in which a word of all is. */
  segmentOf(place: number): Segment | undefined;
  /** How many words the segments of an item have, and those of its question. */
  lengthsOf(item: number): { readonly words: number; readonly question: number };
  /** Items whose question has fewer than 8 words, by {@link hashOfWords} of them. */
  readonly shortQuestions: ReadonlyMap<number, readonly number[]>;
  /** Items in which there is nothing to look for. */
  readonly withoutWords: readonly string[];
}

/** A hash of the first words of some, for texts of fewer than 8 words. */
export function hashOfWords(hashes: Int32Array, count: number): number {
  let hash = count;
  for (let i = 0; i < count; i++) hash = (Math.imul(hash, 0x9e3779b1) + (hashes[i] ?? 0)) | 0;
  return hash;
}

/**
 * @throws {DataError} `invalid_option` when there are no items, or two of them have one id
 */
export function indexItems(given: Iterable<DecontaminationItem>, allow: readonly string[]): IndexedItems {
  const items = [...given];
  checkIds(items);
  const reader = createWordReader();
  const allowedPhrases = createAllowedPhrases(allow);
  const segments: Segment[] = [];
  const chunks: Int32Array[] = [];
  const shortQuestions = new Map<number, number[]>();
  const withoutWords: string[] = [];
  let total = 0;

  items.forEach((item, number) => {
    let asked = false;
    item.texts.forEach((text, textNumber) => {
      const count = reader.read(text);
      const hashes = reader.hashes.slice(0, count);
      const allowed = allowedPhrases(hashes);
      // What is asked is the first text that says anything.
      const question = !asked && allowed.includes(0);
      asked ||= question;
      if (question && count < GRAM_WORDS) {
        const key = hashOfWords(hashes, count);
        const known = shortQuestions.get(key);
        if (known) known.push(number);
        else shortQuestions.set(key, [number]);
      }
      for (let start = 0; start < count; ) {
        let end = start;
        while (end < count && !allowed[end]) end++;
        if (end - start >= GRAM_WORDS) {
          const length = end - start;
          segments.push({
            item: number,
            text: textNumber,
            firstInText: start,
            first: total,
            length,
            question,
          });
          chunks.push(hashes.subarray(start, end));
          total += length;
        }
        start = end + 1;
      }
    });
    if (!asked) withoutWords.push(item.id);
  });

  const words = new Int32Array(total);
  const starts = new Uint8Array(total);
  const segmentNumbers = new Int32Array(total);
  segments.forEach(({ first, length }, number) => {
    words.set(chunks[number] ?? [], first);
    starts.fill(1, first, first + length - GRAM_WORDS + 1);
    segmentNumbers.fill(number, first, first + length);
  });
  const grams = createGramIndex(words, starts);
  const lengths = items.map(() => ({ words: 0, question: 0 }));
  for (const { item, length, question } of segments) {
    const ofItem = lengths[item];
    if (!ofItem) continue;
    ofItem.words += length;
    if (question) ofItem.question += length;
  }
  return {
    items,
    grams,
    words,
    segments,
    segmentOf: (place) => segments[segmentNumbers[place] ?? -1],
    lengthsOf: (item) => lengths[item] ?? { words: 0, question: 0 },
    shortQuestions,
    withoutWords,
  };
}

function checkIds(items: readonly DecontaminationItem[]): void {
  if (items.length === 0) {
    throw new DataError("There are no items to compare training data with. Give the evaluation's items.", {
      code: "invalid_option",
      field: "items",
    });
  }
  const ids = new Set<string>();
  for (const { id } of items) {
    if (ids.has(id)) {
      throw new DataError(
        `Two items have the id ${JSON.stringify(id)}. Give each one its own, or a finding can't say which it means.`,
        { code: "invalid_option", field: "id" },
      );
    }
    ids.add(id);
  }
}
