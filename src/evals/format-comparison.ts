import type { Interval } from "./bootstrap.ts";
import type { ComparedModel, Comparison, PairedDifference } from "./compare.ts";
import type { Percentiles } from "./result.ts";

/** How {@link formatComparison} writes. */
export interface FormatComparisonOptions {
  /**
   * Whether the primary scorer's results are broken down by slices.
   *
   * @default true
   */
  readonly slices?: boolean;
}

/**
 * A comparison as a table for a terminal, without colours: means of both models, their difference with its interval (`*` if
 * it excludes 0), n, wins, losses and ties, and how many answers were unparsed; then speed, tokens and cost.
 */
export function formatComparison(comparison: Comparison, options: FormatComparisonOptions = {}): string {
  const { suite, primary, base, custom, missing, failed } = comparison;
  const scores = Object.entries(comparison.scores).map(([name, one]) =>
    scoreRow(name === primary ? `${name} (primary)` : name, one),
  );
  const lacking = missing.base.length + missing.custom.length;
  const lines = [
    `${shown(suite.name)} (${suite.hash.slice(0, 12)}): ${shown(custom.model)} against ${shown(base.model)}`,
    `${comparison.n} items in both, ${failed.base.length} failed of the base, ${failed.custom.length} of the custom model${lacking > 0 ? `, ${lacking} in one alone` : ""}`,
    "",
    ...table([SCORE_HEADER, ...scores]),
  ];
  if (options.slices ?? true) {
    for (const [slice, values] of Object.entries(comparison.slices)) {
      const rows = Object.entries(values).flatMap(([value, { scores: some }]) => {
        const one = some[primary];
        return one ? [scoreRow(value, one)] : [];
      });
      lines.push("", ...table([[`${primary} by ${slice}`, ...SCORE_HEADER.slice(1)], ...rows]));
    }
  }
  lines.push("", ...table([SPEED_HEADER, speedRow("base", base), speedRow("custom", custom)]));
  return `${lines.join("\n")}\n`;
}

const SCORE_HEADER = [
  "scorer",
  "base",
  "custom",
  "difference",
  "95 % interval",
  "n",
  "won/lost/tied",
  "unparsed",
];
const SPEED_HEADER = ["model", "latency p50", "p95", "first token p50", "p95", "tokens", "cost"];

function scoreRow(name: string, one: PairedDifference): string[] {
  const { unparsed } = one;
  return [
    name,
    one.base === null ? "–" : one.base.toFixed(3),
    one.custom === null ? "–" : one.custom.toFixed(3),
    one.difference === null ? "–" : signed(one.difference),
    interval(one.interval) + (one.excludesZero ? " *" : ""),
    String(one.n),
    `${one.wins}/${one.losses}/${one.ties}`,
    `${unparsed.base.count} → ${unparsed.custom.count}`,
  ];
}

function speedRow(name: string, model: ComparedModel): string[] {
  return [
    name,
    ...times(model.latency),
    ...times(model.timeToFirstToken),
    String(model.tokens.total),
    model.cost ? `${model.cost.total.toPrecision(3)} ${model.cost.currency}` : "–",
  ];
}

function times(percentiles: Percentiles | null): string[] {
  return percentiles
    ? [percentiles.p50, percentiles.p95].map((time) => `${Math.round(time)} ms`)
    : ["–", "–"];
}

function interval(bounds: Interval | null): string {
  return bounds ? `${signed(bounds[0])} … ${signed(bounds[1])}` : "–";
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}

/** A name comes from a file, and mustn't move a terminal's cursor. */
function shown(text: string): string {
  return text.replace(/\p{C}/gu, "\ufffd");
}

/** Columns as wide as they need to be, the first one to the left. */
function table(rows: readonly (readonly string[])[]): string[] {
  const texts = rows.map((row) => row.map(shown));
  const widths = (texts[0] ?? []).map((_, column) =>
    Math.max(...texts.map((row) => [...(row[column] ?? "")].length)),
  );
  return texts.map((row) =>
    row
      .map((cell, column) => {
        const space = " ".repeat((widths[column] ?? 0) - [...cell].length);
        return column === 0 ? cell + space : space + cell;
      })
      .join("  ")
      .trimEnd(),
  );
}
