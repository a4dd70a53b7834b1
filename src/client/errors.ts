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

/** Why a file couldn't be sent. */
export type FileSourceErrorCode = "not_found" | "not_a_file" | "empty" | "changed" | "unreadable";

/** A parameter of a call can't be. Nothing was sent. */
export class InvalidParameterError extends ConfigurationError {
  override readonly name = "InvalidParameterError";
  /** The parameter at fault, such as `method.supervised.hyperparameters.n_epochs`. */
  readonly param: string;

  constructor(message: string, param: string) {
    super(message);
    this.param = param;
  }
}

/** The file that should be sent couldn't be read, or is no file to send; `cause` is the error of its source, if it has one. */
export class FileSourceError extends FermionError {
  override readonly name = "FileSourceError";
  /**
   * - `not_found`: there is no such file.
   * - `not_a_file`: it is a directory.
   * - `empty`: it has no bytes.
   * - `changed`: it was written to while it was sent, or between two tries of an upload that resumes.
   * - `unreadable`: reading it failed, as `cause` says.
   */
  readonly code: FileSourceErrorCode;

  constructor(message: string, options: { code?: FileSourceErrorCode; cause?: unknown } = {}) {
    super(message, options);
    this.code = options.code ?? "unreadable";
  }
}

/** Why an upload couldn't keep its state. */
export type UploadStateErrorCode = "unreadable" | "unwritable" | "in_use";

/** The state of an upload that should resume can't be used. No part of the file was lost; the message says what to do. */
export class UploadStateError extends FermionError {
  override readonly name = "UploadStateError";
  /**
   * - `unreadable`: what lies there is no such state.
   * - `unwritable`: it can't be kept there, as `cause` says.
   * - `in_use`: another process is sending the same file to the same place.
   */
  readonly code: UploadStateErrorCode;

  constructor(message: string, options: { code: UploadStateErrorCode; cause?: unknown }) {
    super(message, options);
    this.code = options.code;
  }
}

/** No answer came: nothing listens there, or the connection broke. */
export class APIConnectionError extends FermionError {
  override readonly name: string = "APIConnectionError";
  /** Where the client tried to connect. */
  readonly baseURL: string;
  /** The system's word for it, such as `ECONNREFUSED`, where there is one. */
  readonly code: string | undefined;
  /** Whether the request may have reached the platform: `false` only where no connection was made at all. */
  readonly requestSent: boolean;

  constructor(
    message: string,
    details: {
      baseURL: string;
      code?: string | undefined;
      requestSent?: boolean;
      isRetryable?: boolean;
    },
  ) {
    super(message, { isRetryable: details.isRetryable ?? true });
    this.baseURL = details.baseURL;
    this.code = details.code;
    this.requestSent = details.requestSent ?? true;
  }
}

/** No answer came in time. Whether the platform acted on the request is not known. */
export class APIConnectionTimeoutError extends APIConnectionError {
  override readonly name = "APIConnectionTimeoutError";
  /** How long the client waited, in milliseconds. */
  readonly timeout: number;

  constructor(
    message: string,
    details: { baseURL: string; timeout: number; requestSent?: boolean; isRetryable?: boolean },
  ) {
    super(message, { ...details, code: "ETIMEDOUT" });
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
 *
 * `isRetryable` is true only where JSON broke off, and the request can be sent again without doing anything twice.
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
      isRetryable?: boolean;
    },
  ) {
    super(message, { isRetryable: details.isRetryable ?? false });
    this.status = details.status;
    this.requestId = details.requestId;
    this.bodyStart = details.bodyStart;
    this.issues = details.issues ?? [];
  }
}
