import { readDigits, usesDecimalComma } from "./digits.ts";
import { after, before } from "./number-surroundings.ts";

/** A number that a text says. */
export interface NumberMention {
  /** With sign and scale; of a percentage, as it is written: 12.5 % is 12.5. */
  readonly value: number;
  readonly percent: boolean;
  /** The sign or code of its currency, as it is written. */
  readonly currency: string | undefined;
  /** The word behind it in lower case, such as `days`; undefined if none follows. */
  readonly unit: string | undefined;
  /** With sign, currency, scale and percent, in Unicode's form NFKC. */
  readonly text: string;
}

/** How numbers are written. */
export interface NumberFormat {
  /**
   * What separates decimals. `auto` goes by the text: a comma if something in it can only be read so (`1.234,5`, `3,5`)
   * and nothing only the other way. What stays in doubt is read as in English: `1,234` is a thousand and more, `1.234`
   * is not.
   *
   * @default "auto"
   */
  readonly decimal?: "auto" | "." | ",";
  /**
   * Whether an amount that stands alone in parentheses, `(1,234)`, is negative, as accountants write. A year, a percentage
   * behind a word (`rose (5%)`) and the number of a line's beginning, `(1)`, aren't taken for one.
   *
   * @default true
   */
  readonly negativeParentheses?: boolean;
  /**
   * Whether `3/4` is one number; otherwise it is two.
   *
   * @default false
   */
  readonly fractions?: boolean;
  /**
   * Words that are units here, and so no scales, such as `M` for a size.
   *
   * @default []
   */
  readonly units?: readonly string[];
}

/** Digits with separators: not behind a letter (`Q3`), and with an exponent. What the separators mean is decided later. */
const TOKEN =
  /(?<![\p{L}\p{N}_])(?<digits>\d+(?:[.,'٫٬_]\d+|[\u00a0\u2009\u202f ]\d{3}(?!\d))*|(?<!\d)[.,]\d+)(?:[eE](?<exponent>[+-]?\d{1,3})(?![\p{L}\d]))?(?:\s?[x×*]\s?10\^(?<power>[+-]?\d{1,3}))?(?:\^(?<own>[+-]?\d{1,2}))?/gu;

/** Dates and times: digits, but no numbers. */
const NOT_NUMBERS =
  /(?<![\p{L}\p{N}.,])(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\/\d{1,2}\/\d{2,4}|\d{1,2}\.\d{1,2}\.\d{2,4}|\d{1,2}:\d{2}(?::\d{2})?)(?![\p{L}\d])/gu;

/**
 * All numbers that a text says, in their order: with separators of thousands and either decimal sign, with a sign or in
 * parentheses, with percent, currency, scale (`4.2 million`, `4,2 Mio.`, `4.2bn`) and a unit, as decimals, in scientific
 * notation, or as one of Unicode's fractions (½). Digits behind letters (`Q3`), dates, times and versions aren't numbers;
 * numbers in words (`three`) aren't found.
 *
 * @example
 * ```ts
 * const [loss] = findNumbers("The loss was $(1,234.5) million."); // loss.value is -1234500000
 * ```
 */
export function findNumbers(text: string, format: NumberFormat = {}): NumberMention[] {
  const { decimal = "auto", negativeParentheses = true, fractions = false, units = [] } = format;
  const plain = inPlainDigits(text, fractions);
  const blanked = plain.replace(NOT_NUMBERS, (match) => "\u0000".repeat(match.length));
  const tokens = [...blanked.matchAll(TOKEN)];
  const all = tokens.map(({ groups }) => groups?.digits ?? "");
  const comma = decimal === "auto" ? usesDecimalComma(all) : decimal === ",";
  const own = new Set(units.map((unit) => unit.toLowerCase()));

  const read = (match: RegExpExecArray, found: ReturnType<typeof readDigits>[number], isLast: boolean) => {
    const { exponent, power, own: raised } = match.groups ?? {};
    const start = match.index + found.offset;
    // An exponent is the last one's of a list.
    const end = isLast ? match.index + match[0].length : start + found.length;
    const tens = isLast ? Number(exponent ?? 0) + Number(power ?? 0) : 0;
    const base = isLast && raised !== undefined ? found.value ** Number(raised) : found.value;
    const size = timesTen(base, tens);
    return mention(plain, { start, end, size, own, negativeParentheses });
  };
  return tokens.flatMap((match) => {
    const found = readDigits(match.groups?.digits ?? "", comma, decimal !== "auto");
    return found
      .map((entry, index) => read(match, entry, index === found.length - 1))
      .filter(({ value }) => Number.isFinite(value));
  });
}

/** By way of its spelling, so that 1.1e3, and 1.1 million, are as near as a number can be. */
function timesTen(value: number, exponent: number): number {
  const text = String(value);
  return exponent === 0 || !/^[\d.]+$/.test(text) ? value * 10 ** exponent : Number(`${text}e${exponent}`);
}

function mention(
  text: string,
  token: { start: number; end: number; size: number; own: ReadonlySet<string>; negativeParentheses: boolean },
): NumberMention {
  const { start, end, size, own, negativeParentheses } = token;
  let ahead = before(text, start);
  let behind = after(text, end, own, ahead.currency !== undefined);
  let isMinus = ahead.minus;
  // `$(5.2) million` and `($5.2 million)` are both in use.
  if (text[ahead.start - 1] === "(" && text[behind.end] === ")") {
    const outside = before(text, ahead.start - 1);
    const currency = ahead.currency ?? outside.currency;
    const beyond = after(text, behind.end + 1, own, currency !== undefined);
    const written = text.slice(start, end);
    const isBare = currency === undefined && behind.scale * beyond.scale === 1;
    const lead = text.slice(0, outside.start).trimEnd();
    const isAlone = lead === "" || /[:=|;]$/.test(lead);
    const isYear = isBare && /^(?:19|20)\d\d$/.test(written);
    const isEnumeration =
      isBare &&
      /^\d{1,2}$/.test(written) &&
      /(?:^|\n)[^\S\n]*$/.test(text.slice(0, ahead.start - 1)) &&
      /^[^\S\n]+\S/.test(text.slice(behind.end + 1));
    const isAside = (behind.percent || beyond.percent) && !isAlone;
    if (negativeParentheses && !isYear && !isEnumeration && !isAside) {
      isMinus = true;
      ahead = { ...outside, currency };
      behind = { ...beyond, scale: behind.scale * beyond.scale, percent: behind.percent || beyond.percent };
    }
  }
  // Every scale is a power of ten.
  const value = timesTen(size, Math.round(Math.log10(behind.scale))) * (isMinus ? -1 : 1);
  return {
    // There is no −0 in what people say.
    value: value === 0 ? 0 : value,
    percent: behind.percent,
    currency: ahead.currency ?? behind.currency,
    unit: behind.unit,
    text: text.slice(ahead.start, behind.end),
  };
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** The zeros of digits that NFKC leaves as they are: Arabic, Persian, Devanagari, Bengali, Thai. */
const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50];

/** In NFKC, with ASCII's digits, one minus, powers as `^n` and fractions as decimals. */
function inPlainDigits(text: string, fractions: boolean): string {
  let plain = text
    // NFKC would make 10⁶ a hundred and six, and 1½ eleven halves.
    .replace(/(?<=\d)([⁺⁻]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, sign: string, digits: string) => {
      const value = [...digits].map((digit) => SUPERSCRIPTS.indexOf(digit)).join("");
      return `^${sign === "⁻" ? "-" : ""}${value}`;
    })
    .replace(/((?<!\d)\d*)\s?([\u00bc-\u00be\u2150-\u215e])/g, (_, whole: string, fraction: string) => {
      const [above, below] = fraction.normalize("NFKC").split("\u2044").map(Number);
      return ` ${Number(whole) + (above ?? 0) / (below || 1)}`.slice(whole === "" ? 0 : 1);
    })
    .normalize("NFKC")
    .replace(/[\u2212\u2012]/g, "-")
    .replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59]/g, (digit) => {
      const code = digit.charCodeAt(0);
      return String(code - (ZEROS.findLast((zero) => zero <= code) ?? code));
    });
  if (fractions) {
    plain = plain.replace(
      /(?<![\d./,])(?:(\d+) )?(\d{1,6}) ?[/\u2044] ?(\d{1,6})(?![\d/]|[.,]\d)/g,
      (match, whole: string | undefined, above: string, below: string) =>
        Number(below) === 0 ? match : String(Number(whole ?? 0) + Number(above) / Number(below)),
    );
  }
  return plain;
}
