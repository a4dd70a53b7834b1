import type { CheckReport, TrainingEstimate } from "../checking/report.ts";
import type { RowPlace } from "../record.ts";
import { grouped } from "./charts.ts";

/** What the report comes to, in one sentence. */
export function verdictOf({ ok, rows, totals }: CheckReport): string {
  const warnings = counted(totals.warning, "warning");
  if (!ok)
    return `Not ready: ${counted(totals.error, "error")} to mend in ${counted(rows, "row")}, and ${warnings}.`;
  return totals.warning > 0
    ? `Can be trained on: ${counted(rows, "row")} without an error; ${warnings} to look at.`
    : `Ready: ${counted(rows, "row")} without an error or a warning.`;
}

/** A place as editors take it: `file:line`, or the row where there are no lines. */
export function placeText({ file, line, row }: Partial<RowPlace>): string {
  const name = file ?? "";
  if (line !== undefined) return `${name}:${line}`;
  return row === undefined ? name || "all data" : `${name} row ${row}`;
}

/** The figures of an estimate that are known. */
export function estimateFacts({ epochs, steps, tokens, seconds, cost }: TrainingEstimate): {
  readonly name: string;
  readonly value: string;
}[] {
  return [
    { name: "epochs planned", value: grouped(epochs) },
    { name: "steps", value: grouped(steps) },
    ...(tokens === undefined ? [] : [{ name: "tokens in all epochs", value: grouped(tokens) }]),
    ...(seconds === undefined ? [] : [{ name: "of training", value: durationText(seconds) }]),
    ...(cost === undefined ? [] : [{ name: "cost", value: `${cost.amount.toFixed(2)} ${cost.currency}` }]),
  ];
}

/** A number with its noun, in the plural where it needs one. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
