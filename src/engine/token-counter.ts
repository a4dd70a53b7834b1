import { wordEnd } from "./pre-tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";

/**
 * Counts the tokens of texts without making them: the same as `tokenizer.encode(text).length`, some ten times faster for
 * text whose words come again.
 *
 * Words are known again by a hash of 64 bits that is made while the word is scanned, so that a known word costs no string
 * of its own. Two words of one hash would be counted alike; among a million words, the odds for that are 1 in 37 million.
 */
export function createTokenCounter(tokenizer: Tokenizer): (text: string) => number {
  const { splitDigits } = tokenizer;
  const low = new Uint32Array(SLOTS);
  const high = new Uint32Array(SLOTS);
  // 0: the slot is free, for no word has no token.
  const counts = new Uint8Array(SLOTS);

  const countWord = (text: string, start: number, end: number, h1: number, h2: number): number => {
    const first = h1 & MASK;
    for (let probe = 0; probe < PROBES; probe++) {
      const slot = (first + probe) & MASK;
      const count = counts[slot] ?? 0;
      if (count === 0) break;
      if (low[slot] === h1 && high[slot] === h2) return count;
    }
    const count = tokenizer.encode(text.slice(start, end)).length;
    let slot = first;
    for (let probe = 0; probe < PROBES; probe++) {
      slot = (first + probe) & MASK;
      if (counts[slot] === 0) break;
    }
    low[slot] = h1;
    high[slot] = h2;
    counts[slot] = count;
    return count;
  };

  return (text) => {
    let total = 0;
    for (let start = 0; start < text.length; ) {
      const end = asciiWordEnd(text, start, splitDigits) || wordEnd(text, start, splitDigits);
      if (end - start > LONGEST_CACHED) {
        total += tokenizer.encode(text.slice(start, end)).length;
      } else {
        let h1 = 0x811c9dc5;
        let h2 = 0x9e3779b9;
        for (let i = start; i < end; i++) {
          const unit = text.charCodeAt(i);
          h1 = Math.imul(h1 ^ unit, 0x01000193);
          h2 = Math.imul(h2 ^ unit, 0x85ebca6b);
          h2 ^= h2 >>> 15;
        }
        total += countWord(text, start, end, (h1 ^ (h1 >>> 16)) >>> 0, h2 >>> 0);
      }
      start = end;
    }
    return total;
  };
}

const SLOTS = 1 << 16;
const MASK = SLOTS - 1;
const PROBES = 4;
// A word of 40 UTF-16 units has at most 120 bytes, and so at most 120 tokens, which a byte can count.
const LONGEST_CACHED = 40;

const LETTER = 1;
const NUMBER = 2;
const SPACE = 3;
const OTHER = 4;

const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z]/.test(character)) return LETTER;
  if (/[0-9]/.test(character)) return NUMBER;
  return /[\t-\r ]/.test(character) ? SPACE : OTHER;
});

/**
 * Where the word ends if that can be said from ASCII alone, in the commonest cases; otherwise 0. `wordEnd` is the rule.
 */
function asciiWordEnd(text: string, start: number, splitDigits: boolean): number {
  const first = text.charCodeAt(start);
  if (first >= 128) return 0;
  let at = start;
  let kind = kinds[first];
  if (first === 32) {
    const next = text.charCodeAt(start + 1);
    // At the end of the text it is NaN.
    if (!(next < 128)) return 0;
    kind = kinds[next];
    if (kind === SPACE) return 0;
    if (kind === NUMBER && splitDigits) return start + 1;
    at = start + 1;
  } else if (kind === SPACE || first === 39) return 0;
  if (kind === NUMBER && splitDigits) return start + 1;
  let unit = 0;
  do unit = text.charCodeAt(++at);
  while (unit < 128 && kinds[unit] === kind);
  // NaN ends it; any other character beyond ASCII could belong to it.
  return unit >= 128 ? 0 : at;
}
