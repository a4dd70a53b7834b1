/** What {@link foldedCharacters} says of a code unit that belongs to no word. */
export const SEPARATOR = 0;

/** What {@link foldedCharacters} says of a code unit whose meaning depends on its neighbours, or that becomes several. */
export const NEEDS_NORMALISING = 1;

/** NFKC in lower case, and one letter for the two small sigmas, whose choice depends on what follows. */
export function normalised(text: string): string {
  return text.normalize("NFKC").toLowerCase().replaceAll("ς", "σ");
}

const letterOrDigit = /^[\p{L}\p{N}]$/u;

/** Blocks that stay as they are: the Han characters and Hangul syllables, and code units that are no characters. */
const KEPT: readonly (readonly [first: number, last: number])[] = [
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
];
const SURROGATES = { first: 0xd800, last: 0xdfff };
const PRIVATE_USE = { first: 0xe000, last: 0xf8ff };

let table: Uint16Array | undefined;

/**
 * For each UTF-16 code unit, what {@link normalised} makes of it: a letter or digit, {@link SEPARATOR}, or
 * {@link NEEDS_NORMALISING}. It lets nearly all text be normalised by looking its code units up, with no string made.
 */
export function foldedCharacters(): Uint16Array {
  table ??= buildTable();
  return table;
}

function buildTable(): Uint16Array {
  const folded = new Uint16Array(65_536);
  const composing: number[] = [];
  const kept = (code: number) => KEPT.find(([first, last]) => code >= first && code <= last);
  for (let code = 0; code < 65_536; code++) {
    const block = kept(code);
    if (block) {
      for (; code <= block[1]; code++) folded[code] = code;
      code--;
    } else if (code === SURROGATES.first) {
      folded.fill(NEEDS_NORMALISING, SURROGATES.first, SURROGATES.last + 1);
      code = SURROGATES.last;
    } else if (code === PRIVATE_USE.first) {
      code = PRIVATE_USE.last;
    } else {
      const character = String.fromCharCode(code);
      const parts = character.normalize("NFD");
      if (parts.length > 1 && parts.normalize("NFC") === character) {
        composing.push(parts.charCodeAt(parts.length - 1));
      }
      folded[code] = foldOne(character);
    }
  }
  // What joins with the letter before it, where that letter didn't come with it already.
  for (const code of composing) folded[code] = NEEDS_NORMALISING;
  // The vowels and final consonants of Hangul, which join into syllables.
  folded.fill(NEEDS_NORMALISING, 0x1161, 0x1176);
  folded.fill(NEEDS_NORMALISING, 0x11a8, 0x11c3);
  return folded;
}

function foldOne(character: string): number {
  const result = normalised(character);
  if (result.length !== 1) {
    return /[\p{L}\p{N}]/u.test(result)
      ? NEEDS_NORMALISING
      : /\p{M}/u.test(result)
        ? NEEDS_NORMALISING
        : SEPARATOR;
  }
  if (letterOrDigit.test(result)) return result.charCodeAt(0);
  // A mark that changes under normalisation (the half-width voiced sound mark) may join with what is before it.
  return result !== character && /\p{M}/u.test(result) ? NEEDS_NORMALISING : SEPARATOR;
}
