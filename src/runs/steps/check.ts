import { RunDataError } from "../errors.ts";
import type { Prepared } from "./prepare.ts";

/** @throws RunDataError if there is nothing to train on, or something that training would suffer from */
export function refuseErrors(run: string, { findings, rows }: Prepared): void {
  const { errors, first, counts } = findings;
  if (errors > 0) {
    const [one] = first.filter(({ severity }) => severity === "error");
    const where = one ? placed(one.place.file, one.place.line ?? one.place.row) : "";
    const rules = Object.entries(counts)
      .map(([rule, count]) => `${count} × ${rule}`)
      .join(", ");
    throw new RunDataError(
      `The data of the run "${run}" has ${errors} ${errors === 1 ? "error" : "errors"} (${rules}). ` +
        `The first${where}: ${one?.path ?? "$"}: ${one?.message ?? ""} ${one?.remedy ?? ""} Nothing was sent.`,
      { run, findings: first, count: errors },
    );
  }
  if (rows === 0) {
    throw new RunDataError(`The data of the run "${run}" has nothing to train on.`, {
      run,
      findings: [],
      count: 0,
    });
  }
}

function placed(file: string | undefined, line: number | undefined): string {
  return file === undefined ? "" : ` is in ${file}${line === undefined ? "" : `, line ${line}`}`;
}
