import * as z from "zod";
import { trainingCost } from "../../data/prices.ts";
import type { FineTuningJob } from "../../index.ts";
import { RunStoppedError } from "../errors.ts";
import { hashOf } from "../hash.ts";
import { createLossGuard } from "../loss-guard.ts";
import type { RunWork } from "../perform-run.ts";
import type { StepOutputs } from "../run-file-schema.ts";
import { followToEnd, jobKey, jobParams, jobThere, modelFiles } from "./fine-tune.ts";

/** So many jobs are created at most in one call, where what a key finds has been cancelled or has failed before. */
const MOST_ATTEMPTS = 20;

/** Trains the model of a version: with the job that an earlier call created, or with a new one. */
export async function trainOnce<R>(
  work: RunWork<R>,
  { uploaded, method }: { uploaded: StepOutputs["upload"]; method: "supervised" | "dpo" },
): Promise<StepOutputs["fine-tune"]> {
  const { client, options, run, state, signal } = work;
  const { inputs, version } = state.version;
  const params = jobParams({
    ...uploaded,
    base: inputs.base,
    run: options.name,
    version,
    seed: inputs.seed,
    method,
    hyperparameters: run.hyperparameters,
  });
  const identity = [options.name, version, hashOf(inputs), inputs.nonce ?? ""];
  let attempt = state.version.job?.attempt ?? 1;
  const { job: record } = state.version;
  if (record?.id != null) {
    const job = await jobThere(client, record.id, signal);
    // One that was cancelled is heard out: if a guard had ended it, and nobody lived to write that down, it says so again.
    if (job && job.status !== "failed") {
      const done = await followed(work, job, job.status === "cancelled");
      if (done) {
        return done;
      }
    }
    attempt++;
  }
  for (let tries = 1; ; tries++, attempt++) {
    const key = jobKey(params, [...identity, attempt]);
    await state.update({ job: { attempt, key, id: null }, stopped: null });
    // Without the signal: whoever interrupts it must know whether there is a job.
    const { id } = await client.fineTuning.jobs.create(params, { idempotencyKey: key });
    await state.update({ job: { attempt, key, id } });
    signal.throwIfAborted();
    const job = await client.fineTuning.jobs.retrieve(id, { signal });
    const isDead = job.status === "failed" || job.status === "cancelled";
    // Where the run's file was lost, its key may find a job of long ago that made no model.
    const isOld = isDead && job.created_at * 1_000 < state.version.startedAt - 1_000 && tries < MOST_ATTEMPTS;
    const done = isOld ? undefined : await followed(work, job, false);
    if (done) {
      return done;
    }
  }
}

/** @returns undefined if the job had been cancelled before, and that is no reason to give up */
async function followed<R>(
  { client, options, state, paths, signal, onProgress }: RunWork<R>,
  { id }: FineTuningJob,
  wasCancelled: boolean,
): Promise<StepOutputs["fine-tune"] | undefined> {
  const { name, guards = {}, prices } = options;
  const { inputs, version, stopped } = state.version;
  const guardsHash = hashOf(guards);
  const title = `v${version}.losses`;
  const stop = (reason: "diverging" | "plateau", why: string) =>
    new RunStoppedError(
      `The run "${name}" was stopped: ${why}. Its job ${id} was cancelled. Change the data or the hyperparameters, or loosen ` +
        "the guard; unchanged it isn't trained again.",
      { run: name, reason, job: id },
    );
  if (wasCancelled && stopped?.job === id && stopped.guards === guardsHash) {
    throw stop(stopped.guard, "its guard had ended the same training before");
  }
  let end: Awaited<ReturnType<typeof followToEnd>>;
  try {
    end = await followToEnd(client, id, {
      folder: paths.folder,
      title,
      signal,
      guard: createLossGuard(guards),
      onUpdate: (update) => onProgress({ type: "job", update }),
    });
  } catch (error) {
    if (wasCancelled && error instanceof Error && error.name === "FineTuningJobCancelledError") {
      return undefined;
    }
    throw error;
  }
  if ("verdict" in end) {
    const { reason, message } = end.verdict;
    await state.update({ stopped: { guard: reason, job: id, guards: guardsHash } });
    throw stop(reason, message);
  }
  const { job, model, losses } = end;
  const trainedTokens = job.trained_tokens ?? null;
  return {
    job: id,
    model,
    trainedTokens,
    hyperparameters: chosen(job),
    seed: job.seed ?? null,
    weights: await modelFiles(client, model, signal),
    base: await modelFiles(client, inputs.base, signal),
    losses,
    // How long it took isn't told apart from how long it waited.
    cost:
      (prices && trainingCost(prices, { tokens: job.trained_tokens ?? undefined, seconds: undefined })) ??
      null,
  };
}

const jsonRecord = z.record(z.string(), z.json());

function chosen({ method, hyperparameters }: FineTuningJob): z.infer<typeof jsonRecord> {
  const ofMethod = method?.[method.type === "dpo" ? "dpo" : "supervised"]?.hyperparameters;
  return jsonRecord.parse({ ...hyperparameters, ...ofMethod });
}
