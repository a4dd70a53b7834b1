import { check } from "../../data/checking/check.ts";
import type { TrainingRow } from "../../data/record.ts";
import { RunDataError } from "../errors.ts";
import { preparedLines } from "../lines.ts";
import type { RunWork } from "../perform-run.ts";
import { preparedRecordSchema } from "../prepared-record.ts";
import { pathsOf } from "../source.ts";
import { collectFindings, type Findings, type Prepared } from "./prepare.ts";

/**
 * Looks at the rows by all rules for training data.
 *
 * @returns how many findings there are, by rule
 * @throws RunDataError if one of them is an error
 */
export async function checkedRows<R>({
  options,
  prepared,
  paths,
  signal,
}: RunWork<R>): Promise<Record<string, number>> {
  const { name, vertical, data, tokenizer, check: rules } = options;
  if (rules === false) {
    return { ...prepared.findings.counts };
  }
  const findings = collectFindings();
  // A file of rows is read where it lies, so that findings say on which line.
  const source = vertical ? undefined : pathsOf(data);
  const { counts, totals } = await check(source ?? rowsOf(paths.folder, prepared), {
    ...rules,
    method: prepared.method,
    maxFindings: 0,
    onFinding: findings.add,
    signal,
    ...(tokenizer ? { tokenizer } : {}),
  });
  const all: Record<string, number> = { ...prepared.findings.counts };
  for (const { rule, count } of counts) {
    all[rule] = (all[rule] ?? 0) + count;
  }
  refuseErrors(name, { counts: all, errors: totals.error, first: findings.all().first });
  return all;
}

async function* rowsOf(folder: string, { file }: Prepared): AsyncGenerator<TrainingRow, void, undefined> {
  for await (const { rows } of preparedLines(folder, file, preparedRecordSchema)) {
    yield* rows;
  }
}

/** @throws RunDataError if there is nothing to train on */
export function refuseNoRows(run: string, { rows }: Prepared): void {
  if (rows === 0) {
    throw new RunDataError(`The data of the run "${run}" has nothing to train on.`, {
      run,
      findings: [],
      count: 0,
    });
  }
}

/** @throws RunDataError if there is something that training would suffer from */
export function refuseErrors(run: string, { errors, first, counts }: Findings): void {
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
}

function placed(file: string | undefined, line: number | undefined): string {
  return file === undefined ? "" : ` is in ${file}${line === undefined ? "" : `, line ${line}`}`;
}
