import { createWordReader } from "../words/word-reader.ts";
import { GRAM_WORDS } from "./gram-index.ts";

/**
 * Makes a function that says, for the hashes of a text's words, which of them belong to phrases that may be anywhere: those
 * in runs of 8 words that an allowed text has too, or in the whole of a shorter one.
 */
export function createAllowedPhrases(texts: readonly string[]): (hashes: Int32Array) => Uint8Array {
  const reader = createWordReader();
  // By the number of words of a phrase, as text: there are few.
  const phrases = new Map<number, Set<string>>();
  for (const text of texts) {
    const count = reader.read(text);
    const length = Math.min(count, GRAM_WORDS);
    if (length === 0) continue;
    const ofLength = phrases.get(length) ?? new Set();
    phrases.set(length, ofLength);
    for (let i = 0; i + length <= count; i++) ofLength.add(reader.hashes.subarray(i, i + length).join());
  }
  return (hashes) => {
    const allowed = new Uint8Array(hashes.length);
    for (const [length, known] of phrases) {
      for (let i = 0; i + length <= hashes.length; i++) {
        if (known.has(hashes.subarray(i, i + length).join())) allowed.fill(1, i, i + length);
      }
    }
    return allowed;
  };
}
