import { VERSION } from "../client/version.ts";
import type { Fermion } from "../index.ts";
import { APIUserAbortError } from "../index.ts";
import { type Interrupts, listenForInterrupts } from "./interrupt.ts";
import { lockRun } from "./lock.ts";
import type { CustomizeOptions, RowRunOptions, VerticalRunOptions } from "./options.ts";
import { performRun } from "./perform-run.ts";
import type { RunResult } from "./result.ts";
import { makeFolders, RUNS_DIRECTORY, readRunFile, runPaths } from "./run-file.ts";
import { RUN_FILE_SCHEMA } from "./run-file-schema.ts";
import { checkedRun } from "./run-plan.ts";
import { openVersion, type RunState } from "./run-state.ts";
import { refuseErrors, refuseNoRows } from "./steps/check.ts";
import { endedFromOutside } from "./steps/end-from-outside.ts";
import { prepare } from "./steps/prepare.ts";

/**
 * Makes a model of one's own from domain data: checks it, splits it, keeps the evaluation apart, sends it, trains,
 * evaluates base against custom, and moves an alias to the new model if it is better.
 *
 * All of it is kept in `.fermion/NAME.json`, step by step. Started again after whatever ended it, a run goes on: it finds
 * the files that were sent, the job that was created, the answers that were given. A run that is finished does nothing and
 * gives the same result. What has changed since (data, recipe, base, hyperparameters, seed …) is named, and starts a new
 * version.
 *
 * @throws ConfigurationError if an option can't be; nothing was sent
 * @throws RunLockedError if another process works on the run
 * @throws RunFileError if the run's file is damaged
 * @throws DataError if the data can't be read
 * @throws RunDataError if the data has errors; nothing was sent
 * @throws RunBudgetError if it would cost more than it may, or its time is over
 * @throws RunStoppedError if a guard stopped it, or `confirm` said no
 * @throws RunInterruptedError if Ctrl-C or `signal` ended it
 * @throws FineTuningJobFailedError if the platform couldn't train the model
 *
 * @example
 * ```ts
 * import { Fermion } from "fermion";
 * import { customize } from "fermion/runs";
 *
 * const client = new Fermion();
 * const { model } = await customize(client, { name: "claims", base: "photon-nano", data: "claims.train.jsonl" });
 * ```
 */
export function customize<R>(client: Fermion, options: VerticalRunOptions<R>): Promise<RunResult>;
export function customize(client: Fermion, options: RowRunOptions): Promise<RunResult>;
export async function customize<R>(client: Fermion, options: CustomizeOptions<R>): Promise<RunResult> {
  return await customizeOnce(client, options);
}

/** What a repetition does otherwise. */
export interface Repetition {
  /** Tells it from what it repeats, so that it doesn't find the model that is there already. */
  readonly nonce: string;
}

/** @param repetition - of a model that was made before: it isn't evaluated again */
export async function customizeOnce<R>(
  client: Fermion,
  options: CustomizeOptions<R>,
  repetition?: Repetition,
): Promise<RunResult> {
  const { name, directory = RUNS_DIRECTORY, onProgress = () => undefined } = options;
  const run = checkedRun(options);
  const paths = runPaths(name, directory);
  const release = await lockRun(name, paths.lock);
  const interrupts: Interrupts = listenForInterrupts({
    signal: options.signal,
    handleInterrupts: options.handleInterrupts,
    time: options.budget?.time,
  });
  let state: RunState | undefined;
  try {
    const file = (await readRunFile(name, paths.file)) ?? {
      schema: RUN_FILE_SCHEMA,
      run: name,
      versions: [],
    };
    await makeFolders(paths);
    const prepared = await prepare(options.data, run.recipe, {
      folder: paths.folder,
      title: "prepared",
      signal: interrupts.signal,
    });
    refuseErrors(name, prepared.findings);
    refuseNoRows(name, prepared);
    state = await openVersion({
      path: paths.file,
      file,
      inputs: {
        ...run.inputs,
        data: prepared.data,
        prepared: prepared.file.sha256,
        ...repetition,
      },
      packages: { fermion: VERSION, node: process.version },
      onProgress,
    });
    return await performRun({
      client,
      options,
      run,
      paths,
      prepared,
      state,
      signal: interrupts.signal,
      evaluates: repetition === undefined,
      onProgress,
    });
  } catch (error) {
    const { interruption } = interrupts;
    const isOurs = error instanceof APIUserAbortError || error === interrupts.signal.reason;
    throw interruption !== undefined && isOurs
      ? await endedFromOutside({ client, options, state, interruption })
      : error;
  } finally {
    interrupts.stop();
    await release();
  }
}
