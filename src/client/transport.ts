import { Axios, type AxiosRequestConfig } from "axios";
import { isAsyncIterable, readWebStream } from "./byte-stream.ts";
import { APIConnectionError, FermionError } from "./errors.ts";
import type { StreamBody } from "./multipart.ts";
import { isNode, nodeModules } from "./node-modules.ts";

/** One request, exactly as it goes out. */
export interface TransportRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  /** In lower case. `null` keeps a header out that the transport would add by itself. */
  readonly headers: Readonly<Record<string, string | null | undefined>>;
  /** JSON as text, or a stream of bytes. */
  readonly body?: string | StreamBody | undefined;
  readonly signal: AbortSignal;
  /** Told of each piece of a file that goes out. */
  readonly onSent?: ((bytes: number) => void) | undefined;
}

/** The beginning of an answer. Any status is an answer; only having none is an error. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The body as it arrives. Leaving the loop early gives the connection up. */
  readonly body: AsyncIterable<Uint8Array>;
}

export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

/**
 * The only place that knows axios. What is settled here, and why:
 *
 * - `http` on Node and `fetch` elsewhere: axios takes the first that its build has.
 * - `maxRedirects: 0`: with its redirect support, axios keeps uploads in memory whole, and turns a POST into a GET.
 * - `timeout: 0`: axios' own is an idle timer in one adapter and a deadline in the other. The caller has its own.
 * - An axios error is never passed on, not even as a `cause`: it carries the request with the key.
 */
export function createTransport(config: {
  baseURL: string;
  fetch: typeof globalThis.fetch | undefined;
  redact: (text: string) => string;
}): Transport {
  const usesHttp = isNode && !config.fetch;
  // Not `axios.create`, which takes over whatever an application has put into axios' global defaults.
  const axios = new Axios({
    adapter: config.fetch ? "fetch" : ["http", "fetch"],
    ...(config.fetch ? { env: { fetch: config.fetch } } : {}),
    responseType: "stream",
    maxRedirects: 0,
    timeout: 0,
    validateStatus: () => true,
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
  });

  const failure = (error: unknown) => connectionError(error, config.baseURL, config.redact);

  return async ({ method, url, headers, body, signal, onSent }) => {
    let source: { error: unknown } | undefined;
    const request: AxiosRequestConfig = {
      method,
      url,
      signal,
      // `false` keeps axios from adding a header of its own.
      headers: Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value ?? false]],
        ),
      ),
      ...(body === undefined ? {} : { data: await requestBody(body) }),
    };

    async function requestBody(content: string | StreamBody): Promise<unknown> {
      if (typeof content === "string") {
        return content;
      }
      const chunks = remembered(content.chunks(onSent ?? (() => undefined)));
      if (usesHttp) {
        const { stream } = await nodeModules();
        const readable = stream.Readable.from(chunks, { objectMode: false });
        // Axios leaves the stream of a request that failed as it is, and with it the file that it reads open.
        signal.addEventListener("abort", () => readable.destroy(), { once: true });
        return readable;
      }
      // Few browsers can send a stream, so the pieces are collected in memory.
      const parts: BlobPart[] = [];
      for await (const chunk of chunks) {
        if (signal.aborted) {
          break;
        }
        parts.push(new Uint8Array(chunk));
      }
      return new Blob(parts);
    }

    // Axios would report a file that can't be read, or a caller's onProgress that throws, as a broken connection.
    async function* remembered(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      try {
        yield* chunks;
      } catch (error) {
        source = { error };
        throw error;
      }
    }

    const response = await axios.request<unknown>(request).catch((error: unknown) => {
      throw source ? source.error : failure(error);
    });
    return {
      status: response.status,
      headers: responseHeaders(response.headers),
      body: responseBody(response.data, failure),
    };
  };
}

function responseHeaders(raw: object): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      headers.append(name, String(item));
    }
  }
  return headers;
}

function responseBody(data: unknown, failure: (error: unknown) => FermionError): AsyncIterable<Uint8Array> {
  if (data instanceof ReadableStream) {
    return guarded(readWebStream(data), failure);
  }
  return guarded(isAsyncIterable(data) ? data : (async function* () {})(), failure);
}

async function* guarded(
  chunks: AsyncIterable<unknown>,
  failure: (error: unknown) => FermionError,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) {
      if (chunk instanceof Uint8Array) {
        yield chunk;
      }
    }
  } catch (error) {
    throw failure(error);
  }
}

function connectionError(error: unknown, baseURL: string, redact: (text: string) => string): FermionError {
  if (error instanceof FermionError) {
    return error;
  }
  const code =
    error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  const why = redact(error instanceof Error ? error.message : String(error)) || code || "no reason given";
  const remedy =
    code === "ECONNREFUSED"
      ? "Nothing listens there. Start a local platform with `npx fermion local`, or set baseURL or FERMION_BASE_URL."
      : "Is it up, and is baseURL right? `npx fermion local` starts a local platform.";
  return new APIConnectionError(`No answer from ${baseURL}: ${why}. ${remedy}`, { baseURL, code });
}
