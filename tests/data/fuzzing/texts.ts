import type { Random } from "../../../src/engine/random.ts";

/**
 * Texts in which no rule can find anything, by what they consist of:
 *
 * - One number of at most five digits, so there is no phone number, card, id or address of the internet.
 * - No `@`, no `<` or `|`, no `_`, and no word longer than ten letters, so there is no address of e-mail, no token of a
 *   chat template and no key.
 * - Never U+0000, U+FEFF or half a surrogate pair, which are findings of their own; and at least one letter.
 *
 * Everything else is there: letters of many scripts, characters of all planes, control characters, combining marks, white
 * space of all kinds.
 */
export function harmlessText(random: Random, words: number): string {
  const parts: string[] = [];
  const numberAt = random.below(8) === 0 ? random.below(words) : -1;
  for (let index = 0; index < words; index++) {
    if (index > 0) parts.push(SPACES[random.below(SPACES.length)] ?? " ");
    parts.push(index === numberAt ? String(random.below(100_000)) : word(random));
    if (random.below(9) === 0) parts.push(MARKS[random.below(MARKS.length)] ?? ".");
  }
  return parts.join("");
}

/** A word that no other number has, in letters alone. */
export function wordOf(number: number): string {
  let word = "";
  for (let left = number; left > 0 || word === ""; left = Math.floor(left / 20)) word += LETTERS[left % 20];
  return word;
}

// Without vowels, so that they spell nothing.
const LETTERS = "bcdfghjklmnpqrstvwxz";
/** First and last letters of alphabets, and of scripts without any. */
const SCRIPTS: readonly (readonly [number, number])[] = [
  [0x61, 0x7a],
  [0x61, 0x7a],
  [0x61, 0x7a],
  [0x41, 0x5a],
  [0xe0, 0xf6],
  [0x3b1, 0x3c9],
  [0x430, 0x44f],
  [0x5d0, 0x5ea],
  [0x627, 0x64a],
  [0x905, 0x939],
  [0x3041, 0x3093],
  [0x4e00, 0x9fa5],
  [0xac00, 0xd7a3],
  [0x10400, 0x1044f],
  [0x20000, 0x2a6d6],
];
const SPACES = [" ", " ", " ", " ", " ", " ", "\n", "\t", "\u00a0", "\u3000", "\r\n", "\u2028"];
const MARKS = [
  ".",
  ",",
  ";",
  ":",
  "!",
  "?",
  "…",
  "—",
  '"',
  "'",
  "“",
  "(",
  ")",
  "\\",
  "/",
  "{",
  "}",
  "[",
  "]",
  "=",
  "#",
];

function word(random: Random): string {
  if (random.below(12) === 0) return anything(random);
  const [first, last] = SCRIPTS[random.below(SCRIPTS.length)] ?? [0x61, 0x7a];
  let text = "";
  for (let left = 1 + random.below(10); left > 0; left--) {
    text += String.fromCodePoint(first + random.below(last - first + 1));
  }
  return text;
}

/** A character of any plane, between two letters. */
function anything(random: Random): string {
  const kinds = [0x80, 0x800, 0x10000, 0x110000];
  const code = random.below(kinds[random.below(kinds.length)] ?? 0x80);
  const isExcluded =
    code === 0 ||
    code === 0xfeff ||
    (code >= 0xd800 && code < 0xe000) ||
    "0123456789@<|_-".includes(String.fromCodePoint(code));
  return `b${isExcluded ? "\u0301" : String.fromCodePoint(code)}d`;
}
