import { RunFileError } from "./errors.ts";
import { preparedLines } from "./lines.ts";
import type { RunsOptions } from "./list.ts";
import { RUNS_DIRECTORY, readRunFile, runNames, runPaths } from "./run-file.ts";
import { type RecordPlace, recordPlaceSchema } from "./run-file-schema.ts";

/** A version of a run that had a record. */
export interface RecordUse {
  readonly run: string;
  readonly version: number;
  /**
   * - `training`: the model has learned from it.
   * - `validation`: its loss was measured on it.
   * - `evaluation`: it was asked about it.
   * - `dropped`: it overlaps with the evaluation, and was left out.
   */
  readonly part: RecordPlace["part"];
  /** SHA-256 of the record as it was then. */
  readonly sha256: string;
  /** The model, if it was made. */
  readonly model: string | undefined;
}

/**
 * Which models have seen a record, and in which part.
 *
 * @param recordId - as the vertical or the data gave it
 * @throws RunFileError if the file of a run is damaged: what it has seen can't be told then
 *
 * @example
 * ```ts
 * import { lineage } from "fermion/runs";
 *
 * for (const { run, version, part, model } of await lineage("claim-0042")) {
 *   console.log(run, version, part, model);
 * }
 * ```
 */
export async function lineage(
  recordId: string,
  { directory = RUNS_DIRECTORY }: RunsOptions = {},
): Promise<RecordUse[]> {
  const uses: RecordUse[] = [];
  for (const run of await runNames(directory)) {
    const paths = runPaths(run, directory);
    const file = await readRunFile(run, paths.file);
    for (const { version, steps } of file?.versions ?? []) {
      const index = steps.decontaminate?.outputs.index;
      if (!index) {
        continue;
      }
      try {
        for await (const { id, sha256, part } of preparedLines(paths.folder, index, recordPlaceSchema)) {
          if (id === recordId) {
            uses.push({ run, version, part, sha256, model: steps["fine-tune"]?.outputs.model });
          }
        }
      } catch (cause) {
        throw new RunFileError(
          `Which records version ${version} of the run "${run}" had can't be told: ${paths.folder}/${index.name} can't be ` +
            "read. Bring it back from a backup.",
          { run, code: "damaged", path: `${paths.folder}/${index.name}`, cause },
        );
      }
    }
  }
  return uses;
}
