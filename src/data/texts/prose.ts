/** The beginning of a text without what is in no language: code, addresses, numbers, names of variables. */
export interface Prose {
  /** The words, with spaces between them, and with the marks that stand at them. */
  readonly words: string;
  /**
   * Which share of the text was left out, besides what is marked as code, and addresses. What looks like code counts
   * double, for its words are often English ones.
   */
  readonly leftOut: number;
}

/** So much is looked at. */
const LOOKED_AT = 1200;
/** With so many words, the language shows. */
const ENOUGH = 300;

const FENCED = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;
const TOKEN = /\S+/g;
/** What only code and addresses have: signs, inner dots and capitals, calls. */
const CODE =
  /[_\\@{}[\]<>=|$^~]|&&|\/\/|[A-Za-z][./:][A-Za-z]|\w\(|\(\)|['"]\)?;|\);$|[a-z][A-Z]|^[A-Z]{2,}[,;]?$/;
/** Most texts have nothing of it, and needn't be taken apart. */
const MAY_BE_CODE = /[\d_\\@{}[\]<>=|$^~`;]|&&|\/\/|\w\(|\(\)|[a-z][A-Z]|[A-Z]{2}|[A-Za-z][./:][A-Za-z]/;
const ADDRESS = /^[("'<[]*(?:https?:|www\.|[\w.+-]+@[\w-]+\.)/i;
const DIGIT = /\d/;
/** Where no spaces are between words, a sign is no reason to leave the sentence out. */
const NOT_ASCII = /[^\0-\x7f]{3}/;

export function proseOf(text: string): Prose {
  let given = text.length > LOOKED_AT ? text.slice(0, LOOKED_AT) : text;
  if (!MAY_BE_CODE.test(given)) return { words: given.slice(0, ENOUGH), leftOut: 0 };
  if (given.includes("`")) given = given.replace(FENCED, " ");
  let code = 0;
  let numbers = 0;
  let words = "";
  for (const [token] of given.matchAll(TOKEN)) {
    if (CODE.test(token) && !NOT_ASCII.test(token)) {
      if (!ADDRESS.test(token)) code += token.length;
    } else if (DIGIT.test(token) && !NOT_ASCII.test(token)) numbers += token.length;
    else {
      words += words === "" ? token : ` ${token}`;
      if (words.length > ENOUGH) break;
    }
  }
  const out = 2 * code + numbers;
  return { words, leftOut: out === 0 ? 0 : out / (out + words.length) };
}
