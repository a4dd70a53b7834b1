import type { CursorParams } from "../../contract/cursor-params.ts";
import type {
  FineTuningJob,
  FineTuningJobCheckpoint,
  FineTuningJobEvent,
} from "../../contract/fine-tuning.ts";
import type { JobCreateParams, JobListParams } from "../../contract/job-params.ts";
import { APIPromise } from "../api-promise.ts";
import type { FollowOptions } from "../follow.ts";
import type { JobCreateOptions } from "../job-creation.ts";
import type { JobUpdate } from "../job-progress.ts";
import type { RequestOptions } from "../options.ts";
import { listPages, type PageOptions, type PagePromise } from "../pagination.ts";
import type { JobApi } from "../poll-job.ts";
import type { Requester } from "../requester.ts";
import { path } from "../url.ts";
import type { SucceededFineTuningJob, WaitOptions } from "../wait.ts";

const contract = () => import("../../contract/fine-tuning.ts");
const fineTuningJobCheckpoint = async () => (await contract()).fineTuningJobCheckpointSchema;
const fineTuningJobEvent = async () => (await contract()).fineTuningJobEventSchema;
const fineTuningJob = async () => (await contract()).fineTuningJobSchema;

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
    query?: (CursorParams & PageOptions) | null,
    options?: RequestOptions,
  ): PagePromise<FineTuningJobCheckpoint> {
    const call = {
      method: "GET",
      path: path`/fine_tuning/jobs/${jobId}/checkpoints`,
      query: query ?? {},
    } as const;
    return listPages(this.#requester, call, fineTuningJobCheckpoint, options);
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
   * Begins to make a model: one job, whatever happens on the way. All tries of a call carry one idempotency key. Where an
   * answer was lost and the platform doesn't say that it honours keys, the job is looked for by the key in its `metadata`
   * before anything is sent again.
   *
   * With an `idempotencyKey` of your own that holds across processes: a script that starts again gets the job that it
   * created before it crashed.
   *
   * @throws InvalidParameterError if a parameter can't be; nothing was sent, and `param` names it
   * @throws BadRequestError if the platform refuses a parameter; `param` names it
   * @throws ConflictError, ConfigurationError if `idempotencyKey` was used for another job
   * @throws JobCreationUncertainError if it can't be told whether the job was created
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
  create(body: JobCreateParams, options: JobCreateOptions = {}): APIPromise<FineTuningJob> {
    const created = async () => {
      const { createJob } = await import("../job-creation.ts");
      return await createJob(this.#requester, body, options);
    };
    return new APIPromise(created());
  }

  /** How a job is doing. */
  retrieve(jobId: string, options?: RequestOptions): APIPromise<FineTuningJob> {
    return this.#requester.json(
      { method: "GET", path: path`/fine_tuning/jobs/${jobId}` },
      fineTuningJob,
      options,
    );
  }

  /**
   * Lists jobs, the newest first. Awaited it is a page, of 20 or as many as `limit` says; iterated over, all jobs, or as
   * many as `limit` says in total.
   *
   * @throws ConfigurationError if `limit` or `pageSize` can't be; nothing was sent
   */
  list(query?: (JobListParams & PageOptions) | null, options?: RequestOptions): PagePromise<FineTuningJob> {
    const call = { method: "GET", path: "/fine_tuning/jobs", query: query ?? {} } as const;
    return listPages(this.#requester, call, fineTuningJob, options);
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
    query?: (CursorParams & PageOptions) | null,
    options?: RequestOptions,
  ): PagePromise<FineTuningJobEvent> {
    const call = {
      method: "GET",
      path: path`/fine_tuning/jobs/${jobId}/events`,
      query: query ?? {},
    } as const;
    return listPages(this.#requester, call, fineTuningJobEvent, options);
  }

  /**
   * Follows a job until it has ended: its status on each change, what it says, and the metrics of its steps. Each event
   * comes once and in order, whatever connections do in between: it is heard from a stream where the platform has one,
   * taken up again where it broke, and asked for where there is none.
   *
   * Leaving the loop, or the signal, ends the following and not the job. A job that is `paused` is followed on.
   *
   * @throws ConfigurationError if an option can't be; nothing was sent
   * @throws NotFoundError if there is no such job, or no more
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
  async *follow(jobId: string, options: FollowOptions = {}): AsyncGenerator<JobUpdate, void, undefined> {
    const { followJob } = await import("../follow.ts");
    yield* followJob(this.#api(), jobId, options);
  }

  /**
   * Waits until a job has made its model. What it resolves to always names that model in `fine_tuned_model`.
   *
   * The wait begins where the job is and goes through everything that `follow()` does, all of it within `timeout`.
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
  async wait(jobId: string, options: WaitOptions = {}): Promise<SucceededFineTuningJob> {
    const { waitForJob } = await import("../wait.ts");
    return await waitForJob((id, how) => this.follow(id, how), jobId, options);
  }

  #turn(path: string, options: RequestOptions | undefined): APIPromise<FineTuningJob> {
    return this.#requester.json({ method: "POST", path }, fineTuningJob, options);
  }

  #api(): JobApi {
    return {
      config: this.#requester.config,
      retrieve: (id, options) => this.retrieve(id, options),
      listEvents: (id, options) => this.listEvents(id, { pageSize: 100 }, options),
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
