import { isAsyncIterable, readWebStream } from "../byte-stream.ts";
import { APIConnectionError, type FermionError } from "../errors.ts";
import type { StreamBody } from "../multipart.ts";
import { nodeModules } from "../node-modules.ts";
import type { Adapter } from "./adapter.ts";
import { type Connecting, connectionError } from "./connection-error.ts";
import type { ConnectionOptions } from "./http-adapter.ts";

/** One request, exactly as it goes out; only the key is put in behind all middleware. */
export interface TransportRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  /** In lower case. `null` keeps a header out that would be added otherwise. */
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

export interface TransportConfig extends ConnectionOptions, Connecting {
  /** How requests are sent: by Node's own http, or by `fetch`. */
  readonly adapter: "http" | "fetch";
  readonly fetch: typeof globalThis.fetch | undefined;
}

/**
 * Sends requests and makes the answers of both adapters alike. The folder is the only place that knows axios, of which
 * the two adapters alone are used: its instances merge what an application has put into axios' global defaults. An error
 * of axios is never passed on, not even as a `cause`: it carries the request with the key.
 *
 * Axios is loaded with the first request, so that importing the package costs nothing of it. `load` does so before the
 * timers of that request run.
 */
export function createTransport(config: TransportConfig): {
  readonly send: Transport;
  load(): Promise<void>;
} {
  const { baseURL } = config;
  const failure = (error: unknown) => connectionError(error, config);
  let loading: Promise<Adapter> | undefined;
  const load = () => {
    loading ??= loadAdapter(config).catch((error: unknown) => {
      // A page may have been offline when it was to load this.
      loading = undefined;
      throw failure(error);
    });
    return loading;
  };

  async function send({ method, url, headers, body, signal, onSent }: TransportRequest) {
    const adapter = await load();
    const sent = body === undefined ? undefined : await requestBody(body, config.adapter, signal, onSent);
    const response = await adapter({
      method,
      url,
      signal,
      headers: Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value ?? false]],
        ),
      ),
      ...(sent && { data: sent.data }),
    }).catch((error: unknown) => {
      throw sent?.failed ? sent.failed.error : failure(error);
    });
    if (response.status === 0) {
      throw new APIConnectionError(
        `${baseURL} answered with a redirect, which this runtime lets nobody look into. Set baseURL to where it leads.`,
        { baseURL, isRetryable: false },
      );
    }
    return {
      status: response.status,
      headers: responseHeaders(response.headers),
      body: responseBody(response.data, failure),
    };
  }

  return {
    send,
    async load() {
      await load();
    },
  };
}

async function loadAdapter(config: TransportConfig): Promise<Adapter> {
  if (config.adapter === "http") {
    return await (await import("./http-adapter.ts")).createHttpAdapter(config);
  }
  return (await import("./fetch-adapter.ts")).createFetchAdapter(config.fetch);
}

interface SentBody {
  data: unknown;
  /** Set if making the body failed: axios would report that, too, as a broken connection. */
  failed?: { readonly error: unknown };
}

async function requestBody(
  content: string | StreamBody,
  adapter: "http" | "fetch",
  signal: AbortSignal,
  onSent: (bytes: number) => void = () => undefined,
): Promise<SentBody> {
  if (typeof content === "string") {
    return { data: content };
  }
  const sent: SentBody = { data: undefined };
  const chunks = watched(content.chunks(onSent), (error) => {
    sent.failed = { error };
  });
  if (adapter === "http") {
    const { stream } = await nodeModules();
    const readable = stream.Readable.from(chunks, { objectMode: false });
    // Axios leaves the stream of a request that failed as it is, and with it the file that it reads open.
    signal.addEventListener("abort", () => readable.destroy(), { once: true });
    sent.data = readable;
    return sent;
  }
  // Few browsers can send a stream, so the pieces are collected in memory.
  const parts: BlobPart[] = [];
  for await (const chunk of chunks) {
    if (signal.aborted) {
      break;
    }
    parts.push(new Uint8Array(chunk));
  }
  sent.data = new Blob(parts);
  return sent;
}

async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  onError: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    onError(error);
    throw error;
  }
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
