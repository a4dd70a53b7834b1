import type { JobError } from "../store/jobs.ts";
import type { BadLineGroup, TrainingFile } from "./training-file.ts";

/** The fewest rows that a training file may have. */
export const LEAST_ROWS = 10;

/** What is said where a file seems to be of another format. */
const EXPECTED =
  'Expected is one JSON object a line, such as {"messages": [{"role": "user", "content": "…"}, ' +
  '{"role": "assistant", "content": "…"}]}.';

type Param = "training_file" | "validation_file";
type Report = Omit<TrainingFile, "examples"> & { readonly rows: number };

/**
 * Why a file can't be used, or nothing if it can.
 *
 * The message groups lines by their reason. Beside it, the error has the lines as data: `lines`, the first 50 with the reason of each, and `line_count`.
 */
export function judgeFile(param: Param, report: Report): JobError | undefined {
  const { rows, badLines, badLineCount } = report;
  if (badLineCount > 0) {
    const total = rows + badLineCount;
    const groups = report.badLineGroups;
    const listed = groups.map((group) => `${linesOf(group)}: ${group.reason}`).join("; ");
    const unlisted = badLineCount - groups.reduce((sum, { count }) => sum + count, 0);
    const more = unlisted > 0 ? `; and ${unlisted} more` : "";
    const hint = report.looksLikeJsonLines ? "" : ` ${EXPECTED}`;
    return {
      code: `invalid_${param}`,
      message: `${badLineCount} of ${total} rows can't be used: ${listed}${more}.${hint}`,
      param,
      line_count: badLineCount,
      lines: badLines,
    };
  }
  const least = param === "training_file" ? LEAST_ROWS : 1;
  if (rows < least) {
    return {
      code: "invalid_n_examples",
      message: `The ${param.replace("_", " ")} has ${rows} ${rows === 1 ? "row" : "rows"}, and must have at least ${least}.`,
      param,
      line_count: 0,
      lines: [],
    };
  }
  return undefined;
}

/** "line 3", "lines 1–4, 9" or "lines 1–50 and 150 more". */
function linesOf({ lines, count }: BadLineGroup): string {
  const runs: [first: number, last: number][] = [];
  for (const line of lines) {
    const run = runs.at(-1);
    if (run && run[1] === line - 1) run[1] = line;
    else runs.push([line, line]);
  }
  const listed = runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(", ");
  const more = count > lines.length ? ` and ${count - lines.length} more` : "";
  return `${count === 1 ? "line" : "lines"} ${listed}${more}`;
}

/** What to say about rows that were cut, or nothing if none was. */
export function cutWarning(param: Param, { cutLines, cutLineCount }: Report, contextLength: number) {
  if (cutLineCount === 0) return undefined;
  const more = cutLineCount > cutLines.length ? `, and ${cutLineCount - cutLines.length} more` : "";
  return {
    level: "warn" as const,
    message:
      `${cutLineCount} ${cutLineCount === 1 ? "row" : "rows"} of the ${param.replace("_", " ")} ` +
      `${cutLineCount === 1 ? "is" : "are"} longer than the ${contextLength} tokens that the model can read at once ` +
      `and cut to them: ${cutLines.length === 1 ? "line" : "lines"} ${cutLines.join(", ")}${more}.`,
    data: { param, line_count: cutLineCount, lines: cutLines },
  };
}
