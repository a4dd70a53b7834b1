import type { FineTuningJob, FineTuningJobError as JobErrorObject } from "../contract/fine-tuning.ts";
import { FermionError } from "./errors.ts";

/** A job that was waited for has made no model. */
export class FineTuningJobError extends FermionError {
  override readonly name: string = "FineTuningJobError";
  /** The job as it was last. */
  readonly job: FineTuningJob;

  constructor(message: string, job: FineTuningJob, options: { isRetryable?: boolean } = {}) {
    super(message, options);
    this.job = job;
  }
}

/** The job failed; `error` says why, and for a training file its `message` names the lines. */
export class FineTuningJobFailedError extends FineTuningJobError {
  override readonly name = "FineTuningJobFailedError";
  /** `job.error`: what the platform says about it. */
  readonly error: JobErrorObject;
  readonly code: string | undefined;
  readonly param: string | undefined;

  constructor(job: FineTuningJob) {
    const error = job.error ?? {};
    const why = error.message ?? error.code ?? "the platform gives no reason";
    super(`The fine-tuning job ${job.id} failed: ${why}`, job);
    this.error = error;
    this.code = error.code ?? undefined;
    this.param = error.param ?? undefined;
  }
}

/** The job was cancelled. */
export class FineTuningJobCancelledError extends FineTuningJobError {
  override readonly name = "FineTuningJobCancelledError";

  constructor(job: FineTuningJob) {
    super(`The fine-tuning job ${job.id} was cancelled.`, job);
  }
}

/** The job hasn't ended within the `timeout` of `wait()`. It goes on; waiting again is fine. */
export class FineTuningJobTimeoutError extends FermionError {
  override readonly name = "FineTuningJobTimeoutError";
  readonly jobId: string;
  /** The job as it was last, if anything was heard of it. */
  readonly job: FineTuningJob | undefined;
  /** How long was waited, in milliseconds. */
  readonly timeout: number;

  constructor(jobId: string, details: { job: FineTuningJob | undefined; timeout: number }) {
    const status = details.job ? ` Its status is ${details.job.status}.` : "";
    super(
      `The fine-tuning job ${jobId} hasn't ended within ${details.timeout} ms.${status} It goes on: wait again, or cancel it.`,
      { isRetryable: true },
    );
    this.jobId = jobId;
    this.job = details.job;
    this.timeout = details.timeout;
  }
}

/**
 * Whether a job was created isn't known: the request may have arrived, no answer came, and no job of it was found. It was
 * not sent again, because that could have created a second one. `cause` is the failure that left it open.
 *
 * Calling `create()` again with `idempotencyKey` is safe: it looks for the job before it sends anything.
 */
export class JobCreationUncertainError extends FermionError {
  override readonly name = "JobCreationUncertainError";
  /** The key of this creation. */
  readonly idempotencyKey: string;
  /** The ids of jobs that may be the one, where it can't be told. */
  readonly candidates: readonly string[];

  constructor(
    cause: FermionError,
    why: string,
    details: { idempotencyKey: string; marked: boolean; candidates: readonly string[] },
  ) {
    const { idempotencyKey, marked, candidates } = details;
    const ids = candidates.length ? ` It may be ${candidates.slice(0, 5).join(" or ")}.` : "";
    const remedy =
      marked && candidates.length === 0
        ? `Call create() again with { idempotencyKey: "${idempotencyKey}" }: it looks for the job before it sends anything.`
        : "Look at jobs.list() before creating it again.";
    super(
      `Whether the fine-tuning job was created isn't known: ${why}.${ids} It was not sent again. ${remedy} ` +
        `What failed: ${cause.message}`,
      { cause },
    );
    this.idempotencyKey = idempotencyKey;
    this.candidates = candidates;
  }
}
