import { join } from "node:path";
import * as z from "zod";
import { isCode } from "../client/error-code.ts";
import { hashOf } from "./hash.ts";
import { linesOf, preparedLines } from "./lines.ts";
import type { RunsOptions } from "./list.ts";
import type { RunChange } from "./progress.ts";
import { RUNS_DIRECTORY, type RunPaths, versionOf } from "./run-file.ts";
import { type RunVersion, recordPlaceSchema } from "./run-file-schema.ts";
import { changesBetween } from "./run-state.ts";

const lossSchema = z.object({
  step: z.number(),
  train_loss: z.number().nullable().optional(),
  valid_loss: z.number().optional(),
  full_valid_loss: z.number().optional(),
});

/** What a step of a training measured, in nats. `train_loss` is null where it was no number. */
export interface LossPoint extends z.infer<typeof lossSchema> {}

/** A value in one version and in the other; undefined where it isn't known. */
export interface VersionPair<Value> {
  readonly a: Value | undefined;
  readonly b: Value | undefined;
}

/** What two versions of a run differ in. */
export interface RunDiff {
  readonly name: string;
  readonly a: number;
  readonly b: number;
  readonly inputs: readonly RunChange[];
  /** Ids of records. `changed`: with the same id and another content. `moved`: in another part. */
  readonly records: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly string[];
    readonly moved: readonly string[];
    readonly unchanged: number;
  };
  /** As the platform chose them; those that differ. */
  readonly hyperparameters: Readonly<Record<string, VersionPair<unknown>>>;
  /** The losses of each step. */
  readonly losses: VersionPair<readonly LossPoint[]>;
  /** Means of the custom models, by scorer. */
  readonly scores: Readonly<Record<string, VersionPair<number>>>;
  readonly weights: "same" | "different" | "unknown";
}

/**
 * What two versions of a run differ in: data, hyperparameters, losses, scores, weights.
 *
 * @throws RunFileError if one of them isn't there
 */
export async function diffRuns(
  name: string,
  a: number,
  b: number,
  { directory = RUNS_DIRECTORY }: RunsOptions = {},
): Promise<RunDiff> {
  const { version: first, paths } = await versionOf(name, directory, a);
  const { version: second } = await versionOf(name, directory, b);
  const weights = { a: weightsOf(first), b: weightsOf(second) };
  return {
    name,
    a,
    b,
    inputs: changesBetween(first.inputs, second.inputs),
    records: await recordsBetween(paths, first, second),
    hyperparameters: differing(
      first.steps["fine-tune"]?.outputs.hyperparameters,
      second.steps["fine-tune"]?.outputs.hyperparameters,
    ),
    losses: { a: await lossesOf(paths, first), b: await lossesOf(paths, second) },
    scores: pairs(scoresOf(first), scoresOf(second)),
    weights:
      weights.a === undefined || weights.b === undefined
        ? "unknown"
        : weights.a === weights.b
          ? "same"
          : "different",
  };
}

async function recordsBetween(paths: RunPaths, a: RunVersion, b: RunVersion): Promise<RunDiff["records"]> {
  const before = await recordsOf(paths, a);
  const added: string[] = [];
  const changed: string[] = [];
  const moved: string[] = [];
  let unchanged = 0;
  for (const [id, { sha256, part }] of await recordsOf(paths, b)) {
    const known = before.get(id);
    before.delete(id);
    if (!known) {
      added.push(id);
    } else if (known.sha256 !== sha256) {
      changed.push(id);
    } else if (known.part !== part) {
      moved.push(id);
    } else {
      unchanged++;
    }
  }
  return { added, removed: [...before.keys()], changed, moved, unchanged };
}

async function recordsOf(
  { folder }: RunPaths,
  { steps }: RunVersion,
): Promise<Map<string, { sha256: string; part: string }>> {
  const index = steps.decontaminate?.outputs.index ?? steps.split?.outputs.index;
  const records = new Map<string, { sha256: string; part: string }>();
  if (index) {
    for await (const { id, sha256, part } of preparedLines(folder, index, recordPlaceSchema)) {
      records.set(id, { sha256, part });
    }
  }
  return records;
}

async function lossesOf({ folder }: RunPaths, { steps }: RunVersion): Promise<LossPoint[] | undefined> {
  const file = steps["fine-tune"]?.outputs.losses;
  if (!file) {
    return undefined;
  }
  const points: LossPoint[] = [];
  try {
    for await (const line of linesOf(join(folder, file.name))) {
      points.push(lossSchema.parse(JSON.parse(line)));
    }
  } catch (error) {
    if (isCode(error, "ENOENT")) {
      return undefined;
    }
    throw error;
  }
  return points;
}

function scoresOf({ steps }: RunVersion): Record<string, number> {
  const scores: Record<string, number> = {};
  for (const [scorer, { custom }] of Object.entries(steps.evaluate?.outputs.scores ?? {})) {
    if (custom !== null) {
      scores[scorer] = custom;
    }
  }
  return scores;
}

function weightsOf({ steps }: RunVersion): string | undefined {
  const weights = steps["fine-tune"]?.outputs.weights;
  return weights && weights.length > 0 ? hashOf(weights) : undefined;
}

function pairs<Value>(
  a: Readonly<Record<string, Value>>,
  b: Readonly<Record<string, Value>>,
): Record<string, VersionPair<Value>> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, { a: a[name], b: b[name] }]));
}

function differing(
  a: Readonly<Record<string, unknown>> = {},
  b: Readonly<Record<string, unknown>> = {},
): Record<string, VersionPair<unknown>> {
  return Object.fromEntries(
    Object.entries(pairs(a, b)).filter(([, pair]) => hashOf(pair.a) !== hashOf(pair.b)),
  );
}
