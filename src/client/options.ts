import type { AliasSource, LazyAliases } from "./aliases/own-aliases.ts";
import type { Drift } from "./drift.ts";
import type { LeveledLogger, Logger, LogLevel } from "./logger.ts";
import type { Redactor } from "./redact.ts";
import type { RetryNotice } from "./retry.ts";
import type { OpenTelemetryAPI } from "./telemetry/api.ts";
import type { ConnectionOptions } from "./transport/http-adapter.ts";
import type { Middleware } from "./transport/middleware.ts";
import type { UploadProgress } from "./upload-progress.ts";

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
   * How long making a connection may take, in milliseconds. Only the http adapter can tell it from the rest of `timeout`.
   * @default 10_000
   */
  connectTimeout?: number | undefined;
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
  /**
   * How requests are sent: by Node's own http, or by the `fetch` of the runtime.
   * @default "http" on Node, "fetch" elsewhere and where `fetch` is given
   */
  adapter?: "http" | "fetch" | undefined;
  /** Used instead of the runtime's own `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /**
   * Certificates of authorities to trust, in PEM, in place of those that Node comes with. Only for the http adapter.
   * NODE_EXTRA_CA_CERTS adds to them for all of a process.
   */
  ca?: string | readonly string[] | undefined;
  /**
   * A proxy such as `http://proxy.example:8080`, or `false` for none. Only for the http adapter.
   * @default the environment's HTTPS_PROXY, HTTP_PROXY and NO_PROXY, except for loopback
   */
  proxy?: string | false | undefined;
  /** What stands between the client and the network, the outermost first; `client.use()` adds to it. */
  middleware?: readonly Middleware[] | undefined;
  /**
   * What happens to answers that differ from the contract. `strict`: one that lacks what it must have is an
   * `UnexpectedResponseError`. `warn`: it is reported and passed on as it came. `off`: nothing is checked. Unknown
   * fields and new values of a status always pass; what isn't JSON never does. Neither does, whatever is said here, a
   * chunk of a stream or an event of a followed job that lacks what it must have: nothing could be made of it.
   * @default "strict"
   */
  validation?: "strict" | "warn" | "off" | undefined;
  /**
   * Told of each difference from the contract, once for each kind of it: fields and values that the contract doesn't
   * know, and with `validation: "warn"` those that are missing or of another type.
   */
  onDrift?: ((drift: Drift) => void) | undefined;
  /**
   * Where the client logs to.
   * @default console
   */
  logger?: Logger | undefined;
  /**
   * What is logged.
   * @default the environment's FERMION_LOG, or "warn"
   */
  logLevel?: LogLevel | undefined;
  /** Told of every repetition before its wait begins. */
  onRetry?: ((notice: RetryNotice) => void) | undefined;
  /**
   * Whom to tell of calls, by the OpenTelemetry conventions for generative AI: the package `@opentelemetry/api`, as
   * `import * as api from "@opentelemetry/api"` gives it, or `false` for nobody. Neither prompts nor answers are told.
   * @default what the application has registered with that package; nobody where it has none
   */
  openTelemetry?: OpenTelemetryAPI | false | undefined;
  /**
   * Names that stand for models, of this client's own: the path of a file, which `models.promote()` makes and which is read
   * again when it changes, or the names and models themselves, as `{ claims: "ft:…" }`.
   * @default the platform's own aliases, where it has any
   */
  aliases?: AliasSource | undefined;
}

/** How one call differs from what the client is set up for. */
export interface RequestOptions {
  /** Ends the call with an `APIUserAbortError`. */
  signal?: AbortSignal | null | undefined;
  /** As the client's `timeout`, in milliseconds. */
  timeout?: number | undefined;
  /** As the client's `idleTimeout`, in milliseconds. */
  idleTimeout?: number | undefined;
  /**
   * How long the call may take in all, with its repetitions and the waits between them, in milliseconds. It fails at once
   * when the next wait would be longer than what is left. Of a stream only the beginning counts.
   * @default no limit
   */
  totalTimeout?: number | undefined;
  /** As the client's `maxRetries`. */
  maxRetries?: number | undefined;
  /** Sent on top of the client's. `null` takes a header away. */
  headers?: Readonly<Record<string, string | null | undefined>> | undefined;
  /** Sent on top of the call's own query string. */
  query?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * What a platform takes beyond the contract: put on top of the JSON body as it is. Beside a file it becomes fields of
   * the form, a record in it as `name[key]`.
   */
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
export interface ClientConfig extends ConnectionOptions {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly timeout: number;
  readonly idleTimeout: number;
  readonly maxRetries: number;
  readonly maxRetryDelay: number;
  readonly headers: Readonly<Record<string, string | null | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly adapter: "http" | "fetch";
  readonly fetch: typeof globalThis.fetch | undefined;
  /** Grows as middleware is added. */
  readonly middleware: Middleware[];
  readonly validation: "strict" | "warn" | "off";
  readonly onDrift: ((drift: Drift) => void) | undefined;
  readonly logger: LeveledLogger;
  readonly onRetry: ((notice: RetryNotice) => void) | undefined;
  readonly openTelemetry: OpenTelemetryAPI | false | undefined;
  readonly webhookSecrets: readonly string[];
  readonly aliases: LazyAliases | undefined;
  /** Takes the key, and whatever else is secret, out of what is shown. */
  readonly redactor: Redactor;
}
