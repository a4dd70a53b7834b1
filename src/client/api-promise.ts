import type { RateLimits } from "./rate-limits.ts";

/** What is known about the response beside its data. */
export interface ResponseInfo {
  readonly status: number;
  readonly headers: Headers;
  /** Where the request went. */
  readonly url: string;
  /** How many tries it took, from 1. */
  readonly attempts: number;
  /** The limits that the platform counts by, where it tells them. */
  readonly rateLimits: RateLimits;
}

/** The data of a response together with what is known about it. */
export interface WithResponse<Data> {
  readonly data: Data;
  readonly response: ResponseInfo;
  /** Names the request in the logs of the platform, where it names requests. */
  readonly requestId: string | undefined;
}

/**
 * A promise of a call's data, which also gives the response it came in.
 *
 * The call is made once, at once, however often the promise is awaited.
 *
 * @example
 * ```ts
 * const job = await client.fineTuning.jobs.retrieve(id);
 * const { data, requestId } = await client.fineTuning.jobs.retrieve(id).withResponse();
 * ```
 */
export class APIPromise<Data> implements Promise<Data> {
  readonly [Symbol.toStringTag] = "APIPromise";
  readonly #result: Promise<WithResponse<Data>>;

  constructor(result: Promise<WithResponse<Data>>) {
    this.#result = result;
  }

  /** The data together with status, headers and request id. Rejects as the promise itself does. */
  withResponse(): Promise<WithResponse<Data>> {
    return this.#result;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise, and `await` asks for this.
  then<Fulfilled = Data, Rejected = never>(
    onFulfilled?: ((data: Data) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.#result.then(({ data }) => data).then(onFulfilled, onRejected);
  }

  catch<Rejected = never>(
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Data | Rejected> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<Data> {
    return this.then().finally(onFinally);
  }
}
