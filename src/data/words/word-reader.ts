import { foldedCharacters, NEEDS_NORMALISING, normalised, SEPARATOR } from "./folding.ts";

/** Words of a text, as arrays that are used again for the next text. */
export interface WordReader {
  /**
   * Reads the words of a text: runs of letters and digits after NFKC in lower case; a Han character or kana is a word by
   * itself. Returns how many there are.
   */
  read(text: string): number;
  /** A hash of each word. The array may be another one after each {@link WordReader.read}. */
  readonly hashes: Int32Array;
  /** Where each word begins in the text, in UTF-16 code units. */
  readonly starts: Int32Array;
  /** Where each word ends. Where characters joined or fell apart, begin and end are those of the letters around it. */
  readonly ends: Int32Array;
  /** A word of the text that was read last, as it was normalised. */
  word(index: number): string;
}

/** Kana, Bopomofo and Han: after NFKC nothing else with letters is here. Hangul is written in words. */
const IDEOGRAPHS = { first: 0x3005, last: 0x9fff };

const words = /[\u3005-\u9fff\u{20000}-\u{3ffff}]|(?:(?![\u3005-\u9fff\u{20000}-\u{3ffff}])[\p{L}\p{N}])+/gu;
const letterOrDigit = /[\p{L}\p{N}]/u;
const mark = /\p{M}/u;

/** The words of a text as strings. A {@link WordReader} finds the same ones without making strings. */
export function wordsOf(text: string): string[] {
  const found: string[] = [];
  for (const [word] of normalised(text).matchAll(words)) {
    if (letterOrDigit.test(word)) found.push(word);
  }
  return found;
}

/** After a text with more words than this, the arrays are given back. */
const KEPT_WORDS = 1 << 18;
const KEPT_UNITS = 1 << 20;
const HASH_START = 0x811c9dc5;
const HASH_PRIME = 0x01000193;

/** The finaliser of MurmurHash3 (Appleby 2011): each bit of the result depends on each bit of `hash`. */
export function mixed(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hashOf(word: string): number {
  let hash = HASH_START;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), HASH_PRIME);
  return mixed(hash);
}

/** Makes a reader. It reads some hundred MB of text a second; one serves a whole thread. */
export function createWordReader(): WordReader {
  const folded = foldedCharacters();
  let hashes = new Int32Array(1024);
  let starts = new Int32Array(1024);
  let ends = new Int32Array(1024);
  let count = 0;
  let current = "";
  // Looking at a string's code units one by one costs more than copying all of them into an array.
  let bytes = Buffer.alloc(8192);
  let units = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);

  const copyUnits = (text: string) => {
    if (text.length > units.length || (units.length > KEPT_UNITS && text.length <= KEPT_UNITS)) {
      bytes = Buffer.alloc(Math.max(4096, text.length) * 2);
      units = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
    }
    bytes.write(text, "utf16le");
  };

  const grow = (size: number) => {
    const larger = (old: Int32Array) => {
      const array = new Int32Array(size);
      array.set(old.subarray(0, count));
      return array;
    };
    hashes = larger(hashes);
    starts = larger(starts);
    ends = larger(ends);
  };

  const put = (hash: number, start: number, end: number) => {
    if (count === hashes.length) grow(count * 2);
    hashes[count] = hash;
    starts[count] = start;
    ends[count] = end;
    count++;
  };

  const separates = (text: string, at: number) => {
    const code = text.charCodeAt(at);
    return folded[code] === SEPARATOR && !(code >= 0x300 && mark.test(String.fromCharCode(code)));
  };

  /** Normalises the letters around a place and takes their words; returns where they end. */
  const readPiece = (text: string, at: number): number => {
    let start = at;
    let end = at + 1;
    while (start > 0 && !separates(text, start - 1)) start--;
    while (end < text.length && !separates(text, end)) end++;
    while (count > 0 && (starts[count - 1] ?? 0) >= start) count--;
    for (const word of wordsOf(text.slice(start, end))) put(hashOf(word), start, end);
    return end;
  };

  const read = (text: string): number => {
    if (hashes.length > KEPT_WORDS) {
      count = 0;
      grow(1024);
    }
    count = 0;
    current = text;
    copyUnits(text);
    const codes = units;
    const { length } = text;
    let at = 0;
    while (at < length) {
      let code = folded[codes[at] ?? 0] ?? 0;
      if (code === SEPARATOR) {
        at++;
        continue;
      }
      const start = at;
      let hash = HASH_START;
      if (code >= IDEOGRAPHS.first && code <= IDEOGRAPHS.last) {
        put(mixed(Math.imul(hash ^ code, HASH_PRIME)), start, ++at);
        continue;
      }
      while (code > NEEDS_NORMALISING && (code < IDEOGRAPHS.first || code > IDEOGRAPHS.last)) {
        hash = Math.imul(hash ^ code, HASH_PRIME);
        at++;
        if (at === length) break;
        code = folded[codes[at] ?? 0] ?? 0;
      }
      if (code === NEEDS_NORMALISING) at = readPiece(text, at);
      else put(mixed(hash), start, at);
    }
    return count;
  };

  const word = (index: number): string => {
    const start = starts[index] ?? 0;
    let nth = 0;
    while (nth < index && starts[index - nth - 1] === start) nth++;
    return wordsOf(current.slice(start, ends[index]))[nth] ?? "";
  };

  return {
    read,
    word,
    get hashes() {
      return hashes;
    },
    get starts() {
      return starts;
    },
    get ends() {
      return ends;
    },
  };
}
