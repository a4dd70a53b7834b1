import type { CursorParams } from "../../contract/cursor-params.ts";
import {
  type FineTuningJob,
  type FineTuningJobCheckpoint,
  type FineTuningJobEvent,
  fineTuningJobCheckpointSchema,
  fineTuningJobEventSchema,
  fineTuningJobSchema,
} from "../../contract/fine-tuning.ts";
import type { JobCreateParams, JobListParams } from "../../contract/job-params.ts";
import type { APIPromise } from "../api-promise.ts";
import { type FollowOptions, followJob } from "../follow.ts";
import type { JobUpdate } from "../job-progress.ts";
import type { RequestOptions } from "../options.ts";
import { listPages, type PagePromise } from "../pagination.ts";
import type { JobApi } from "../poll-job.ts";
import type { Requester } from "../requester.ts";
import { path } from "../url.ts";
import { type SucceededFineTuningJob, type WaitOptions, waitForJob } from "../wait.ts";

/** The states of a model in the course of its training. */
export class Checkpoints {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** Lists the checkpoints of a job, the newest first. */
  list(
    jobId: string,
    query?: CursorParams | null,
    options?: RequestOptions,
  ): PagePromise<FineTuningJobCheckpoint> {
    const call = {
      method: "GET",
      path: path`/fine_tuning/jobs/${jobId}/checkpoints`,
      query: query ?? {},
    } as const;
    return listPages(this.#requester, call, fineTuningJobCheckpointSchema, options);
  }
}

/** Jobs that make models of one's own. */
export class Jobs {
  readonly checkpoints: Checkpoints;
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
    this.checkpoints = new Checkpoints(requester);
  }

  /**
   * Begins to make a model. Repetitions of this call carry one idempotency key, so that a platform that knows them makes
   * one job, whatever happens on the way.
   *
   * @throws BadRequestError if a parameter is wrong; `param` names it
   * @throws ConflictError if `idempotencyKey` was used for another request
   *
   * @example
   * ```ts
   * const job = await client.fineTuning.jobs.create({
   *   model: "photon-nano",
   *   training_file: file.id,
   *   suffix: "claims",
   *   method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 8 } } },
   * });
   * ```
   */
  create(body: JobCreateParams, options?: RequestOptions): APIPromise<FineTuningJob> {
    return this.#requester.json(
      { method: "POST", path: "/fine_tuning/jobs", body, creates: true },
      fineTuningJobSchema,
      options,
    );
  }

  /** How a job is doing. */
  retrieve(jobId: string, options?: RequestOptions): APIPromise<FineTuningJob> {
    return this.#requester.json(
      { method: "GET", path: path`/fine_tuning/jobs/${jobId}` },
      fineTuningJobSchema,
      options,
    );
  }

  /** Lists jobs, the newest first. Awaited it is a page of 20; iterated over, all jobs. */
  list(query?: JobListParams | null, options?: RequestOptions): PagePromise<FineTuningJob> {
    const call = { method: "GET", path: "/fine_tuning/jobs", query: query ?? {} } as const;
    return listPages(this.#requester, call, fineTuningJobSchema, options);
  }

  /** Ends a job. What it has learned so far stays in its checkpoints. */
  cancel(jobId: string, options?: RequestOptions): APIPromise<FineTuningJob> {
    return this.#turn(path`/fine_tuning/jobs/${jobId}/cancel`, options);
  }

  /** Lets a job rest, until `resume`. */
  pause(jobId: string, options?: RequestOptions): APIPromise<FineTuningJob> {
    return this.#turn(path`/fine_tuning/jobs/${jobId}/pause`, options);
  }

  /** Lets a job that rests go on. */
  resume(jobId: string, options?: RequestOptions): APIPromise<FineTuningJob> {
    return this.#turn(path`/fine_tuning/jobs/${jobId}/resume`, options);
  }

  /** Lists what a job had to say, the newest first. For a live view, see {@link follow}. */
  listEvents(
    jobId: string,
    query?: CursorParams | null,
    options?: RequestOptions,
  ): PagePromise<FineTuningJobEvent> {
    const call = {
      method: "GET",
      path: path`/fine_tuning/jobs/${jobId}/events`,
      query: query ?? {},
    } as const;
    return listPages(this.#requester, call, fineTuningJobEventSchema, options);
  }

  /**
   * Follows a job until it has ended: its status on each change, what it says, and the metrics of its steps. Each event
   * comes once and in order, whatever connections do in between: it is heard from a stream where the platform has one,
   * taken up again where it broke, and asked for where there is none.
   *
   * Leaving the loop, or the signal, ends the following and not the job.
   *
   * @throws NotFoundError if there is no such job
   * @throws APIConnectionError if the platform stays away for longer than `giveUpAfter`
   *
   * @example
   * ```ts
   * for await (const update of client.fineTuning.jobs.follow(job.id)) {
   *   if (update.type === "metrics") {
   *     const { step, total_steps, train_loss } = update.metrics;
   *     console.log(`${step}/${total_steps} loss ${train_loss}, ${update.eta} s left`);
   *   }
   * }
   * ```
   */
  follow(jobId: string, options: FollowOptions = {}): AsyncGenerator<JobUpdate, void, undefined> {
    return followJob(this.#api(), jobId, options);
  }

  /**
   * Waits until a job has made its model. What it resolves to always names that model in `fine_tuned_model`.
   *
   * @throws FineTuningJobFailedError if it failed, with the reason in `error`
   * @throws FineTuningJobCancelledError if it was cancelled
   * @throws FineTuningJobTimeoutError if it takes longer than `timeout`; it goes on then
   * @throws UnexpectedResponseError if the platform says that it succeeded, and names no model
   *
   * @example
   * ```ts
   * const { fine_tuned_model } = await client.fineTuning.jobs.wait(job.id, { timeout: 10 * 60_000 });
   * ```
   */
  wait(jobId: string, options: WaitOptions = {}): Promise<SucceededFineTuningJob> {
    return waitForJob((id, how) => this.follow(id, how), jobId, options);
  }

  #turn(path: string, options: RequestOptions | undefined): APIPromise<FineTuningJob> {
    return this.#requester.json({ method: "POST", path }, fineTuningJobSchema, options);
  }

  #api(): JobApi {
    return {
      retrieve: (id, options) => this.retrieve(id, options),
      listEvents: (id, options) => this.listEvents(id, { limit: 100 }, options),
      openEvents: (id, { lastEventId, after }, options) =>
        this.#requester.open(
          {
            method: "GET",
            path: path`/fine_tuning/jobs/${id}/events`,
            query: { stream: "true", ...(lastEventId === undefined && after !== undefined ? { after } : {}) },
            headers: {
              accept: "text/event-stream",
              ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
            },
          },
          options,
        ),
    };
  }
}

/** Making models of one's own. */
export class FineTuning {
  readonly jobs: Jobs;

  /** @internal */
  constructor(requester: Requester) {
    this.jobs = new Jobs(requester);
  }
}
