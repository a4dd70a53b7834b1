import { RunFileError } from "./errors.ts";
import { RUNS_DIRECTORY, readRunFile, runNames, runPaths, versionOf } from "./run-file.ts";
import type { RunVersion } from "./run-file-schema.ts";
import { type RunStep, runSteps } from "./step.ts";

/** Where runs are kept. */
export interface RunsOptions {
  /** @default ".fermion" */
  readonly directory?: string | undefined;
}

/** A run in a list of runs. */
export interface RunSummary {
  readonly name: string;
  readonly versions: number;
  /** `damaged`: its file can't be read; {@link showRun} says why. */
  readonly state: "finished" | "unfinished" | "damaged";
  /** The step that its newest version is at; undefined if it is finished. */
  readonly next: RunStep | undefined;
  readonly base: string | undefined;
  /** The model of the newest version, once it is made. */
  readonly model: string | undefined;
  /** When the newest version was begun. */
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
}

/** The runs that are kept in a directory, by their names. */
export async function listRuns({ directory = RUNS_DIRECTORY }: RunsOptions = {}): Promise<RunSummary[]> {
  const summaries: RunSummary[] = [];
  for (const name of await runNames(directory)) {
    const summary = await summaryOf(name, directory);
    if (summary) {
      summaries.push(summary);
    }
  }
  return summaries;
}

async function summaryOf(name: string, directory: string): Promise<RunSummary | undefined> {
  try {
    const file = await readRunFile(name, runPaths(name, directory).file);
    const latest = file?.versions.at(-1);
    return (
      file &&
      latest && {
        name,
        versions: file.versions.length,
        state: latest.finishedAt === null ? "unfinished" : "finished",
        next: latest.finishedAt === null ? nextStep(latest) : undefined,
        base: latest.inputs.base,
        model: latest.steps["fine-tune"]?.outputs.model,
        startedAt: new Date(latest.startedAt),
        finishedAt: latest.finishedAt === null ? undefined : new Date(latest.finishedAt),
      }
    );
  } catch (error) {
    if (!(error instanceof RunFileError)) {
      throw error;
    }
    return {
      name,
      versions: 0,
      state: "damaged",
      next: undefined,
      base: undefined,
      model: undefined,
      startedAt: undefined,
      finishedAt: undefined,
    };
  }
}

function nextStep({ steps, inputs }: RunVersion): RunStep | undefined {
  return runSteps.find(
    (step) => !steps[step] && step !== "promote" && !(step === "evaluate" && inputs.evaluation === null),
  );
}

/**
 * A version of a run, as its file has it.
 *
 * @param version - the newest unless it is said
 * @throws RunFileError if there is none, or the run's file is damaged
 */
export async function showRun(
  name: string,
  version?: number,
  { directory = RUNS_DIRECTORY }: RunsOptions = {},
): Promise<RunVersion> {
  return (await versionOf(name, directory, version)).version;
}
