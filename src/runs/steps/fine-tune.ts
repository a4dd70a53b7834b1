import type { DpoHyperparameters } from "../../contract/hyperparameters.ts";
import {
  APIConnectionError,
  APIError,
  type Fermion,
  type FineTuningJob,
  FineTuningJobCancelledError,
  FineTuningJobFailedError,
  type FineTuningMetrics,
  type JobCreateParams,
  type JobUpdate,
  NotFoundError,
  UnexpectedResponseError,
} from "../../index.ts";
import { sha256 } from "../hash.ts";
import { hashedFile } from "../hashed-file.ts";
import type { createLossGuard, LossVerdict } from "../loss-guard.ts";
import type { PreparedFile, RunVersion } from "../run-file-schema.ts";

/** The parameters of a run's job. */
export function jobParams({
  base,
  training,
  validation,
  run,
  version,
  seed,
  method,
  hyperparameters,
}: {
  base: string;
  training: string;
  validation: string | null;
  run: string;
  version: number;
  seed: number;
  method: "supervised" | "dpo";
  hyperparameters: DpoHyperparameters;
}): JobCreateParams {
  const { beta, ...supervised } = hyperparameters;
  return {
    model: base,
    training_file: training,
    ...(validation === null ? {} : { validation_file: validation }),
    suffix: run,
    seed,
    method:
      method === "dpo"
        ? { type: "dpo", dpo: { hyperparameters } }
        : { type: "supervised", supervised: { hyperparameters: supervised } },
    metadata: { fermion_run: run, fermion_run_version: String(version) },
  };
}

/** The key of a job's creation: the same for the same version and attempt, whoever asks and however often. */
export function jobKey(params: JobCreateParams, identity: readonly (string | number)[]): string {
  return `fermion-run-${sha256(JSON.stringify([identity, params])).slice(0, 40)}`;
}

/**
 * Whether a version has its model. Where the platform knows neither model nor job any more, it is another one, or was
 * emptied, and all that lay on it is made again.
 */
export async function hasModel(
  client: Fermion,
  { steps, finishedAt }: RunVersion,
  signal: AbortSignal,
): Promise<boolean> {
  const tuned = steps["fine-tune"]?.outputs;
  if (!tuned) {
    return false;
  }
  try {
    await client.models.retrieve(tuned.model, { signal });
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) {
      // Not every platform lists the models that it tunes.
      return (await jobThere(client, tuned.job, signal)) !== undefined;
    }
    if (error instanceof APIConnectionError && finishedAt !== null) {
      // Nothing is left to do, so nobody has to be asked.
      return true;
    }
    throw error;
  }
}

/** The job that an earlier call has created; undefined if the platform has no such job. */
export async function jobThere(
  client: Fermion,
  id: string,
  signal: AbortSignal,
): Promise<FineTuningJob | undefined> {
  try {
    return await client.fineTuning.jobs.retrieve(id, { signal });
  } catch (error) {
    if (error instanceof NotFoundError) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Follows a job to its end, from its beginning, so that its losses are whole whoever saw the first of them.
 *
 * @throws FineTuningJobFailedError, FineTuningJobCancelledError if it made no model
 */
export async function followToEnd(
  client: Fermion,
  id: string,
  {
    folder,
    title,
    signal,
    guard,
    onUpdate,
  }: {
    folder: string;
    title: string;
    signal: AbortSignal;
    guard: ReturnType<typeof createLossGuard>;
    onUpdate: (update: JobUpdate) => void;
  },
): Promise<{ job: FineTuningJob; model: string; losses: PreparedFile } | { verdict: LossVerdict }> {
  const writer = await hashedFile(folder, title, ".jsonl");
  let job: FineTuningJob | undefined;
  let guarding = true;
  try {
    for await (const update of client.fineTuning.jobs.follow(id, { signal })) {
      onUpdate(update);
      if (update.type === "status") {
        job = update.job;
      } else if (update.type === "metrics") {
        await writer.line(JSON.stringify(lossOf(update.metrics)));
        const verdict = guarding ? guard.step(update.metrics) : undefined;
        if (verdict) {
          const { status } = await cancelJob(client, id);
          if (status !== "succeeded" && status !== "failed") {
            return { verdict };
          }
          // What a late follower hears of may be long over: there is nothing left to save.
          guarding = false;
        }
      }
    }
    if (!job) {
      throw new TypeError(`following the job ${id} gave no status`);
    }
    return { job, model: modelOf(job), losses: await writer.finish() };
  } finally {
    await writer.discard();
  }
}

/** Cancels a job; of one that had ended already it gives what it has become. */
export async function cancelJob(client: Fermion, id: string): Promise<FineTuningJob> {
  try {
    return await client.fineTuning.jobs.cancel(id);
  } catch (error) {
    if (!(error instanceof APIError)) {
      throw error;
    }
    const job = await client.fineTuning.jobs.retrieve(id);
    if (isOver(job)) {
      return job;
    }
    throw error;
  }
}

function isOver(job: FineTuningJob): boolean {
  return ["succeeded", "failed", "cancelled"].includes(job.status);
}

function modelOf(job: FineTuningJob): string {
  if (job.status === "failed") {
    throw new FineTuningJobFailedError(job);
  }
  if (job.status === "cancelled") {
    throw new FineTuningJobCancelledError(job);
  }
  if (!job.fine_tuned_model) {
    throw new UnexpectedResponseError(`The job ${job.id} ended as "${job.status}" and names no model.`, {
      status: 200,
      bodyStart: JSON.stringify(job).slice(0, 500),
    });
  }
  return job.fine_tuned_model;
}

function lossOf({ step, train_loss, valid_loss, full_valid_loss }: FineTuningMetrics) {
  return {
    step,
    ...(train_loss === undefined ? {} : { train_loss }),
    ...(valid_loss == null ? {} : { valid_loss }),
    ...(full_valid_loss == null ? {} : { full_valid_loss }),
  };
}

/** The files of a model with their hashes; none where the platform doesn't say, or doesn't know the model. */
export async function modelFiles(
  client: Fermion,
  model: string,
  signal: AbortSignal,
): Promise<{ name: string; sha256: string }[]> {
  try {
    const { files } = await client.models.retrieve(model, { signal });
    return (files ?? [])
      .map(({ name, sha256: hash }) => ({ name, sha256: hash }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (error instanceof NotFoundError) {
      return [];
    }
    throw error;
  }
}
