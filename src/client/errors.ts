/**
 * The errors of the client, in a hierarchy by what a caller can do about them:
 *
 * - {@link ConfigurationError}: the client was set up wrongly; nothing was sent.
 * - `APIError` and its kinds: the platform answered, and said no.
 * - {@link APIConnectionError}, {@link APIConnectionTimeoutError}: no answer came.
 * - {@link APIUserAbortError}: the caller ended it.
 * - {@link UnexpectedResponseError}: something answered that isn't such a platform.
 * - `StreamError` and its kinds: a stream began and didn't reach its end.
 * - `FineTuningJobError` and its kinds: the job that was waited for made no model.
 * - `JobCreationUncertainError`: a job may have been created, or not.
 */
export class FermionError extends Error {
  override readonly name: string = "FermionError";
  /** Whether the same call may succeed if it is made again without any change. */
  readonly isRetryable: boolean;

  constructor(message: string, options: { isRetryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.isRetryable = options.isRetryable ?? false;
  }
}

/** The client, or a call, was set up in a way that can't work. Nothing was sent. */
export class ConfigurationError extends FermionError {
  override readonly name: string = "ConfigurationError";
}

/** The file that should be sent couldn't be read; `cause` is the error of its source. */
export class FileSourceError extends FermionError {
  override readonly name = "FileSourceError";
}

/** No answer came: nothing listens there, or the connection broke. */
export class APIConnectionError extends FermionError {
  override readonly name: string = "APIConnectionError";
  /** Where the client tried to connect. */
  readonly baseURL: string;
  /** The system's word for it, such as `ECONNREFUSED`, where there is one. */
  readonly code: string | undefined;

  constructor(message: string, details: { baseURL: string; code?: string | undefined }) {
    super(message, { isRetryable: true });
    this.baseURL = details.baseURL;
    this.code = details.code;
  }
}

/** No answer came in time. Whether the platform acted on the request is not known. */
export class APIConnectionTimeoutError extends APIConnectionError {
  override readonly name = "APIConnectionTimeoutError";
  /** How long the client waited, in milliseconds. */
  readonly timeout: number;

  constructor(message: string, details: { baseURL: string; timeout: number }) {
    super(message, { baseURL: details.baseURL, code: "ETIMEDOUT" });
    this.timeout = details.timeout;
  }
}

/** The caller ended the call, by its signal or by `abort()`. */
export class APIUserAbortError extends FermionError {
  override readonly name = "APIUserAbortError";
  /** What a stream had given until then, if the call was one. */
  readonly received: unknown;

  constructor(options: { received?: unknown } = {}) {
    super("The call was aborted by its caller.");
    this.received = options.received;
  }
}

/**
 * Something answered with success, but not what such a platform answers: a proxy's HTML page, JSON of another shape, a
 * list that never ends, a job that succeeded without a model. `baseURL` may point elsewhere.
 */
export class UnexpectedResponseError extends FermionError {
  override readonly name = "UnexpectedResponseError";
  readonly status: number;
  readonly requestId: string | undefined;
  /** The beginning of what came. */
  readonly bodyStart: string;
  /** Where the body differs from the contract, each as `path: what is wrong`. */
  readonly issues: readonly string[];

  constructor(
    message: string,
    details: {
      status: number;
      requestId?: string | undefined;
      bodyStart: string;
      issues?: readonly string[];
    },
  ) {
    super(message);
    this.status = details.status;
    this.requestId = details.requestId;
    this.bodyStart = details.bodyStart;
    this.issues = details.issues ?? [];
  }
}
