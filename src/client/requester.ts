import type * as z from "zod/mini";
import { APIPromise, type WithResponse } from "./api-promise.ts";
import { FermionError } from "./errors.ts";
import { beginExchange, type Exchange } from "./exchange.ts";
import type { Uploadable } from "./file-source.ts";
import {
  type ClientConfig,
  checkRequestOptions,
  type RequestOptions,
  type UploadRequestOptions,
} from "./options.ts";
import { type PreparedCall, prepareCall } from "./prepare-call.ts";
import { rateLimits } from "./rate-limits.ts";
import { readAPIError, readText, streamedResponse } from "./read-answer.ts";
import type { Redactor } from "./redact.ts";
import { backoffDelay, sleep } from "./retry.ts";
import { followingRedirects, throughMiddleware, withKey } from "./transport/middleware.ts";
import { createTransport } from "./transport/transport.ts";
import { createProgressReporter } from "./upload-progress.ts";
import { validated } from "./validate.ts";

/** A call, as a resource describes it. */
export interface ApiCall {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the base URL, its parts encoded. */
  readonly path: string;
  readonly query?: object | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object | undefined;
  /** Sent as a multipart form. */
  readonly form?: {
    readonly fields: Readonly<Record<string, string>>;
    readonly fileField: string;
    readonly file: Uploadable;
  };
  /** It makes something, so its repetitions have to carry the same key. */
  readonly creates?: boolean;
}

/** An answer with success whose body is still to be read. */
export interface OpenAnswer {
  readonly exchange: Exchange;
  readonly requestId: string | undefined;
  readonly url: string;
  readonly attempts: number;
  /** Takes out of a text what this call must not show. */
  readonly redactor: Redactor;
}

/** Makes calls: repeats them where that helps, and turns answers into objects and errors. */
export interface Requester {
  readonly config: ClientConfig;
  /** Promises what the schema describes. */
  json<Data>(call: ApiCall, schema: z.ZodMiniType<Data>, options?: UploadRequestOptions): APIPromise<Data>;
  /** Promises a response of which the body comes as it is read. */
  bytes(call: ApiCall, options?: RequestOptions): APIPromise<Response>;
  /** Promises an answer that has begun. Whoever has it must dispose of its exchange. */
  open(call: ApiCall, options?: RequestOptions): Promise<OpenAnswer>;
}

export function createRequester(config: ClientConfig): Requester {
  const { logger } = config;
  const network = createTransport({ ...config, redact: (text) => config.redactor.text(text) });
  const transport = throughMiddleware(config.middleware, followingRedirects(withKey(config, network.send)));

  /** Tries until `take` has made something of an answer, or nothing is left to try. */
  async function request<Result>(
    call: ApiCall,
    options: UploadRequestOptions,
    take: (answer: OpenAnswer) => Promise<Result>,
    streamed: boolean,
  ): Promise<Result> {
    checkRequestOptions(options);
    const maxRetries = options.maxRetries ?? config.maxRetries;
    const deadline =
      options.totalTimeout == null ? undefined : { at: performance.now() + options.totalTimeout, streamed };
    const prepared = await prepareCall(call, options, config);
    await network.load();
    for (let attempt = 1; ; attempt++) {
      try {
        return await take(await tryOnce(call, prepared, options, attempt, deadline));
      } catch (error) {
        const repeatable = !prepared.form || prepared.form.repeatable();
        if (!(error instanceof FermionError) || !error.isRetryable || attempt > maxRetries || !repeatable) {
          throw error;
        }
        const asked =
          "retryAfter" in error && typeof error.retryAfter === "number" ? error.retryAfter : undefined;
        // Only what the platform asks for can be too long to wait: our own waits are as long as they may be.
        const delay =
          asked === undefined ? Math.min(backoffDelay(attempt), config.maxRetryDelay) : asked * 1_000;
        const left = deadline ? deadline.at - performance.now() : Number.POSITIVE_INFINITY;
        if (delay > Math.min(config.maxRetryDelay, left)) {
          throw error;
        }
        const notice = { method: call.method, path: call.path, attempt, delay, error };
        logger.info(
          `${call.method} ${call.path} is tried again in ${Math.round(delay)} ms: ${error.message}`,
        );
        config.onRetry?.(notice);
        await sleep(delay, options.signal);
      }
    }
  }

  async function tryOnce(
    call: ApiCall,
    { url, headers, form, json, redactor }: PreparedCall,
    options: UploadRequestOptions,
    attempt: number,
    deadline: { at: number; streamed: boolean } | undefined,
  ): Promise<OpenAnswer> {
    const progress =
      options.onProgress && createProgressReporter(options.onProgress, form?.fileSize, attempt);
    const shownURL = redactor.url(url);
    const started = performance.now();
    logger.debug(`${call.method} ${shownURL}`, {
      attempt,
      headers: Object.fromEntries(redactor.headers(sentHeaders(headers))),
      ...(json === undefined ? {} : { body: redactor.text(json).slice(0, 1_000) }),
    });
    const exchange = await beginExchange(
      transport,
      { method: call.method, url, headers, body: form ?? json, onSent: (bytes) => progress?.add(bytes) },
      {
        baseURL: config.baseURL,
        timeout: options.timeout ?? config.timeout,
        idleTimeout: options.idleTimeout ?? config.idleTimeout,
        signal: options.signal,
        deadline,
      },
    );
    const { status, headers: answered } = exchange.response;
    logger.debug(`${status} ${call.method} ${shownURL}`, {
      attempt,
      milliseconds: Math.round(performance.now() - started),
      headers: Object.fromEntries(redactor.headers(answered)),
    });
    if (status < 200 || status >= 300) {
      throw await readAPIError(exchange, redactor);
    }
    progress?.end();
    return { exchange, requestId: requestIdOf(answered), url, attempts: attempt, redactor };
  }

  return {
    config,
    json(call, schema, options = {}) {
      return new APIPromise(
        request(
          call,
          options,
          async (answer) => {
            const text = await readText(answer.exchange);
            return withResponse(answer, await validated(call, schema, answer, text, config));
          },
          false,
        ),
      );
    },
    bytes(call, options = {}) {
      const headers = { accept: "*/*", ...call.headers };
      return new APIPromise(
        request(
          { ...call, headers },
          options,
          async (answer) => withResponse(answer, streamedResponse(answer)),
          true,
        ),
      );
    },
    open: (call, options = {}) => request(call, options, async (answer) => answer, true),
  };
}

/** What a promise of a call resolves to. */
export function withResponse<Data>(
  { exchange, requestId, url, attempts, redactor }: OpenAnswer,
  data: Data,
): WithResponse<Data> {
  const { status, headers } = exchange.response;
  const response = { status, headers, url: redactor.url(url), attempts, rateLimits: rateLimits(headers) };
  return { data, response, requestId };
}

function sentHeaders(headers: PreparedCall["headers"]): Headers {
  return new Headers(
    Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value == null ? [] : [[name, value]],
    ),
  );
}

/** Names the request in the logs of the platform. */
export function requestIdOf(headers: Headers): string | undefined {
  return (
    headers.get("x-request-id") ?? headers.get("request-id") ?? headers.get("apim-request-id") ?? undefined
  );
}
