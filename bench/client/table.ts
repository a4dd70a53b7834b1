/** One line of a table of measurements: what was measured, and each number under its column's name. */
export interface Row {
  readonly name: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** Draws rows under the columns that they name, in the order in which these first appear. */
export function drawTable(title: string, rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  const lines = [
    ["", ...columns],
    ...rows.map(({ name, values }) => [name, ...columns.map((column) => shown(values[column]))]),
  ];
  const widths = ["", ...columns].map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const drawn = lines.map((line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
  );
  return [title, ...drawn].join("\n");
}

/** The middle one of several measurements: what a disturbed round says doesn't count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function shown(value: string | number | undefined): string {
  return typeof value === "number"
    ? value.toLocaleString("en-US", { maximumFractionDigits: 3 })
    : (value ?? "");
}
