import { mixed } from "../words/word-reader.ts";

/** Words in a gram, the shortest match that is seen. */
export const GRAM_WORDS = 8;

/** A gram that occurs in more places than this is found in the first ones alone, so that the work of a hit is bounded. */
const MAX_PLACES = 64;

const BASE = 0x2c1b3c6d;
/** BASE to the power of {@link GRAM_WORDS}, modulo 2³². */
const BASE_TO_GRAM = Array.from({ length: GRAM_WORDS }).reduce<number>((power) => Math.imul(power, BASE), 1);

/** The hash of the gram that ends with `next`, from that of the gram before, which begins with `first` (Karp and Rabin 1987). */
export function rolled(hash: number, first: number, next: number): number {
  return (Math.imul(hash, BASE) + next - Math.imul(first, BASE_TO_GRAM)) | 0;
}

/** A second hash of a gram, which has nothing to do with the first: made for the few that the first one lets pass. */
function secondHash(hashes: Int32Array, at: number): number {
  let hash = 0x3c6ef372;
  for (let i = at; i < at + GRAM_WORDS; i++) hash = mixed(Math.imul(hash, 0x9e3779b1) ^ (hashes[i] ?? 0));
  return hash;
}

/** The grams of some texts. */
export interface GramIndex {
  /** Whether a gram with this rolling hash may be there. */
  mayHave(hash: number): boolean;
  /** Calls `visit` with each place of the gram at `at` in `hashes`, up to 64: the number of its first word in all. */
  find(hash: number, hashes: Int32Array, at: number, visit: (place: number) => void): void;
  /** In bytes. */
  readonly bytes: number;
}

/**
 * Indexes the grams of texts: a bitset by one hash in front of a table by two, which only one gram in sixteen that isn't
 * there reaches.
 *
 * @param words - hashes of the words of all texts, one text after the other
 * @param starts - whether a gram begins at a word of all and lies in one text
 */
export function createGramIndex(words: Int32Array, starts: Uint8Array): GramIndex {
  const count = starts.reduce((sum, start) => sum + start, 0);
  const bits = Math.max(16, Math.ceil(Math.log2(count * 16 + 1)));
  const filter = new Uint32Array(2 ** (bits - 5));
  const slots = 2 ** Math.max(4, Math.ceil(Math.log2(count * 2 + 1)));
  // A slot has the first place of a gram and 1 more; the others are a chain from there, in the order of the texts.
  const firstPlace = new Int32Array(slots);
  const lastPlace = new Int32Array(slots);
  const places = new Uint8Array(slots);
  const next = new Int32Array(words.length).fill(-1);
  const firstHash = new Int32Array(words.length);
  const otherHash = new Int32Array(words.length);

  const slotOf = (hash: number, other: number) => {
    let slot = mixed(hash ^ other) & (slots - 1);
    for (;;) {
      const place = (firstPlace[slot] ?? 0) - 1;
      if (place < 0 || (firstHash[place] === hash && otherHash[place] === other)) return slot;
      slot = (slot + 1) & (slots - 1);
    }
  };

  const put = (hash: number, place: number) => {
    const other = secondHash(words, place);
    firstHash[place] = hash;
    otherHash[place] = other;
    const bit = hash >>> (32 - bits);
    filter[bit >>> 5] = (filter[bit >>> 5] ?? 0) | (1 << (bit & 31));
    const slot = slotOf(hash, other);
    const known = places[slot] ?? 0;
    if (known >= MAX_PLACES) return;
    if (known === 0) firstPlace[slot] = place + 1;
    else next[lastPlace[slot] ?? 0] = place;
    lastPlace[slot] = place;
    places[slot] = known + 1;
  };

  let hash = 0;
  for (let i = 0; i < words.length; i++) {
    hash = rolled(hash, i < GRAM_WORDS ? 0 : (words[i - GRAM_WORDS] ?? 0), words[i] ?? 0);
    const place = i - GRAM_WORDS + 1;
    if (place >= 0 && starts[place]) put(hash, place);
  }

  return {
    mayHave(gram) {
      const bit = gram >>> (32 - bits);
      return (((filter[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
    },
    find(gram, hashes, at, visit) {
      const slot = slotOf(gram, secondHash(hashes, at));
      for (let place = (firstPlace[slot] ?? 0) - 1; place >= 0; place = next[place] ?? -1) visit(place);
    },
    bytes:
      filter.byteLength +
      firstPlace.byteLength * 2 +
      places.byteLength +
      next.byteLength * 3 +
      words.byteLength,
  };
}
