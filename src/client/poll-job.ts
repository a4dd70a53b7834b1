import type { FineTuningJob, FineTuningJobEvent } from "../contract/fine-tuning.ts";
import { FermionError, UnexpectedResponseError } from "./errors.ts";
import { type createJobProgress, isFinal, type JobUpdate } from "./job-progress.ts";
import type { ClientConfig, RequestOptions } from "./options.ts";
import type { Page } from "./pagination.ts";
import type { OpenAnswer } from "./requester.ts";
import { backoffDelay, MAX_TIMER, sleep } from "./retry.ts";

/** What following a job needs of the API. */
export interface JobApi {
  readonly config: Pick<ClientConfig, "maxRetryDelay" | "validation" | "onDrift" | "logger">;
  retrieve(id: string, options: RequestOptions): PromiseLike<FineTuningJob>;
  /** The newest events, the newest first. */
  listEvents(id: string, options: RequestOptions): PromiseLike<Page<FineTuningJobEvent>>;
  openEvents(
    id: string,
    position: { lastEventId: string | undefined; after: string | undefined },
    options: RequestOptions,
  ): Promise<OpenAnswer>;
}

/** Follows a job by asking for it and for its events again and again, until it has ended. */
export async function* pollJob(
  api: JobApi,
  id: string,
  progress: ReturnType<typeof createJobProgress>,
  options: {
    signal: AbortSignal | null | undefined;
    after: string | undefined;
    pollInterval: number;
    giveUpAfter: number;
  },
): AsyncGenerator<JobUpdate, void, undefined> {
  const { signal, after, pollInterval, giveUpAfter } = options;
  // A job that a stream has told of is there, even if the platform isn't at the moment.
  let met = progress.job !== undefined || progress.lastEventId !== undefined;
  let lostAt: number | undefined;
  let failures = 0;
  let quiet = 0;

  for (;;) {
    try {
      // The job before its events: what a job had to say before it ended is then surely in the list.
      const job = await api.retrieve(id, { signal });
      const ended = isFinal(job);
      const changed = ended ? [] : progress.onJob(job);
      yield* changed;
      const updates = (await newEvents(api, id, progress, after, signal)).flatMap(progress.onEvent);
      lostAt = undefined;
      met = true;
      failures = 0;
      yield* updates;
      if (ended) {
        yield* progress.onJob(job);
        return;
      }
      quiet = updates.length || changed.length ? 0 : quiet + 1;
      await sleep(Math.min(pollInterval * 1.5 ** quiet, pollInterval * 5, MAX_TIMER), signal);
    } catch (error) {
      lostAt ??= performance.now();
      if (!mayPass(error, failures) || !met || performance.now() - lostAt > giveUpAfter) {
        throw error;
      }
      await sleep(backoffDelay(++failures), signal);
    }
  }
}

/** The events that haven't come yet, oldest first. */
async function newEvents(
  api: JobApi,
  id: string,
  progress: ReturnType<typeof createJobProgress>,
  after: string | undefined,
  signal: AbortSignal | null | undefined,
): Promise<FineTuningJobEvent[]> {
  const events: FineTuningJobEvent[] = [];
  const newest = await api.listEvents(id, { signal });
  for await (const { data } of newest.iterPages()) {
    let met = false;
    for (const event of data) {
      if (event.id === after) {
        return events.reverse();
      }
      // One that is known ends the search with its page and not at once: a list may have shown it before its elders.
      if (progress.seen(event.id)) {
        met = true;
      } else {
        events.push(event);
      }
    }
    if (met) {
      break;
    }
  }
  return events.reverse();
}

/** So many answers of another kind in a row are taken for a platform that restarts, some 15 seconds of them. */
const MAX_UNEXPECTED = 5;

/**
 * Whether a failure may be over soon, for who follows a job that is known to be there: then even a page of another kind,
 * as proxies show it while a platform restarts, is no last word.
 *
 * @param failures - how many there were in a row before this one
 */
export function mayPass(error: unknown, failures: number): boolean {
  if (error instanceof UnexpectedResponseError) {
    return error.issues.length > 0 && failures < MAX_UNEXPECTED;
  }
  return error instanceof FermionError && error.isRetryable;
}
