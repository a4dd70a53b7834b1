import type * as z from "zod";
import { errorEnvelopeSchema } from "../contract/errors.ts";
import { type APIError, createAPIError } from "./api-errors.ts";
import { APIPromise, type WithResponse } from "./api-promise.ts";
import { toWebStream } from "./byte-stream.ts";
import { FermionError, UnexpectedResponseError } from "./errors.ts";
import { beginExchange, type Exchange } from "./exchange.ts";
import { resolveFile, type Uploadable } from "./file-source.ts";
import { multipartBody, randomId, type StreamBody } from "./multipart.ts";
import { type ClientConfig, lowerCased, type RequestOptions, type UploadRequestOptions } from "./options.ts";
import { backoffDelay, isRetryableStatus, retryAfterSeconds, sleep } from "./retry.ts";
import type { CallTelemetry } from "./telemetry/call-telemetry.ts";
import { startTelemetry } from "./telemetry/start.ts";
import { createTransport } from "./transport.ts";
import { createProgressReporter } from "./upload-progress.ts";
import { requestURL } from "./url.ts";

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
  /** Told of what comes of it, where there is somebody to tell. */
  readonly telemetry: CallTelemetry | undefined;
}

/** Makes calls: repeats them where that helps, and turns answers into objects and errors. */
export interface Requester {
  readonly config: ClientConfig;
  /** Promises what the schema describes. */
  json<Data>(call: ApiCall, schema: z.ZodType<Data>, options?: UploadRequestOptions): APIPromise<Data>;
  /** Promises a response of which the body comes as it is read. */
  bytes(call: ApiCall, options?: RequestOptions): APIPromise<Response>;
  /** Promises an answer that has begun. Whoever has it must dispose of its exchange. */
  open(call: ApiCall, options?: RequestOptions): Promise<OpenAnswer>;
}

/** The largest JSON that is read, in bytes: a server gone wild shall not take the memory of its client. */
const MAX_JSON = 256 * 1024 * 1024;

export function createRequester(config: ClientConfig): Requester {
  const transport = createTransport(config);

  /** As {@link tries}, and tells OpenTelemetry of it where somebody listens there. `take` tells of the success. */
  async function request<Result>(
    call: ApiCall,
    options: UploadRequestOptions,
    take: (answer: OpenAnswer) => Promise<Result>,
  ): Promise<Result> {
    const telemetry = await startTelemetry(config.openTelemetry, () => ({
      method: call.method,
      path: call.path,
      baseURL: config.baseURL,
      params: { ...call.body, ...options.extraBody },
    }));
    try {
      return await tries(call, options, take, telemetry);
    } catch (error) {
      telemetry?.fail(error);
      throw error;
    }
  }

  /** Tries until `take` has made something of an answer, or nothing is left to try. */
  async function tries<Result>(
    call: ApiCall,
    options: UploadRequestOptions,
    take: (answer: OpenAnswer) => Promise<Result>,
    telemetry: CallTelemetry | undefined,
  ): Promise<Result> {
    const { signal, maxRetries = config.maxRetries } = options;
    const send = await prepared(call, options, telemetry);
    for (let attempt = 1; ; attempt++) {
      try {
        return await take(await (telemetry?.run(() => send.attempt(attempt)) ?? send.attempt(attempt)));
      } catch (error) {
        if (
          !(error instanceof FermionError) ||
          !error.isRetryable ||
          attempt > maxRetries ||
          !send.repeatable()
        ) {
          throw error;
        }
        const asked =
          "retryAfter" in error && typeof error.retryAfter === "number" ? error.retryAfter : undefined;
        const delay = asked === undefined ? backoffDelay(attempt) : asked * 1_000;
        if (delay > config.maxRetryDelay) {
          throw error;
        }
        telemetry?.onRetry({ attempt, delay, error });
        config.onRetry?.({ method: call.method, path: call.path, attempt, delay, error });
        await sleep(delay, signal);
      }
    }
  }

  /** What all tries have in common: above all the idempotency key, and the bytes of a form. */
  async function prepared(
    call: ApiCall,
    options: UploadRequestOptions,
    telemetry: CallTelemetry | undefined,
  ) {
    const form: StreamBody | undefined =
      call.form && multipartBody(call.form.fields, call.form.fileField, await resolveFile(call.form.file));
    const json =
      call.body || options.extraBody ? JSON.stringify({ ...call.body, ...options.extraBody }) : undefined;
    const url = requestURL(config.baseURL, call.path, { ...config.query, ...call.query, ...options.query });
    const creates = call.creates || options.idempotencyKey !== undefined;
    const headers = {
      ...config.headers,
      // `null`: axios would call an empty body a form.
      "content-type": form?.contentType ?? (json === undefined ? null : "application/json"),
      ...(form?.length === undefined ? {} : { "content-length": String(form.length) }),
      ...(creates ? { "idempotency-key": options.idempotencyKey ?? `fermion-${randomId()}` } : {}),
      ...telemetry?.headers,
      ...call.headers,
      ...lowerCased(options.headers ?? {}),
    };

    return {
      /** A stream that has been read from can't be sent again. */
      repeatable: () => !form || form.repeatable(),
      async attempt(attempt: number): Promise<OpenAnswer> {
        const progress =
          options.onProgress && createProgressReporter(options.onProgress, form?.fileSize, attempt);
        const exchange = await beginExchange(
          transport,
          {
            method: call.method,
            url,
            headers,
            body: form ?? json,
            onSent: (bytes) => progress?.add(bytes),
          },
          {
            baseURL: config.baseURL,
            timeout: options.timeout ?? config.timeout,
            idleTimeout: options.idleTimeout ?? config.idleTimeout,
            signal: options.signal,
          },
        );
        const { status, headers: answered } = exchange.response;
        const requestId = answered.get("x-request-id") ?? undefined;
        telemetry?.onResponse({ status, requestId, attempt });
        if (status < 200 || status >= 300) {
          throw await apiError(exchange);
        }
        progress?.end();
        return { exchange, requestId, url, attempts: attempt, telemetry };
      },
    };
  }

  async function apiError(exchange: Exchange): Promise<APIError> {
    const { status, headers } = exchange.response;
    // The key is taken out before anything is made of the text: servers like to repeat a key they don't know.
    const text = config.redact(await readText(exchange));
    const body = parsed(text);
    const error = errorEnvelopeSchema.safeParse(body).data?.error;
    return createAPIError({
      status,
      headers: redactedHeaders(headers, config.redact),
      body: body ?? text,
      error,
      retryAfter: retryAfterSeconds(headers),
      isRetryable: isRetryableStatus(status, headers, error?.code == null ? undefined : String(error.code)),
    });
  }

  return {
    config,
    json(call, schema, options = {}) {
      return new APIPromise(
        request(call, options, async (answer) => {
          const text = await readText(answer.exchange);
          const result = schema.safeParse(parsed(text));
          if (!result.success) {
            throw unexpected(config, answer, text, result.error.issues);
          }
          answer.telemetry?.end(result.data);
          return withResponse(answer, result.data);
        }),
      );
    },
    bytes(call, options = {}) {
      const headers = { accept: "*/*", ...call.headers };
      return new APIPromise(
        request({ ...call, headers }, options, async (answer) => {
          answer.telemetry?.end();
          return withResponse(answer, streamedResponse(answer));
        }),
      );
    },
    open: (call, options = {}) =>
      request(call, options, async (answer) => {
        // Of an answer of a model OpenTelemetry is told to its end; of a feed of events, that it is open.
        if (call.method === "GET") {
          answer.telemetry?.end();
        }
        return answer;
      }),
  };
}

/** What a promise of a call resolves to. */
export function withResponse<Data>(
  { exchange, requestId, url, attempts }: OpenAnswer,
  data: Data,
): WithResponse<Data> {
  const { status, headers } = exchange.response;
  return { data, response: { status, headers, url, attempts }, requestId };
}

/** Reads the whole body and is done with the exchange. */
async function readText(exchange: Exchange): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    for await (const chunk of exchange.read({ bytesCount: true })) {
      size += chunk.length;
      if (size > MAX_JSON) {
        throw new UnexpectedResponseError(`The answer is longer than ${MAX_JSON} bytes.`, {
          status: exchange.response.status,
          bodyStart: text.slice(0, 500),
        });
      }
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } finally {
    exchange.dispose();
  }
}

function streamedResponse({ exchange }: OpenAnswer): Response {
  async function* body() {
    try {
      yield* exchange.read({ bytesCount: true });
    } finally {
      exchange.dispose();
    }
  }
  const { status, headers } = exchange.response;
  return new Response(status === 204 ? null : toWebStream(body(), exchange.dispose), { status, headers });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is as wrong as JSON of another shape; who asks sees the difference in what the schema says.
    return undefined;
  }
}

function unexpected(
  { baseURL, redact }: ClientConfig,
  { exchange, requestId }: OpenAnswer,
  text: string,
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): UnexpectedResponseError {
  const { status, headers } = exchange.response;
  const type = headers.get("content-type") ?? "no content type";
  const details = issues.map(
    ({ path, message }) => `${path.map(String).join(".") || "the body"}: ${message}`,
  );
  return new UnexpectedResponseError(
    `${baseURL} answered ${status} with something else than was asked for (${type}; ${details[0]}). ` +
      "Is it the API of such a platform, or a proxy or a website?",
    { status, requestId, bodyStart: redact(text).slice(0, 500), issues: details },
  );
}

function redactedHeaders(headers: Headers, redact: (text: string) => string): Headers {
  return new Headers([...headers].map(([name, value]): [string, string] => [name, redact(value)]));
}
