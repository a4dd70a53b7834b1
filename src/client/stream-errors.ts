import type { ChatCompletion } from "../contract/chat.ts";
import type { ErrorObject } from "../contract/errors.ts";
import { FermionError } from "./errors.ts";

interface StreamErrorDetails {
  /** What had come until then. */
  readonly received: ChatCompletion | undefined;
  readonly requestId: string | undefined;
  readonly isRetryable: boolean;
}

/** A stream was answered with success and didn't reach its end. */
export class StreamError extends FermionError {
  override readonly name: string = "StreamError";
  /** The answer as far as it came; `undefined` if nothing did. A choice that wasn't finished has no `finish_reason`. */
  readonly received: ChatCompletion | undefined;
  readonly requestId: string | undefined;

  constructor(message: string, details: StreamErrorDetails) {
    super(message, { isRetryable: details.isRetryable });
    this.received = details.received;
    this.requestId = details.requestId;
  }
}

/** The connection ended before the answer did: it was cut off. `received` is what had come. */
export class StreamTruncatedError extends StreamError {
  override readonly name = "StreamTruncatedError";
}

/** Nothing came for longer than `idleTimeout`. Comments that only keep a connection alive don't count as progress. */
export class StreamStalledError extends StreamError {
  override readonly name = "StreamStalledError";
  /** How long the client waited, in milliseconds. */
  readonly idleTimeout: number;

  constructor(message: string, details: StreamErrorDetails & { idleTimeout: number }) {
    super(message, details);
    this.idleTimeout = details.idleTimeout;
  }
}

/** What came is no stream of events: a proxy's page, or JSON. `bodyStart` shows how it begins. */
export class StreamRefusedError extends StreamError {
  override readonly name = "StreamRefusedError";
  readonly contentType: string | undefined;
  /** The first characters of what came. */
  readonly bodyStart: string;

  constructor(
    message: string,
    details: StreamErrorDetails & { contentType: string | undefined; bodyStart: string },
  ) {
    super(message, details);
    this.contentType = details.contentType;
    this.bodyStart = details.bodyStart;
  }
}

/** The platform reported an error in the middle of the stream, or sent what can't be understood. */
export class StreamFailedError extends StreamError {
  override readonly name = "StreamFailedError";
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly type: string | undefined;

  constructor(message: string, details: StreamErrorDetails & { error?: ErrorObject | undefined }) {
    super(message, details);
    this.code = details.error?.code == null ? undefined : String(details.error.code);
    this.param = details.error?.param ?? undefined;
    this.type = details.error?.type ?? undefined;
  }
}
