import type { FineTuningJob } from "../contract/fine-tuning.ts";
import { listenForAbort } from "./abort-listeners.ts";
import { callback, checkOptions, milliseconds, type OptionRules } from "./check-options.ts";
import { APIUserAbortError, FermionError, UnexpectedResponseError } from "./errors.ts";
import type { FollowOptions } from "./follow.ts";
import {
  FineTuningJobCancelledError,
  FineTuningJobError,
  FineTuningJobFailedError,
  FineTuningJobTimeoutError,
} from "./job-errors.ts";
import { isFinal, type JobUpdate } from "./job-progress.ts";

/** How a job is waited for. */
export interface WaitOptions extends FollowOptions {
  /**
   * How long to wait, in milliseconds. The job goes on when it is over.
   * @default for as long as it takes
   */
  timeout?: number | undefined;
  /** Told of everything that `follow()` gives. */
  onProgress?: ((update: JobUpdate) => void) | undefined;
}

/** A job that has made its model: what `wait()` gives. */
export interface SucceededFineTuningJob extends FineTuningJob {
  status: "succeeded";
  /** The model that it made: the name under which it answers. */
  fine_tuned_model: string;
}

/** What `follow()` doesn't know; the rest it checks itself. */
const rules: OptionRules<Pick<WaitOptions, "timeout" | "onProgress">> = {
  timeout: milliseconds,
  onProgress: callback,
};

/** Waits for a job to succeed, and throws if it ends in any other way. */
export async function waitForJob(
  follow: (id: string, options: FollowOptions) => AsyncIterable<JobUpdate>,
  id: string,
  { timeout, onProgress, signal, ...options }: WaitOptions,
): Promise<SucceededFineTuningJob> {
  checkOptions({ timeout, onProgress }, rules, "the options of waiting for a job");
  const controller = new AbortController();
  const onAbort = () => controller.abort();
  if (signal?.aborted) {
    controller.abort();
  }
  const stopListening = listenForAbort(signal, onAbort);
  const timer = timeout == null ? undefined : setTimeout(onAbort, timeout);
  let job: FineTuningJob | undefined;
  try {
    for await (const update of follow(id, { ...options, signal: controller.signal })) {
      if (update.type === "status") {
        job = update.job;
      }
      onProgress?.(update);
    }
  } catch (error) {
    if (error instanceof APIUserAbortError && timeout != null && !signal?.aborted) {
      throw new FineTuningJobTimeoutError(id, { job, timeout });
    }
    throw error;
  } finally {
    clearTimeout(timer);
    stopListening();
  }
  return succeeded(id, job);
}

function succeeded(id: string, job: FineTuningJob | undefined): SucceededFineTuningJob {
  switch (job?.status) {
    case "succeeded":
      return withModel(job);
    case "failed":
      throw new FineTuningJobFailedError(job);
    case "cancelled":
      throw new FineTuningJobCancelledError(job);
  }
  if (job && isFinal(job)) {
    throw new FineTuningJobError(`The fine-tuning job ${id} ended with the status ${job.status}.`, job);
  }
  throw new FermionError(`Following the fine-tuning job ${id} ended before the job did.`);
}

/** A platform that says "succeeded" before it can name the model would leave its caller with a call to no model. */
function withModel(job: FineTuningJob): SucceededFineTuningJob {
  const { fine_tuned_model } = job;
  if (!fine_tuned_model) {
    throw new UnexpectedResponseError(
      `The platform says that the fine-tuning job ${job.id} succeeded, and names no model that it made.`,
      {
        status: 200,
        bodyStart: JSON.stringify(job).slice(0, 500),
        issues: [`fine_tuned_model: ${fine_tuned_model === "" ? "empty" : "missing"}`],
      },
    );
  }
  return { ...job, status: "succeeded", fine_tuned_model };
}
