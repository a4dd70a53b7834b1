import type { JobError } from "../store/jobs.ts";
import type { TrainingFile } from "./training-file.ts";

/** The fewest rows that a training file may have. */
export const LEAST_ROWS = 10;

type Param = "training_file" | "validation_file";
type Report = Omit<TrainingFile, "examples"> & { readonly rows: number };

/**
 * Why a file can't be used, or nothing if it can.
 *
 * Beside the message, the error has the lines as data: `lines`, the first 50 with the reason of each, and `line_count`.
 */
export function judgeFile(param: Param, { rows, badLines, badLineCount }: Report): JobError | undefined {
  if (badLineCount > 0) {
    const total = rows + badLineCount;
    const listed = badLines.map(({ line, reason }) => `line ${line}: ${reason}`).join("; ");
    const more = badLineCount > badLines.length ? `; and ${badLineCount - badLines.length} more` : "";
    return {
      code: `invalid_${param}`,
      message: `${badLineCount} of ${total} rows can't be used: ${listed}${more}.`,
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
