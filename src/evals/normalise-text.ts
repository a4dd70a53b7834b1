/** Characters that look like one another, and that nobody means to tell apart. */
const LOOKALIKES: readonly (readonly [RegExp, string])[] = [
  // Zero-width characters, soft hyphens and variation selectors aren't seen at all.
  [/[\u00ad\u200b-\u200d\u2060\ufeff]|[\ufe00-\ufe0f]/g, ""],
  [/[\u2018\u2019\u201a\u201b\u02bc\u2032\u0060\u00b4]/g, "'"],
  [/[\u201c-\u201f\u00ab\u00bb\u2033]/g, '"'],
  [/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g, "-"],
  [/\s+/g, " "],
];

/**
 * A text as it is compared: in Unicode's compatibility form (NFKC), with one kind of quotes, dashes and white space, and
 * without regard to case unless that is asked for.
 */
export function normaliseText(text: string, options: { readonly caseSensitive?: boolean } = {}): string {
  let result = text.normalize("NFKC");
  for (const [pattern, replacement] of LOOKALIKES) {
    result = result.replace(pattern, replacement);
  }
  return (options.caseSensitive ? result : foldCase(result)).trim();
}

/** By way of the capitals, so that ß equals ss; the sigma at the end of a Greek word is no letter of its own. */
function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

/** Scripts that are written without spaces between words, or with endings attached: their words have no borders to see. */
const UNBROKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WORD = /[\p{L}\p{N}\p{M}_]/u;
const DIGIT = /\p{Nd}/u;

/**
 * Where a phrase stands in a text as words of their own, in UTF-16 code units from `from` on; −1 if nowhere. Both have to
 * be normalised alike. `9 days` isn't found in `19 days`, `1.9 days` or `-9 days`, nor `$5` in `$5.50`.
 */
export function indexOfPhrase(text: string, phrase: string, from = 0): number {
  if (phrase === "") {
    return -1;
  }
  for (let at = text.indexOf(phrase, from); at !== -1; at = text.indexOf(phrase, at + 1)) {
    if (beginsWord(text, at) && endsWord(text, at + phrase.length)) {
      return at;
    }
  }
  return -1;
}

/** Whether a text says a phrase, as {@link indexOfPhrase} finds it. */
export function saysPhrase(text: string, phrase: string): boolean {
  return indexOfPhrase(text, phrase) !== -1;
}

function beginsWord(text: string, at: number): boolean {
  const first = characterAt(text, at);
  const before = characterBefore(text, at);
  if (!WORD.test(first) || UNBROKEN.test(first)) {
    return true;
  }
  if (WORD.test(before) && !UNBROKEN.test(before)) {
    return false;
  }
  if (!DIGIT.test(first)) {
    return true;
  }
  // Before a number, a separator or a sign belongs to the number.
  const earlier = characterBefore(text, at - before.length);
  if (/[.,']/.test(before)) {
    return !DIGIT.test(earlier);
  }
  return !(before === "-" && (earlier === "" || /[\s([]/.test(earlier)));
}

function endsWord(text: string, end: number): boolean {
  const last = characterBefore(text, end);
  const after = characterAt(text, end);
  if (!WORD.test(last) || UNBROKEN.test(last)) {
    return true;
  }
  if (WORD.test(after) && !UNBROKEN.test(after)) {
    return false;
  }
  return !(DIGIT.test(last) && /[.,']/.test(after) && DIGIT.test(characterAt(text, end + 1)));
}

function characterAt(text: string, at: number): string {
  const point = at < text.length ? text.codePointAt(at) : undefined;
  return point === undefined ? "" : String.fromCodePoint(point);
}

function characterBefore(text: string, at: number): string {
  if (at <= 0) {
    return "";
  }
  const last = text.charCodeAt(at - 1);
  const isLow = last >= 0xdc00 && last <= 0xdfff && at >= 2;
  return isLow ? text.slice(at - 2, at) : text.slice(at - 1, at);
}
