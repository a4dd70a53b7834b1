/** Text as it is compared: NFKC, lower case, plain apostrophes, single spaces. */
function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s+/g, " ");
}

const WORD = /[\p{L}\p{N}]/u;

/**
 * Whether a text has a phrase, upper or lower case, as whole words: "24" isn't mentioned by "240", nor "art" by
 * "part".
 */
export function mentions(text: string, phrase: string): boolean {
  const inside = plain(text);
  const wanted = plain(phrase).trim();
  if (wanted === "") return false;
  for (let at = inside.indexOf(wanted); at >= 0; at = inside.indexOf(wanted, at + 1)) {
    const before = inside.charAt(at - 1);
    const after = inside.charAt(at + wanted.length);
    const cutBefore = WORD.test(before) && WORD.test(wanted.charAt(0));
    const cutAfter = WORD.test(after) && WORD.test(wanted.charAt(wanted.length - 1));
    // "3.5" mentions neither 3 nor 5, but a full stop at the end of a sentence is no decimal point.
    const decimal =
      (/\d/.test(wanted.charAt(wanted.length - 1)) && /^[.,]\d/.test(inside.slice(at + wanted.length))) ||
      (/\d/.test(wanted.charAt(0)) && /\d[.,]$/.test(inside.slice(0, at)));
    if (!cutBefore && !cutAfter && !decimal) return true;
  }
  return false;
}

/** The first of some phrases that a text has. */
export function firstMentioned(text: string, phrases: readonly string[]): string | undefined {
  return phrases.find((phrase) => mentions(text, phrase));
}
