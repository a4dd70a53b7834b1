import type { ErrorObject } from "../contract/errors.ts";
import { FermionError } from "./errors.ts";
import { type RateLimits, rateLimits } from "./rate-limits.ts";
import { requestIdOf } from "./request-id.ts";

/** What a platform answered when it said no. */
export interface APIErrorDetails {
  readonly status: number;
  readonly headers: Headers;
  /** The body: the parsed JSON, or the text if it was none. */
  readonly body: unknown;
  /** The `error` of the body, where it has the shape of the contract. */
  readonly error: ErrorObject | undefined;
  /** Seconds that the platform asks to wait. */
  readonly retryAfter: number | undefined;
  readonly isRetryable: boolean;
}

/** The platform answered, and said no. Which kind of no, the subclasses tell; `code` and `param` tell it precisely. */
export class APIError extends FermionError {
  override readonly name: string = "APIError";
  /** The HTTP status. */
  readonly status: number;
  /** A fixed word for this very error, such as `idempotency_key_reused`. */
  readonly code: string | undefined;
  /** The parameter at fault, such as `messages.0.role`. */
  readonly param: string | undefined;
  /** The kind of error in the words of the platform, such as `invalid_request_error`. */
  readonly type: string | undefined;
  /** Names the request in the logs of the platform; worth quoting to whoever runs it. */
  readonly requestId: string | undefined;
  /** The headers of the response. */
  readonly headers: Headers;
  /** The body of the response: parsed if it was JSON, else its text. */
  readonly body: unknown;
  /** The `error` of the body as the platform sent it, with what it may have added; `undefined` if there was none. */
  readonly error: ErrorObject | undefined;
  /** How many seconds the platform asks to wait before the next try, if it does. */
  readonly retryAfter: number | undefined;
  /** The limits that the platform counts by, where it tells them. */
  readonly rateLimits: RateLimits;

  constructor(details: APIErrorDetails) {
    super(describe(details), { isRetryable: details.isRetryable });
    this.status = details.status;
    this.code = details.error?.code == null ? undefined : String(details.error.code);
    this.param = details.error?.param ?? undefined;
    this.type = details.error?.type ?? undefined;
    this.requestId = requestIdOf(details.headers);
    this.headers = details.headers;
    this.body = details.body;
    this.error = details.error;
    this.retryAfter = details.retryAfter;
    this.rateLimits = rateLimits(details.headers);
  }
}

/** 400: the request is wrong; `param` says where. */
export class BadRequestError extends APIError {
  override readonly name = "BadRequestError";
}
/** 401: the key is missing or wrong. */
export class AuthenticationError extends APIError {
  override readonly name = "AuthenticationError";
}
/** 403: the key doesn't allow this. */
export class PermissionDeniedError extends APIError {
  override readonly name = "PermissionDeniedError";
}
/** 404: there is no such file, job, model or route. */
export class NotFoundError extends APIError {
  override readonly name = "NotFoundError";
}
/** 409: the state of the thing doesn't allow this, or an idempotency key was used for another request. */
export class ConflictError extends APIError {
  override readonly name = "ConflictError";
}
/** 422: the request is well-formed and can't be done. */
export class UnprocessableEntityError extends APIError {
  override readonly name = "UnprocessableEntityError";
}
/** 429: too many requests; `retryAfter` says how many seconds to wait, where the platform does. */
export class RateLimitError extends APIError {
  override readonly name = "RateLimitError";
}
/** 5xx: the platform failed. */
export class InternalServerError extends APIError {
  override readonly name = "InternalServerError";
}

const byStatus: Readonly<Record<number, typeof APIError>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  422: UnprocessableEntityError,
  429: RateLimitError,
};

/** The error that fits the status. */
export function createAPIError(details: APIErrorDetails): APIError {
  const Kind = byStatus[details.status] ?? (details.status >= 500 ? InternalServerError : APIError);
  return new Kind(details);
}

function describe({ status, error, headers, body, retryAfter }: APIErrorDetails): string {
  const said = error?.message || (typeof body === "string" && excerpt(body)) || "no message";
  const requestId = requestIdOf(headers);
  const remedy = remedyFor(status, error, headers, retryAfter);
  return `${status} ${said}${requestId ? ` (request ${requestId})` : ""}${remedy ? ` ${remedy}` : ""}`;
}

function remedyFor(
  status: number,
  error: ErrorObject | undefined,
  headers: Headers,
  retryAfter: number | undefined,
): string | undefined {
  if (status >= 300 && status < 400) {
    return `Only reads are redirected, and only within one origin: set baseURL to where it leads (${headers.get("location") ?? "unknown"}).`;
  }
  if (status === 401) {
    return "Check the key: it comes from the option apiKey or from FERMION_API_KEY.";
  }
  if (status === 404 && !error) {
    return "This isn't the answer of such a platform: does baseURL end in the right path, such as /v1?";
  }
  if (status === 404 && (error?.code === "route_not_found" || error?.code === "unknown_url")) {
    return "Does baseURL end in the right path, such as /v1?";
  }
  if (retryAfter !== undefined) {
    return `Try again in ${Math.ceil(retryAfter)} s.`;
  }
  return undefined;
}

function excerpt(body: string): string {
  const text = body.replace(/\s+/g, " ").trim();
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
