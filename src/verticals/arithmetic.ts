/** An equation that stands in a text: `8 + 7 = 15`. */
export interface Equation {
  /** As it stands there. */
  readonly text: string;
  /** Whether both sides have the same value. */
  readonly holds: boolean;
}

/** What a sum is off by when it is computed in binary: 0.1 + 0.2. */
const TOLERANCE = 1e-9;

const NUMBER = String.raw`\d+(?:\.\d+)?`;
const SUM = String.raw`\(*${NUMBER}\)*(?:\s*[-+*/\u00d7\u00f7\u2212]\s*\(*${NUMBER}\)*)*`;
/** A minus that follows a letter or a number without a space is a hyphen, so no side of an equation begins there. */
const EQUATION = new RegExp(
  String.raw`(?<![\w.(*/+\u00d7\u00f7])${SUM}(?:\s*=\s*${SUM})+(?![\d/*\u00d7\u00f7])`,
  "gu",
);

/**
 * The equations in a text, with numbers and `+ - * / × ÷` and brackets on each side, fractions as divisions. What isn't
 * written in such a way isn't found: `three times four is twelve`.
 */
export function equations(text: string): Equation[] {
  return [...text.matchAll(EQUATION)].map(([found]) => {
    const values = found.split("=").map(evaluate);
    const [first] = values;
    const holds =
      first !== undefined &&
      values.every(
        (value) => value !== undefined && Math.abs(value - first) <= TOLERANCE * Math.max(1, Math.abs(first)),
      );
    return { text: found.trim(), holds };
  });
}

/** The value of a sum; undefined where its brackets don't close or it divides by zero. */
export function evaluate(sum: string): number | undefined {
  const tokens =
    sum
      .replaceAll("\u00d7", "*")
      .replaceAll("\u00f7", "/")
      .replaceAll("\u2212", "-")
      .match(/\d+(?:\.\d+)?|[-+*/()]/g) ?? [];
  let at = 0;
  const operand = (): number => {
    if (tokens[at] !== "(") return Number(tokens[at++] ?? Number.NaN);
    at++;
    const value = terms();
    return tokens[at++] === ")" ? value : Number.NaN;
  };
  const factors = (): number => {
    let value = operand();
    while (tokens[at] === "*" || tokens[at] === "/")
      value = tokens[at++] === "*" ? value * operand() : value / operand();
    return value;
  };
  const terms = (): number => {
    let value = factors();
    while (tokens[at] === "+" || tokens[at] === "-")
      value = tokens[at++] === "+" ? value + factors() : value - factors();
    return value;
  };
  const value = terms();
  return at === tokens.length && Number.isFinite(value) ? value : undefined;
}
