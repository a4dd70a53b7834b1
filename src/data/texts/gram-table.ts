import { inflateRawSync } from "node:zlib";
import { gramLanguages, packedGrams } from "./language-grams.ts";

/** Where in a word a gram stands; a whole word is at both. */
const BEGINS_WORD = 1;
const ENDS_WORD = 2;

/** How much the grams of words speak for each language. */
export interface GramScores {
  /** By the index of {@link gramLanguages}. */
  readonly scores: Int32Array;
  /** How many different grams there were, those that are in no language included. */
  grams: number;
  /** Those of them that are in no language. */
  unknown: number;
}

/**
 * Adds up the scores of the grams of some words, each gram once. The way in which words are cut is eld's, whose scores
 * these are: pieces of 4 bytes of UTF-8 from every third byte on, and the last 4.
 */
export type ScoreGrams = (bytes: Uint8Array, start: number, end: number) => GramScores;

/** What eld has taken off each score, to keep its database small. */
const LEAST_SCORE = 53;
const LONGEST_WORD = 70;
const GRAM = 4;
const STRIDE = 3;
const SPACE = 32;
const SLOTS = 1 << 17;

let table: ScoreGrams | undefined;

/** The table is unpacked when it is first asked for, which takes some milliseconds and 2 MB. */
export function gramTable(): ScoreGrams {
  table ??= unpack();
  return table;
}

function unpack(): ScoreGrams {
  const packed = inflateRawSync(Buffer.from(packedGrams, "base64"));
  const header = Array.from({ length: 5 }, (_, index) => packed.readUInt32LE(4 * index));
  const pairs = header.pop() ?? 0;
  const count = header.reduce((sum, each) => sum + each, 0);
  const counts = packed.subarray(20, 20 + count);
  const languages = packed.subarray(20 + count, 20 + count + pairs);
  const values = packed.subarray(20 + count + pairs, 20 + count + 2 * pairs);
  const keys = new Uint32Array(SLOTS);
  /** One more than the gram's number; 0 is an empty slot. */
  const numbers = new Uint16Array(SLOTS);
  /** Where the scores of each gram begin, and those of the last end. */
  const begins = new Uint32Array(count + 1);
  let at = 20 + count + 2 * pairs;
  let gram = 0;
  for (const [where, ofWhere] of header.entries()) {
    let bytes = 0;
    for (let index = 0; index < ofWhere; index++) {
      let factor = 1;
      for (let byte = 128; byte >= 128; factor *= 128) {
        byte = packed[at++] ?? 0;
        bytes += (byte % 128) * factor;
      }
      const key = keyOf(bytes, where);
      let slot = slotOf(key);
      while (numbers[slot] !== 0) slot = (slot + 1) % SLOTS;
      keys[slot] = key;
      numbers[slot] = gram + 1;
      begins[gram + 1] = (begins[gram] ?? 0) + (counts[gram] ?? 0);
      gram++;
    }
  }

  const result: GramScores = { scores: new Int32Array(gramLanguages.length), grams: 0, unknown: 0 };
  /** The text in which each gram was seen last. */
  const seen = new Uint32Array(count);
  let text = 0;

  const add = (bytes: number, where: number) => {
    const key = keyOf(bytes, where);
    let slot = slotOf(key);
    let number = numbers[slot] ?? 0;
    while (number !== 0 && keys[slot] !== key) {
      slot = (slot + 1) % SLOTS;
      number = numbers[slot] ?? 0;
    }
    if (number === 0) {
      result.unknown++;
      result.grams++;
      return;
    }
    if (seen[number - 1] === text) return;
    seen[number - 1] = text;
    result.grams++;
    const end = begins[number] ?? 0;
    for (let pair = begins[number - 1] ?? 0; pair < end; pair++) {
      const language = languages[pair] ?? 0;
      result.scores[language] = (result.scores[language] ?? 0) + (values[pair] ?? 0) + LEAST_SCORE;
    }
  };

  return (bytes, start, end) => {
    text++;
    result.scores.fill(0);
    result.grams = 0;
    result.unknown = 0;
    for (let at = start; at < end; at++) {
      if (bytes[at] === SPACE) continue;
      const word = at;
      while (at < end && bytes[at] !== SPACE) at++;
      const length = Math.min(LONGEST_WORD, at - word);
      let from = 0;
      for (; from + GRAM < length; from += STRIDE) {
        add(readGram(bytes, word + from, GRAM), from === 0 ? BEGINS_WORD : 0);
      }
      const last = Math.max(0, length - GRAM);
      add(readGram(bytes, word + last, Math.min(length, GRAM)), ENDS_WORD | (from === 0 ? BEGINS_WORD : 0));
    }
    return result;
  };
}

function readGram(bytes: Uint8Array, at: number, length: number): number {
  let read = 0;
  for (let index = 0; index < length; index++) read = (read << 8) | (bytes[at + index] ?? 0);
  return read >>> 0;
}

/** Where it stands makes the same bytes another key. No two of the grams have one key. */
function keyOf(bytes: number, where: number): number {
  return (bytes ^ Math.imul(where, 0x9e3779b1)) >>> 0;
}

function slotOf(key: number): number {
  return (Math.imul(key ^ (key >>> 15), 0x85ebca6b) >>> 15) % SLOTS;
}
