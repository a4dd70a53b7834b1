import type { NumberMention } from "../../evals/numbers.ts";
import { currencyName } from "../money.ts";
import { changeOf, roundedAs, type Statement, type StatementLine } from "./record.ts";

/** How far a written number may lie from what it stands for: half of its last digit, as rounding leaves it. */
function tolerance(mention: NumberMention): number {
  const decimals = /[.,](\d+)\D*$/.exec(mention.text)?.[1]?.length ?? 0;
  const isGrouped = /^\D*\d{1,3}(?:,\d{3})+\D*$/.test(mention.text);
  return 0.5 * 10 ** (isGrouped ? 0 : -decimals) + 1e-9;
}

/** What a figure of a statement is worth in units of its currency. */
export const SCALES: Readonly<Record<Statement["scale"], number>> = {
  one: 1,
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
};

function matches(mention: NumberMention, value: number, scale: number): boolean {
  const slack = tolerance(mention);
  const said = Math.abs(mention.value);
  const meant = Math.abs(value);
  // With the scale in the text the number is in units; without it, in the statement's.
  return Math.abs(said - meant) <= slack || Math.abs(said / scale - meant) <= slack;
}

/** Whether a number stands in one of the lines. */
export function standsIn(
  mention: NumberMention,
  lines: readonly StatementLine[],
  statement: Statement,
): boolean {
  const scale = SCALES[statement.scale];
  return lines.some(({ values }) => values.some((value) => matches(mention, value, scale)));
}

/**
 * Whether a number can be computed from the lines: a difference or the percentage of change between two columns of a line,
 * or the sum, difference or percentage of two lines in one column.
 */
export function isComputedFrom(
  mention: NumberMention,
  lines: readonly StatementLine[],
  statement: Statement,
): boolean {
  const scale = SCALES[statement.scale];
  const isIt = (value: number, from: readonly number[]) =>
    Number.isFinite(value) &&
    matches(mention, mention.percent ? value : roundedAs(value, from), mention.percent ? 1 : scale);
  const isFrom = (a: number, b: number) =>
    mention.percent
      ? isIt(((a - b) / Math.abs(b)) * 100, [a, b]) || isIt((a / b) * 100, [a, b])
      : isIt(a - b, [a, b]) || isIt(a + b, [a, b]);
  const acrossColumns = lines.some(({ values }) =>
    values.some((a, i) => values.some((b, j) => i !== j && isFrom(a, b))),
  );
  return (
    acrossColumns ||
    lines.some((one, i) =>
      lines.some(
        (other, j) =>
          i !== j && one.values.some((a, column) => isFrom(a, other.values[column] ?? Number.NaN)),
      ),
    )
  );
}

/**
 * Whether a number is a year of the statement or a number of one of its dates or column titles. Sums of money and percentages
 * aren't, though there be a 12th month.
 */
export function isDate(mention: NumberMention, { columns, currency }: Statement): boolean {
  if (mention.percent || mention.currency !== undefined || mention.unit === currencyName(currency))
    return false;
  return columns.some(({ label, asOf }) =>
    `${label} ${asOf.replaceAll("-", " ")}`
      .split(/\D+/)
      .some((part) => part !== "" && Number(part) === mention.value),
  );
}

/** A line as a model is shown it, and as it quotes it: `L1 revenue: 842, 791, +51`. */
export function lineText(line: StatementLine): string {
  const change = changeOf(line);
  const signed = change === undefined ? [] : [change > 0 ? `+${change}` : `${change}`];
  return `${line.id} ${line.label}: ${[...line.values, ...signed].join(", ")}`;
}
