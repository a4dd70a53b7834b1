import { type FineTuningJob, fineTuningJobSchema } from "../contract/fine-tuning.ts";
import { type JobCreateParams, jobCreateParamsSchema } from "../contract/job-params.ts";
import { APIError } from "./api-errors.ts";
import type { WithResponse } from "./api-promise.ts";
import { checkParams } from "./check-params.ts";
import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIUserAbortError,
  ConfigurationError,
  type FermionError,
  UnexpectedResponseError,
} from "./errors.ts";
import { JobCreationUncertainError } from "./job-errors.ts";
import { lookForJob, type Sighting } from "./job-lookup.ts";
import { firstDifference, type JobBody, withMarker, withoutMarker } from "./job-marker.ts";
import type { RequestOptions } from "./options.ts";
import { randomId } from "./random-id.ts";
import type { Recover, Requester } from "./requester.ts";
import { checkRequestOptions, lowerCased } from "./resolve-options.ts";
import { sleep } from "./retry.ts";

/** How a job is created. */
export interface JobCreateOptions extends RequestOptions {
  /**
   * Whether the idempotency key is also written into the job's `metadata`, as `fermion_idempotency_key`. By it the client
   * finds the job again where an answer was lost, on platforms that don't know idempotency keys.
   *
   * Without it, or with 16 pairs of metadata of the caller's own, a creation whose outcome isn't known is sent again only
   * if the platform says that it honours keys, and else throws a `JobCreationUncertainError`.
   * @default true
   */
  marker?: boolean | undefined;
}

/** A list may show a new job a little late: it is looked at again after each of these, in milliseconds. */
const LAGS = [1_000, 2_000];
/** A key isn't relied on for the last of its time, in seconds. */
const RETENTION_MARGIN = 300;

/** Creates a job once, whatever happens on the way. */
export async function createJob(
  requester: Requester,
  params: JobCreateParams,
  { marker = true, ...given }: JobCreateOptions,
): Promise<WithResponse<FineTuningJob>> {
  checkParams(jobCreateParamsSchema, params, "jobs.create()");
  checkRequestOptions(given);
  const { extraBody, ...options } = given;
  const chosen = lowerCased(options.headers ?? {})["idempotency-key"] ?? options.idempotencyKey;
  const key = chosen ?? `fermion-${randomId()}`;
  const plain: JobBody = withoutMarker({ ...params, ...extraBody });
  const marked = marker ? withMarker(plain, key) : undefined;
  const body = marked ?? plain;
  const { idempotencyKey: _, headers, ...reading } = options;
  const wanted = {
    key: marked && key,
    trainingFile: body.training_file,
    // What the caller sends with every call comes along, and the key doesn't: nothing is created here.
    options: { ...reading, headers: { ...headers, "idempotency-key": undefined } },
  };
  const look = (age?: number) => lookForJob(requester, wanted, age);

  if (chosen !== undefined && marked) {
    const earlier = await jobOfEarlierCall(look, body, key);
    if (earlier) {
      return earlier;
    }
  }
  return await requester
    .json(
      { method: "POST", path: "/fine_tuning/jobs", body, creates: true },
      fineTuningJobSchema,
      { ...options, idempotencyKey: key },
      lookAfterFailure({ look, key, marked: marked !== undefined, signal: options.signal }),
    )
    .withResponse();
}

/** A key that the caller gives may have been used before: by the same script, before it crashed. */
async function jobOfEarlierCall(
  look: () => Promise<Sighting>,
  body: JobBody,
  key: string,
): Promise<WithResponse<FineTuningJob> | undefined> {
  let sighting: Sighting;
  try {
    sighting = await look();
  } catch (error) {
    // Not every server has the list, and not every key may read it. Then only the platform can know the key.
    if (error instanceof APIError && !error.isRetryable) {
      return undefined;
    }
    throw error;
  }
  const { found, retention = 0, now } = sighting;
  // A platform that still knows the key compares the whole request, and repeats its answer.
  if (!found || now - found.data.created_at < retention - RETENTION_MARGIN) {
    return undefined;
  }
  const difference = firstDifference(found.data, body);
  if (difference !== undefined) {
    throw new ConfigurationError(
      `The idempotency key "${key}" was used for another job: ${found.data.id} has another ${difference}. ` +
        "Use a new key for a new job.",
    );
  }
  return found;
}

/**
 * Looks for the job after a failure behind which it may have been created, and lets the request be sent again only where
 * that can't make a second one: the platform honours keys, or the job is surely not there.
 */
function lookAfterFailure({
  look,
  key,
  marked,
  signal,
}: {
  look: (age: number) => Promise<Sighting>;
  key: string;
  marked: boolean;
  signal: AbortSignal | null | undefined;
}): Recover<WithResponse<FineTuningJob>> {
  const began = performance.now();
  const age = () => (performance.now() - began) / 1_000;
  let inDoubt = false;

  return async (failure, { last }) => {
    const ambiguous = mayHaveActed(failure);
    inDoubt ||= ambiguous;
    // What is known to have created nothing, behind what was looked into already, is no reason to look again.
    if (!inDoubt || failure instanceof APIUserAbortError || (!ambiguous && !last)) {
      return undefined;
    }
    const uncertain = (why: string, candidates: readonly string[] = []) =>
      new JobCreationUncertainError(failure, why, { idempotencyKey: key, marked, candidates });

    let sighting: Sighting;
    try {
      sighting = await look(age());
      for (const lag of LAGS) {
        if (sighting.found || sighting.retention !== undefined || !marked) {
          break;
        }
        await sleep(lag, signal);
        sighting = await look(age());
      }
    } catch (error) {
      if (error instanceof APIUserAbortError) {
        throw error;
      }
      const isElsewhere = (one: unknown) => one instanceof UnexpectedResponseError && !one.isRetryable;
      if (isElsewhere(failure) && isElsewhere(error)) {
        // Whatever answers there is no such platform at all.
        throw failure;
      }
      throw uncertain(
        `the platform's jobs couldn't be looked through for it (${error instanceof Error ? error.message : error})`,
      );
    }

    const { found, retention, candidates } = sighting;
    if (found) {
      return found;
    }
    if (last) {
      if (!ambiguous && !failure.isRetryable) {
        // The platform refuses the very request, and there is no job of the tries before.
        return undefined;
      }
      throw uncertain("no job of it is to be seen, but it may still be on its way");
    }
    if (retention !== undefined) {
      return undefined;
    }
    if (!marked) {
      throw uncertain(
        "it bears no marker by which it could be found, and a repetition could create another",
        candidates,
      );
    }
    if (candidates.length > 0) {
      throw uncertain(
        "there are new jobs without a marker, and the platform may have dropped it",
        candidates,
      );
    }
    if (mayStillAct(failure)) {
      throw uncertain("no job of it is to be seen, but the platform may still be at work on the request");
    }
    return undefined;
  };
}

/** Whether the platform may have acted on a request that failed like this. */
function mayHaveActed(failure: FermionError): boolean {
  if (failure instanceof APIConnectionError) {
    return failure.requestSent;
  }
  if (failure instanceof APIError) {
    const { status, isRetryable } = failure;
    return (
      status === 408 || (status === 409 && isRetryable) || (status >= 500 && status !== 501 && status !== 505)
    );
  }
  return failure instanceof UnexpectedResponseError;
}

/** Whether nobody has heard the end of the request: then a list without the job proves nothing. */
function mayStillAct(failure: FermionError): boolean {
  return (
    failure instanceof APIConnectionTimeoutError || (failure instanceof APIError && failure.status === 504)
  );
}
