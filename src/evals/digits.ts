/** Groups of three, or as in India of two with three at the end. */
const GROUPED = /^\d{1,3}(?:\D\d{3})+$/;
const INDIAN = /^\d{1,2}(?:,\d{2})+,\d{3}$/;

/** A number without its sign, and where in the digits it stands. */
export interface ReadDigits {
  readonly value: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * What digits with separators say: one number, none (`1.2.3` is a version), or several (`1,2,3` is a list).
 *
 * @param comma - whether a comma separates decimals, where both are possible
 * @param strict - whether that was said by somebody, so that a comma that could only be a decimal one isn't taken for it
 */
export function readDigits(digits: string, comma: boolean, strict: boolean): ReadDigits[] {
  const one = (text: string): ReadDigits[] => [{ value: Number(text), offset: 0, length: digits.length }];
  const separators = digits.replace(/\d/g, "");
  const last = separators.at(-1);
  if (last === undefined) {
    return one(digits);
  }
  const at = digits.lastIndexOf(last);
  const [whole, decimals] = [digits.slice(0, at), digits.slice(at + 1)];
  const decimal = () => one(`${whole.replace(/\D/g, "") || "0"}.${decimals}`);
  const isGrouped = (text: string) =>
    (GROUPED.test(text) && new Set(text.replace(/\d/g, "")).size === 1 && !text.startsWith("0")) ||
    INDIAN.test(text);
  const canBeDecimal = /[.,٫]/.test(last) && digits.indexOf(last) === at;

  if (separators.length === 1) {
    const inDoubt = /[.,]/.test(last) && isGrouped(digits);
    if (
      inDoubt ? (last === ",") === comma : canBeDecimal && !(strict && !comma && last === "," && whole !== "")
    ) {
      return decimal();
    }
    return isGrouped(digits) ? one(digits.replace(/\D/g, "")) : list(digits, last, comma, strict);
  }
  if (isGrouped(digits)) {
    return one(digits.replace(/\D/g, ""));
  }
  if (canBeDecimal && isGrouped(whole)) {
    return decimal();
  }
  // Separated by points alone, it is the number of a version or a section.
  return /[^.]/.test(separators) ? list(digits, separators.includes(",") ? "," : last, comma, strict) : [];
}

function list(digits: string, separator: string, comma: boolean, strict: boolean): ReadDigits[] {
  let offset = 0;
  return digits.split(separator).flatMap((part) => {
    const found = part === "" ? [] : readDigits(part, comma, strict);
    const moved = found.map((entry) => ({ ...entry, offset: entry.offset + offset }));
    offset += part.length + separator.length;
    return moved;
  });
}

const COMMA_ONLY = [
  /^\d{1,3}(?:[. ']\d{3})+,\d+$/,
  /^\d+,(?:\d{1,2}|\d{4,})$/,
  /^0,\d+$/,
  /^\d{1,3}(?:\.\d{3}){2,}$/,
];
const POINT_ONLY = [
  /^\d{1,3}(?:[, ']\d{3})+\.\d+$/,
  /^\d+\.(?:\d{1,2}|\d{4,})$/,
  /^0\.\d+$/,
  /^\d{1,3}(?:,\d{3}){2,}$/,
];

/** Whether some of these can only be read with a decimal comma, and none only with a decimal point. */
export function usesDecimalComma(all: readonly string[]): boolean {
  const fits = (patterns: readonly RegExp[]) =>
    all.some((digits) => patterns.some((one) => one.test(digits)));
  return fits(COMMA_ONLY) && !fits(POINT_ONLY);
}
