import type { ProviderPackage } from "./peer.ts";

/** The request that failed. */
export interface FailedCall {
  readonly url: string;
  /** The body as it was sent. It has no key: that is in a header. */
  readonly body: unknown;
  readonly abortSignal: AbortSignal | undefined;
}

/**
 * The client's error as the AI SDK knows errors: an `APICallError`, by whose `isRetryable` the AI SDK repeats the call,
 * or an `AbortError`. The client's own is its `cause`. Whatever else was thrown stays as it is.
 *
 * Errors are told apart by what they carry and not by their class: the client may come from another copy of it.
 */
export function toAISDKError(
  error: unknown,
  { url, body, abortSignal }: FailedCall,
  { APICallError }: ProviderPackage,
): unknown {
  if (abortSignal?.aborted) {
    return abortError(abortSignal);
  }
  if (!(error instanceof Error) || !("isRetryable" in error) || error.name === "ConfigurationError") {
    return error;
  }
  const status = "status" in error && typeof error.status === "number" ? error.status : undefined;
  const headers = "headers" in error && error.headers instanceof Headers ? error.headers : undefined;
  const text = "body" in error ? error.body : "bodyStart" in error ? error.bodyStart : undefined;
  return new APICallError({
    message: error.message,
    url,
    requestBodyValues: body,
    isRetryable: error.isRetryable === true,
    cause: error,
    ...(status === undefined ? {} : { statusCode: status }),
    ...(headers ? { responseHeaders: Object.fromEntries(headers) } : {}),
    ...(text === undefined ? {} : { responseBody: typeof text === "string" ? text : JSON.stringify(text) }),
    ...("error" in error && error.error !== undefined ? { data: { error: error.error } } : {}),
  });
}

/** Whether the AI SDK takes it for an abort. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}

/** What the AI SDK knows an abort by, as `fetch` would throw it: the reason of the signal. */
function abortError({ reason }: AbortSignal): unknown {
  return isAbort(reason) ? reason : new DOMException("The call was aborted by its caller.", "AbortError");
}
