import { ConfigurationError } from "./errors.ts";
import type { RetryNotice } from "./retry.ts";
import type { UploadProgress } from "./upload-progress.ts";
import { checkedSecrets } from "./webhook-secrets.ts";

/** How a client is set up. */
export interface ClientOptions {
  /**
   * Where the platform's API begins, such as `http://127.0.0.1:4242/v1`. There is no default platform.
   * @default the environment's FERMION_BASE_URL
   */
  baseURL?: string | undefined;
  /**
   * The key that the platform knows the caller by. It appears in no error and no log of the client.
   * @default the environment's FERMION_API_KEY
   */
  apiKey?: string | undefined;
  /**
   * What {@link Webhooks.unwrap} checks webhooks with, `whsec_…`; several while it is being changed. It appears in no
   * error and no log.
   * @default the environment's FERMION_WEBHOOK_SECRET; several are parted by spaces there
   */
  webhookSecret?: string | readonly string[] | undefined;
  /** Sent as `OpenAI-Organization`, for platforms where a key belongs to several. */
  organization?: string | null | undefined;
  /** Sent as `OpenAI-Project`, for platforms where a key belongs to several. */
  project?: string | null | undefined;
  /**
   * How long to wait for the beginning of an answer after the request has gone out, in milliseconds. While a file is
   * being sent, it is the longest time without any progress.
   * @default 60_000
   */
  timeout?: number | undefined;
  /**
   * The longest silence in an answer that has begun, in milliseconds. In a stream only events count, not the comments
   * that keep a connection alive.
   * @default 60_000
   */
  idleTimeout?: number | undefined;
  /**
   * How many times a call is repeated that failed in a way that may pass: no connection, 408, 429, 5xx.
   * @default 2
   */
  maxRetries?: number | undefined;
  /**
   * The longest wait before a repetition, in milliseconds. If the platform asks for a longer one, the call fails with
   * its error, and `retryAfter` on it.
   * @default 60_000
   */
  maxRetryDelay?: number | undefined;
  /** Sent with every request. `null` takes a header of the client's own away. */
  defaultHeaders?: Readonly<Record<string, string | null | undefined>> | undefined;
  /** Sent in every query string. */
  defaultQuery?: Readonly<Record<string, string | undefined>> | undefined;
  /** Used instead of Node's http or the runtime's own `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Told of every repetition before its wait begins. */
  onRetry?: ((notice: RetryNotice) => void) | undefined;
}

/** How one call differs from what the client is set up for. */
export interface RequestOptions {
  /** Ends the call with an `APIUserAbortError`. */
  signal?: AbortSignal | null | undefined;
  /** As the client's `timeout`, in milliseconds. */
  timeout?: number | undefined;
  /** As the client's `idleTimeout`, in milliseconds. */
  idleTimeout?: number | undefined;
  /** As the client's `maxRetries`. */
  maxRetries?: number | undefined;
  /** Sent on top of the client's. `null` takes a header away. */
  headers?: Readonly<Record<string, string | null | undefined>> | undefined;
  /** Sent on top of the call's own query string. */
  query?: Readonly<Record<string, string | undefined>> | undefined;
  /** What a platform takes beyond the contract: put on top of the JSON body as it is. */
  extraBody?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Makes repetitions of the same creation harmless: the platform acts once per key.
   * @default a new one for each call that creates something, the same for all repetitions of that call
   */
  idempotencyKey?: string | undefined;
}

/** As {@link RequestOptions}, for calls that send a file. */
export interface UploadRequestOptions extends RequestOptions {
  /** Told how far the file has been sent; at its beginning, at its end, and at most ten times a second between. */
  onProgress?: ((progress: UploadProgress) => void) | undefined;
}

/** The options of a client with every default filled in. */
export interface ClientConfig {
  readonly baseURL: string;
  readonly timeout: number;
  readonly idleTimeout: number;
  readonly maxRetries: number;
  readonly maxRetryDelay: number;
  readonly headers: Readonly<Record<string, string | null | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly onRetry: ((notice: RetryNotice) => void) | undefined;
  readonly webhookSecrets: readonly string[];
  /** Takes the key out of a text. */
  readonly redact: (text: string) => string;
}

/** Fills in the defaults and refuses what can't work, in words that never contain the key. */
export function resolveOptions(options: ClientOptions): ClientConfig {
  const givenKey = options.apiKey ?? environment("FERMION_API_KEY");
  const baseURL = checkedBaseURL(options.baseURL ?? environment("FERMION_BASE_URL"), givenKey);
  const apiKey = checkedKey(givenKey);
  return {
    baseURL,
    timeout: positive("timeout", options.timeout ?? 60_000),
    idleTimeout: positive("idleTimeout", options.idleTimeout ?? 60_000),
    maxRetries: wholeNumber("maxRetries", options.maxRetries ?? 2),
    maxRetryDelay: options.maxRetryDelay ?? 60_000,
    headers: {
      accept: "application/json",
      authorization: `Bearer ${apiKey}`,
      "openai-organization": options.organization,
      "openai-project": options.project,
      ...lowerCased(options.defaultHeaders ?? {}),
    },
    query: options.defaultQuery ?? {},
    fetch: options.fetch,
    onRetry: options.onRetry,
    webhookSecrets: checkedSecrets(
      options.webhookSecret ?? environment("FERMION_WEBHOOK_SECRET")?.split(/\s+/) ?? [],
      "webhookSecret",
    ),
    redact: (text) => text.replaceAll(apiKey, "[redacted]"),
  };
}

/** Header names are the same in any case, and only one spelling may survive a merge. */
export function lowerCased<Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function checkedKey(apiKey: string | undefined): string {
  const key = apiKey?.trim();
  if (!key) {
    throw new ConfigurationError(
      'There is no API key. Give one with `new Fermion({ apiKey: "…" })` or FERMION_API_KEY; a local platform prints ' +
        "its own when it is started with `npx fermion local`.",
    );
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ConfigurationError(
      "The API key has characters that no header can carry (spaces, line ends or others outside ASCII). " +
        "Was it copied whole, and without the text around it?",
    );
  }
  return key;
}

function checkedBaseURL(baseURL: string | undefined, apiKey: string | undefined): string {
  const text = baseURL?.trim();
  if (!text) {
    throw new ConfigurationError(
      "There is no base URL, and no default platform. Give one of: " +
        '`new Fermion({ baseURL: "https://your-platform.example/v1" })`; the environment variable FERMION_BASE_URL; ' +
        "or start a platform on this machine with `npx fermion local`, which prints the variables to set.",
    );
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) {
    // The two are easily mixed up, and then it is the key that would be shown.
    const shown = (apiKey ? text.replaceAll(apiKey, "[redacted]") : text).replace(
      /\/\/[^/@]*@/,
      "//[redacted]@",
    );
    throw new ConfigurationError(
      `The base URL ${JSON.stringify(shown)} is no http(s) URL. It looks like "http://127.0.0.1:4242/v1".`,
    );
  }
  if (url.username || url.password) {
    throw new ConfigurationError(
      "The base URL contains a user or a password. Give the key as apiKey instead.",
    );
  }
  if (url.search || url.hash) {
    throw new ConfigurationError(
      "The base URL ends in a query or a fragment. Give a query as defaultQuery instead.",
    );
  }
  return url.href.replace(/\/+$/, "");
}

// Milliseconds beyond 2³¹−1 would make a timer fire at once.
function positive(name: string, value: number): number {
  if (!(value > 0) || value > 2 ** 31 - 1) {
    throw new ConfigurationError(
      `${name} must be a number of milliseconds above 0, up to 2³¹−1, not ${value}.`,
    );
  }
  return value;
}

function wholeNumber(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0) {
    throw new ConfigurationError(`${name} must be a whole number from 0, not ${value}.`);
  }
  return value;
}

/** Browsers have no `process`, and some runtimes one without `env`. */
function environment(name: string): string | undefined {
  return globalThis.process?.env?.[name] || undefined;
}
