/** One thing that was measured, ours beside the official `openai` package and beside what is possible at best. */
export interface Comparison {
  readonly name: string;
  /** What the three figures count. */
  readonly unit: string;
  readonly ours: number;
  readonly openai: number | undefined;
  /** The same done by hand with as little as possible: `fetch` or `node:http` alone. */
  readonly floor: number | undefined;
  /** What ours has to reach, in words; empty where a figure only explains others. */
  readonly target: string;
  /** `undefined` where there is no target. */
  readonly reached: boolean | undefined;
  readonly note?: string;
}

/** Prints rows in columns, for a terminal. */
export function printComparisons(rows: readonly Comparison[]): void {
  const lines = cells(rows);
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  for (const line of lines) {
    const padded = line.map((cell, column) => {
      const width = widths?.[column] ?? 0;
      return isFigure(column) ? cell.padStart(width) : cell.padEnd(width);
    });
    console.log(padded.join("  ").trimEnd());
  }
  for (const { name, note } of rows) {
    if (note) {
      console.log(`${name}: ${note}`);
    }
  }
}

/** The same rows as a table in Markdown, their notes below it. */
export function markdownComparisons(rows: readonly Comparison[]): string {
  const [head = [], ...body] = cells(rows);
  const line = (parts: readonly string[]) => `| ${parts.join(" | ")} |`;
  const rule = head.map((_, column) => (isFigure(column) ? "---:" : "---"));
  const notes = rows.flatMap(({ name, note }) => (note ? [`- ${name}: ${note}`] : []));
  return [line(head), line(rule), ...body.map(line), ...(notes.length ? ["", ...notes] : [])].join("\n");
}

const isFigure = (column: number) => column >= 2 && column <= 5;

function cells(rows: readonly Comparison[]): string[][] {
  return [
    ["what", "unit", "ours", "openai", "floor", "ours : openai", "target", "reached"],
    ...rows.map(({ name, unit, ours, openai, floor, target, reached }) => [
      name,
      unit,
      figure(ours),
      figure(openai),
      figure(floor),
      openai === undefined ? "" : (ours / openai).toFixed(2),
      target,
      reached === undefined ? "" : reached ? "yes" : "NO",
    ]),
  ];
}

function figure(value: number | undefined): string {
  if (value === undefined) {
    return "";
  }
  return value >= 1_000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 ? middle : middle - 1], sorted[middle]];
  if (low === undefined || high === undefined) {
    throw new Error("There is no median of nothing.");
  }
  return (low + high) / 2;
}
