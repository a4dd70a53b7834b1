import type * as z from "zod/mini";
import { APIPromise, type WithResponse } from "./api-promise.ts";
import { FermionError } from "./errors.ts";
import { beginExchange, type Deadline, type Exchange } from "./exchange.ts";
import type { FileSource } from "./file-source.ts";
import type { ClientConfig, RequestOptions, UploadRequestOptions } from "./options.ts";
import { type PreparedCall, prepareCall } from "./prepare-call.ts";
import { rateLimits } from "./rate-limits.ts";
import { readAPIError, readText, streamedResponse } from "./read-answer.ts";
import type { Redactor } from "./redact.ts";
import { requestIdOf } from "./request-id.ts";
import { checkRequestOptions } from "./resolve-options.ts";
import { backoffDelay, sleep } from "./retry.ts";
import type { CallTelemetry } from "./telemetry/call-telemetry.ts";
import { startTelemetry } from "./telemetry/start.ts";
import { followingRedirects, throughMiddleware, withKey } from "./transport/middleware.ts";
import { createTransport } from "./transport/transport.ts";

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
    readonly file: () => Promise<FileSource>;
  };
  /** It makes something, so its repetitions have to carry the same key. */
  readonly creates?: boolean;
}

/**
 * Finds out what a call whose try failed has brought about nevertheless: what it gives is the call's result. Asked before
 * the call is repeated, and when it won't be (`last`); if it gives `undefined`, the call is repeated, or fails.
 */
export type Recover<Result> = (
  failure: FermionError,
  state: { readonly last: boolean },
) => Promise<Result | undefined>;

/**
 * What an answer must be, or how to load that: the schemas, and zod with them, aren't a part of what an application loads
 * at its start.
 */
export type AnswerSchema<Data> = z.ZodMiniType<Data> | (() => Promise<z.ZodMiniType<Data>>);

interface HowToCall<Result> {
  /** Makes something of an answer with success. */
  readonly take: (answer: OpenAnswer) => Promise<Result>;
  /** Whether the answer's body is read after the call is over. */
  readonly streamed: boolean;
  readonly recover?: Recover<Result> | undefined;
}

/** An answer with success whose body is still to be read. */
export interface OpenAnswer {
  readonly exchange: Exchange;
  readonly requestId: string | undefined;
  readonly url: string;
  readonly attempts: number;
  /** Takes out of a text what this call must not show. */
  readonly redactor: Redactor;
  /** Told of what comes of it, where there is somebody to tell. */
  readonly telemetry: CallTelemetry | undefined;
}

/** Makes calls: repeats them where that helps, and turns answers into objects and errors. */
export interface Requester {
  readonly config: ClientConfig;
  /** Promises what the schema describes. */
  json<Data>(
    call: ApiCall,
    schema: AnswerSchema<Data>,
    options?: UploadRequestOptions,
    recover?: Recover<WithResponse<Data>>,
  ): APIPromise<Data>;
  /** Promises a response of which the body comes as it is read. */
  bytes(call: ApiCall, options?: RequestOptions): APIPromise<Response>;
  /** Promises an answer that has begun. Whoever has it must dispose of its exchange. */
  open(call: ApiCall, options?: RequestOptions): Promise<OpenAnswer>;
}

export function createRequester(config: ClientConfig): Requester {
  const { logger } = config;
  const network = createTransport(config);
  const transport = throughMiddleware(config.middleware, followingRedirects(withKey(config, network.send)));

  /** Makes a call, and tells OpenTelemetry of it where somebody listens there. `take` tells of the success. */
  async function request<Result>(
    call: ApiCall,
    options: UploadRequestOptions,
    how: HowToCall<Result>,
  ): Promise<Result> {
    checkRequestOptions(options);
    // Begun before anything is waited for: a stream that fails meanwhile must have somebody who hears it.
    const preparing = prepareCall(call, options, config);
    preparing.catch(() => undefined);
    const telemetry = await startTelemetry(config.openTelemetry, () => ({
      method: call.method,
      path: config.redactor.text(call.path),
      baseURL: config.baseURL,
      params: { ...call.body, ...options.extraBody },
    }));
    try {
      const prepared = await preparing;
      await network.load();
      return await tries(call, prepared, options, how, telemetry);
    } catch (error) {
      telemetry?.fail(error);
      throw error;
    }
  }

  /** Tries until something has been made of an answer, or nothing is left to try. */
  async function tries<Result>(
    call: ApiCall,
    prepared: PreparedCall,
    options: UploadRequestOptions,
    { take, streamed, recover }: HowToCall<Result>,
    telemetry: CallTelemetry | undefined,
  ): Promise<Result> {
    const { method, path } = call;
    const maxRetries = options.maxRetries ?? config.maxRetries;
    const { totalTimeout } = options;
    const deadline =
      totalTimeout == null ? undefined : { at: performance.now() + totalTimeout, totalTimeout, streamed };
    for (let attempt = 1; ; attempt++) {
      try {
        const once = () => tryOnce(call, prepared, options, attempt, deadline, telemetry);
        return await take(await (telemetry?.run(once) ?? once()));
      } catch (error) {
        if (!(error instanceof FermionError)) {
          throw error;
        }
        const asked =
          "retryAfter" in error && typeof error.retryAfter === "number" ? error.retryAfter : undefined;
        // Only what the platform asks for can be too long to wait: our own waits are as long as they may be.
        const delay =
          asked === undefined ? Math.min(backoffDelay(attempt), config.maxRetryDelay) : asked * 1_000;
        const left = deadline ? deadline.at - performance.now() : Number.POSITIVE_INFINITY;
        const last =
          !error.isRetryable ||
          attempt > maxRetries ||
          prepared.form?.repeatable() === false ||
          delay > Math.min(config.maxRetryDelay, left);
        if (!last) {
          const notice = { method, path, attempt, delay, error };
          logger.info(`${method} ${path} is tried again in ${Math.round(delay)} ms: ${error.message}`);
          telemetry?.onRetry(notice);
          config.onRetry?.(notice);
          await sleep(delay, options.signal);
        }
        const recovered = await recover?.(error, { last });
        if (recovered !== undefined) {
          telemetry?.end();
          return recovered;
        }
        if (last) {
          throw error;
        }
      }
    }
  }

  async function tryOnce(
    call: ApiCall,
    { url, headers: own, form, json, redactor }: PreparedCall,
    options: UploadRequestOptions,
    attempt: number,
    deadline: Deadline | undefined,
    telemetry: CallTelemetry | undefined,
  ): Promise<OpenAnswer> {
    const headers = { ...telemetry?.headers, ...own };
    const { onProgress } = options;
    const progress =
      onProgress &&
      (await import("./upload-progress.ts")).createProgressReporter(onProgress, form?.fileSize, attempt);
    const started = performance.now();
    const shown = () => `${call.method} ${redactor.url(url)}`;
    logger.debug(shown, () => ({
      attempt,
      headers: Object.fromEntries(redactor.headers(sentHeaders(headers))),
      ...(json === undefined ? {} : { body: redactor.text(json).slice(0, 1_000) }),
    }));
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
    logger.debug(
      () => `${status} ${shown()}`,
      () => ({
        attempt,
        milliseconds: Math.round(performance.now() - started),
        headers: Object.fromEntries(redactor.headers(answered)),
      }),
    );
    const requestId = requestIdOf(answered);
    telemetry?.onResponse({ status, requestId, attempt });
    if (status < 200 || status >= 300) {
      throw await readAPIError(exchange, redactor);
    }
    progress?.end();
    return { exchange, requestId, url, attempts: attempt, redactor, telemetry };
  }

  return {
    config,
    json(call, schema, options = {}, recover) {
      const take = async (answer: OpenAnswer) => {
        const text = await readText(answer.exchange);
        const { validated } = await import("./validate.ts");
        const data = await validated(call, schema, answer, text, config);
        answer.telemetry?.end(data);
        return withResponse(answer, data);
      };
      return new APIPromise(request(call, options, { take, streamed: false, recover }));
    },
    bytes(call, options = {}) {
      const headers = { accept: "*/*", ...call.headers };
      const take = async (answer: OpenAnswer) => {
        answer.telemetry?.end();
        return withResponse(answer, streamedResponse(answer));
      };
      return new APIPromise(request({ ...call, headers }, options, { take, streamed: true }));
    },
    open(call, options = {}) {
      const take = async (answer: OpenAnswer) => {
        // Of an answer of a model OpenTelemetry is told to its end; of a feed of events, that it is open.
        if (call.method === "GET") {
          answer.telemetry?.end();
        }
        return answer;
      };
      return request(call, options, { take, streamed: true });
    },
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
