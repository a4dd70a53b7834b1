/**
 * Cuts text into the words that byte-pair merges stay within: GPT-2's pattern
 *
 *     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 *
 * and, where digits are split, every number character taken out as a word of its own before that, as Hugging Face's
 * `Sequence[Digits(individual_digits), ByteLevel]` does. Written as a scanner, because a regular expression keeps a
 * backtracking entry for each character of a run and gives up on a run of a few million.
 */

const LETTER = 1;
export const NUMBER = 2;
export const SPACE = 3;
const OTHER = 4;

// Filled as characters turn up: a property test per character of a long text would cost more than the merging.
const kinds = new Uint8Array(0x11_0000);

// JavaScript's \s has U+FEFF and lacks U+0085; the Unicode property, which the pattern means, is the other way round.
function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  const kind = /\p{L}/u.test(character)
    ? LETTER
    : /\p{N}/u.test(character)
      ? NUMBER
      : /\p{White_Space}/u.test(character)
        ? SPACE
        : OTHER;
  kinds[codePoint] = kind;
  return kind;
}

/**
 * The kind of a code unit, as a number above 0, or 0 for half of a surrogate pair: of what kind it is, the two decide
 * together. Units of one kind belong to one run.
 */
export function unitKind(unit: number): number {
  if (unit >= 0xd800 && unit < 0xe000) return 0;
  return kinds[unit] || classify(unit);
}

function kindAt(text: string, index: number): number {
  const codePoint = text.codePointAt(index);
  if (codePoint === undefined) return 0;
  return kinds[codePoint] || classify(codePoint);
}

/** How many UTF-16 units the code point at `index` takes. */
function widthAt(text: string, index: number): number {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}

function runEnd(text: string, start: number, kind: number): number {
  let end = start;
  while (end < text.length && kindAt(text, end) === kind) end += widthAt(text, end);
  return end;
}

const CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

/**
 * Where the word that begins at `start` ends, in UTF-16 units. It depends on nothing before `start`.
 *
 * @param splitDigits whether every number character is a word of its own
 */
export function wordEnd(text: string, start: number, splitDigits: boolean): number {
  const kind = kindAt(text, start);
  if (kind === LETTER) return runEnd(text, start, LETTER);
  if (kind === NUMBER) {
    return splitDigits ? start + widthAt(text, start) : runEnd(text, start, NUMBER);
  }
  if (kind === OTHER) {
    if (text.charAt(start) === "'") {
      const contraction = CONTRACTIONS.find((ending) => text.startsWith(ending, start));
      if (contraction !== undefined) return start + contraction.length;
    }
    return runEnd(text, start, OTHER);
  }
  if (text.charAt(start) === " ") {
    const next = kindAt(text, start + 1);
    if (next === LETTER || next === OTHER || (next === NUMBER && !splitDigits)) {
      return runEnd(text, start + 1, next);
    }
  }
  const end = runEnd(text, start, SPACE);
  // The last space of a run goes to the word behind it, unless the run ends the text or a digit was taken out there.
  const runEndsText = end === text.length || (splitDigits && kindAt(text, end) === NUMBER);
  return runEndsText || end === start + 1 ? end : end - 1;
}
