import type { ErrorEnvelope } from "../contract/errors.ts";

/** The kinds of error that the wire contract knows, with the status that each stands for unless another is given. */
const statusOf = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  rate_limit_error: 429,
  server_error: 500,
} as const;

type ErrorType = keyof typeof statusOf;

interface ApiErrorFields {
  /** For programs: a fixed word for this very error. */
  readonly code?: string;
  /** The parameter at fault, as a path such as `messages.0.role`. */
  readonly param?: string;
  /** Where the usual status of the type isn't the fitting one, such as 413. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Something that a caller is told: it becomes the error envelope of the response. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly type: ErrorType;
  readonly status: number;
  readonly code: string | null;
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(type: ErrorType, message: string, fields: ApiErrorFields = {}) {
    super(message);
    this.type = type;
    this.status = fields.status ?? statusOf[type];
    this.code = fields.code ?? null;
    this.param = fields.param ?? null;
    this.headers = fields.headers ?? {};
  }
}

/** A request that can't be honoured as it stands; 400 unless another status is given. */
export function invalidRequest(message: string, fields?: ApiErrorFields): ApiError {
  return new ApiError("invalid_request_error", message, fields);
}

/** A 409: the thing that the path names is in a state that doesn't allow this. */
export function conflict(message: string, code: string): ApiError {
  // Clients send what got a 409 again, because it may be a lock; this state won't pass by waiting.
  return new ApiError("conflict_error", message, {
    code,
    param: "id",
    headers: { "x-should-retry": "false" },
  });
}

const codes = {
  file: "file_not_found",
  upload: "upload_not_found",
  "fine-tuning job": "job_not_found",
  model: "model_not_found",
  alias: "alias_not_found",
  "model file": "model_file_not_found",
  "webhook endpoint": "webhook_endpoint_not_found",
} as const;

/**
 * A 404 that names what isn't there.
 *
 * @param param - where the id was given
 * @param hint - a sentence about what there is
 */
export function notFound(
  what: keyof typeof codes,
  id: string,
  param = what === "model" ? "model" : "id",
  hint = "",
): ApiError {
  return new ApiError("not_found_error", `There is no ${what} "${clipped(id)}".${hint && ` ${hint}`}`, {
    code: codes[what],
    param,
  });
}

/** The body of a response with an error. */
export function errorEnvelope(error: ApiError): ErrorEnvelope {
  const { message, type, param, code } = error;
  return { error: { message, type, param, code } };
}

/** What a caller sent, short enough to be part of a message. */
export function clipped(text: string, length = 200): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
