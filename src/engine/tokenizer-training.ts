import { pairKey } from "./bpe.ts";
import { BYTES_IN_ORDER, readSpelling, spellBytes } from "./byte-alphabet.ts";
import { wordEnd } from "./pre-tokenizer.ts";
import { readTokenizer, type Tokenizer } from "./tokenizer.ts";
import { tokenizerJson } from "./tokenizer-json.ts";

/** What {@link trainTokenizer} makes. */
export interface TokenizerTrainingOptions {
  /**
   * The most tokens it may have, special tokens and the 256 bytes among them. It has fewer when the texts have too few
   * pairs that occur twice.
   *
   * @default 3072
   */
  readonly vocabularySize?: number;
  /** The tokens that mark structure; they take the ids from 0 on, in this order. */
  readonly specialTokens: readonly string[];
}

/**
 * Learns a byte-level BPE vocabulary: special tokens, then the 256 bytes, then joined pairs, each time the pair that
 * occurs most often within words, of equals the one of the lowest ids. The same texts give the same tokenizer on every
 * machine. Every digit is a token of its own.
 *
 * The texts are read once, one at a time; memory grows with the number of different words.
 *
 * Sennrich et al. 2016, https://aclanthology.org/P16-1162/
 *
 * @throws RangeError when the vocabulary has no room for the bytes, or a special token is empty, there twice, or spells
 * a byte
 */
export function trainTokenizer(texts: Iterable<string>, options: TokenizerTrainingOptions): Tokenizer {
  const { vocabularySize = 3072, specialTokens } = options;
  checkOptions(vocabularySize, specialTokens);
  const alphabet = BYTES_IN_ORDER.map((byte) => spellBytes([byte]));
  const spellings = [...specialTokens, ...alphabet];
  const byteTokens = new Int32Array(256);
  BYTES_IN_ORDER.forEach((byte, index) => {
    byteTokens[byte] = specialTokens.length + index;
  });

  const corpus = createCorpus(countWords(texts), byteTokens, vocabularySize);
  const ids = new Map(spellings.map((spelling, id) => [spelling, id]));
  const special = new Set(specialTokens);
  const merges: [string, string][] = [];
  const merged = new Set<number>();
  while (spellings.length < vocabularySize) {
    const pair = corpus.mostFrequentPair();
    if (pair === undefined) break;
    const left = spellings[pair.left] ?? "";
    const right = spellings[pair.right] ?? "";
    const joined = left + right;
    // Text must never become a special token.
    if (special.has(joined)) continue;
    // Two ways can lead to one spelling: "a" + "bc" and "ab" + "c". It stays one token.
    let token = ids.get(joined);
    if (token === undefined) {
      token = spellings.length;
      ids.set(joined, token);
      spellings.push(joined);
    }
    // By such a second way, a pair that was joined before can come up again. Its first rank stands.
    const key = pairKey(pair.left, pair.right, vocabularySize);
    if (!merged.has(key)) merges.push([left, right]);
    merged.add(key);
    corpus.join(pair, token);
  }
  return readTokenizer(
    tokenizerJson({
      specialTokens: new Map(specialTokens.map((token, id) => [token, id])),
      spellings,
      mergeSpellings: merges,
      splitDigits: true,
    }),
  );
}

function checkOptions(vocabularySize: number, specialTokens: readonly string[]): void {
  const least = specialTokens.length + 256;
  if (!Number.isSafeInteger(vocabularySize) || vocabularySize < least) {
    throw new RangeError(
      `vocabularySize must be at least ${least}, for 256 bytes and ${specialTokens.length} special tokens, got ${vocabularySize}`,
    );
  }
  specialTokens.forEach((token, index) => {
    if (specialTokens.indexOf(token) !== index) {
      throw new RangeError(`the special token ${JSON.stringify(token)} is there twice`);
    }
    if (token === "" || (token.length === 1 && readSpelling(token) !== undefined)) {
      throw new RangeError(`the special token ${JSON.stringify(token)} must have at least two characters`);
    }
  });
}

// Longer runs without a space, such as base64, are cut: statistics need no more of them.
const LONGEST_WORD = 256;

function countWords(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (word: string) => {
    const known = counts.get(word);
    // A slice of the text would keep the whole text in memory, so a new key is a copy.
    if (known === undefined) counts.set(structuredClone(word), 1);
    else counts.set(word, known + 1);
  };
  for (const text of texts) {
    for (let start = 0; start < text.length; ) {
      const end = wordEnd(text, start, true);
      while (end - start > LONGEST_WORD) {
        const isSplitPair = /[\uD800-\uDBFF]/.test(text.charAt(start + LONGEST_WORD - 1));
        const cut = start + LONGEST_WORD - (isSplitPair ? 1 : 0);
        count(text.slice(start, cut));
        start = cut;
      }
      count(text.slice(start, end));
      start = end;
    }
  }
  return counts;
}

interface Pair {
  readonly left: number;
  readonly right: number;
}

interface Corpus {
  /** The pair to join next; it is given once. `undefined` when none occurs twice. */
  mostFrequentPair(): Pair | undefined;
  /** Replaces every occurrence of a pair with a token. */
  join(pair: Pair, token: number): void;
}

const NONE = -1;

/**
 * All different words as one linked list of tokens, with the count and the places of every pair kept up to date, so
 * that a merge costs as much as the pair occurs, not as much as there is text.
 */
function createCorpus(
  words: ReadonlyMap<string, number>,
  byteTokens: Int32Array,
  vocabularySize: number,
): Corpus {
  const encoder = new TextEncoder();
  let length = 0;
  for (const word of words.keys()) length += Buffer.byteLength(word);
  const tokens = new Int32Array(length);
  const weights = new Float64Array(length);
  const next = new Int32Array(length).fill(NONE);
  const previous = new Int32Array(length).fill(NONE);
  const counts = new Map<number, number>();
  const places = new Map<number, number[]>();

  const keyAt = (left: number, right: number) =>
    pairKey(tokens[left] ?? 0, tokens[right] ?? 0, vocabularySize);
  const add = (left: number, right: number): number => {
    const key = keyAt(left, right);
    counts.set(key, (counts.get(key) ?? 0) + (weights[left] ?? 0));
    const known = places.get(key);
    if (known === undefined) places.set(key, [left]);
    else known.push(left);
    return key;
  };
  const remove = (left: number, right: number) => {
    const key = keyAt(left, right);
    counts.set(key, (counts.get(key) ?? 0) - (weights[left] ?? 0));
  };

  let at = 0;
  for (const [word, count] of words) {
    const begin = at;
    for (const byte of encoder.encode(word)) {
      tokens[at] = byteTokens[byte] ?? 0;
      weights[at] = count;
      if (at > begin) {
        next[at - 1] = at;
        previous[at] = at - 1;
        add(at - 1, at);
      }
      at++;
    }
  }
  const queue = createQueue();
  for (const [key, count] of counts) queue.push(key, count);

  return {
    mostFrequentPair() {
      for (let top = queue.pop(); top !== undefined; top = queue.pop()) {
        const count = counts.get(top.key) ?? 0;
        if (count !== top.count) {
          // Neighbours were joined since it was put in.
          if (count >= 2) queue.push(top.key, count);
        } else if (count >= 2) {
          return { left: Math.floor(top.key / vocabularySize), right: top.key % vocabularySize };
        }
      }
      return undefined;
    },
    join(pair, token) {
      const key = pairKey(pair.left, pair.right, vocabularySize);
      const grown = new Set<number>();
      const found = places.get(key) ?? [];
      places.delete(key);
      // From the left, so that "aaa" becomes "aa" + "a" as it does when encoding.
      for (const left of found.sort((a, b) => a - b)) {
        const right = next[left] ?? NONE;
        if (right === NONE || tokens[left] !== pair.left || tokens[right] !== pair.right) continue;
        const before = previous[left] ?? NONE;
        const after = next[right] ?? NONE;
        remove(left, right);
        if (before !== NONE) remove(before, left);
        if (after !== NONE) remove(right, after);
        tokens[left] = token;
        tokens[right] = NONE;
        next[left] = after;
        next[right] = NONE;
        if (after !== NONE) {
          previous[after] = left;
          grown.add(add(left, after));
        }
        if (before !== NONE) grown.add(add(before, left));
      }
      counts.delete(key);
      for (const changed of grown) queue.push(changed, counts.get(changed) ?? 0);
    },
  };
}

/** A binary heap of pairs, the most frequent first, of equals the lowest key. */
function createQueue() {
  interface Entry {
    readonly key: number;
    readonly count: number;
  }
  const entries: Entry[] = [];
  const goesFirst = (a: Entry, b: Entry) => a.count > b.count || (a.count === b.count && a.key < b.key);
  return {
    push(key: number, count: number): void {
      if (count < 2) return;
      const entry = { key, count };
      let hole = entries.push(entry) - 1;
      while (hole > 0) {
        const parent = entries[(hole - 1) >> 1];
        if (parent === undefined || !goesFirst(entry, parent)) break;
        entries[hole] = parent;
        hole = (hole - 1) >> 1;
      }
      entries[hole] = entry;
    },
    pop(): Entry | undefined {
      const top = entries[0];
      const last = entries.pop();
      if (top === undefined || last === undefined || entries.length === 0) return top;
      let hole = 0;
      for (;;) {
        const leftAt = 2 * hole + 1;
        const left = entries[leftAt];
        const right = entries[leftAt + 1];
        if (left === undefined) break;
        const [child, childAt] =
          right !== undefined && goesFirst(right, left) ? [right, leftAt + 1] : [left, leftAt];
        if (!goesFirst(child, last)) break;
        entries[hole] = child;
        hole = childAt;
      }
      entries[hole] = last;
      return top;
    },
  };
}
