import { wordsOf } from "../words/word-reader.ts";
import { SHINGLE_WORDS, SKETCH_WORDS } from "./signature.ts";

function shingles(texts: string | readonly string[]): Set<string> {
  const words = (typeof texts === "string" ? [texts] : texts).flatMap(wordsOf);
  const found = new Set<string>();
  for (let i = 0; i + SHINGLE_WORDS <= words.length; i++) {
    found.add(words.slice(i, i + SHINGLE_WORDS).join(" "));
  }
  return found;
}

/**
 * The Jaccard similarity of two texts, exactly: how many of the runs of three words that occur in either occur in both.
 * It verifies what signatures made likely.
 */
export function jaccardSimilarity(a: string | readonly string[], b: string | readonly string[]): number {
  const of = shingles(a);
  const others = shingles(b);
  let both = 0;
  for (const shingle of of) if (others.has(shingle)) both++;
  const either = of.size + others.size - both;
  return either === 0 ? 0 : both / either;
}

/**
 * Estimates the Jaccard similarity of two texts from their sketches: bins that agree, of those that aren't empty in both (Li,
 * Owen and Zhang 2012, "One Permutation Hashing", equation 8), less what agrees by chance, which is a third of the bins
 * that hold different shingles, as a value is kept modulo 3 (as in Li and König 2010, "b-Bit Minwise Hashing").
 */
export function estimatedSimilarity(
  a: Uint32Array,
  offsetA: number,
  b: Uint32Array,
  offsetB: number,
): number {
  let inEither = 0;
  let inBoth = 0;
  let unequal = 0;
  for (let word = 0; word < SKETCH_WORDS; word++) {
    const of = a[offsetA + word] ?? 0;
    const other = b[offsetB + word] ?? 0;
    const filled = (of | (of >>> 1)) & LOW_BITS;
    const otherFilled = (other | (other >>> 1)) & LOW_BITS;
    const different = of ^ other;
    inEither += pairs(filled | otherFilled);
    inBoth += pairs(filled & otherFilled);
    unequal += pairs((different | (different >>> 1)) & filled & otherFilled);
  }
  // Of the bins that hold different shingles, two thirds show it.
  return inEither === 0 ? 0 : Math.max(0, inBoth - unequal * 1.5) / inEither;
}

/** The lower one of each pair of bits. */
const LOW_BITS = 0x55555555;

/** How many of the lower bits of pairs are set (Warren, "Hacker's Delight", section 5-1). */
function pairs(bits: number): number {
  const nibbles = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
