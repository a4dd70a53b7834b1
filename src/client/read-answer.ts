import type * as z from "zod/mini";
import { type APIError, createAPIError } from "./api-errors.ts";
import { toWebStream } from "./byte-stream.ts";
import { errorObjectIn } from "./error-object.ts";
import { UnexpectedResponseError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { parsedJSON } from "./parsed-json.ts";
import type { Redactor } from "./redact.ts";
import type { ApiCall, OpenAnswer } from "./requester.ts";
import { isRetryableStatus, retryAfterSeconds } from "./retry.ts";

/** The largest JSON that is read, in bytes: a server gone wild shall not take the memory of its client. */
const MAX_JSON = 256 * 1024 * 1024;

/** Reads the whole body and is done with the exchange. */
export async function readText(exchange: Exchange): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    for await (const chunk of exchange.read({ bytesCount: true })) {
      size += chunk.length;
      if (size > MAX_JSON) {
        throw new UnexpectedResponseError(`The answer is longer than ${MAX_JSON} bytes.`, {
          status: exchange.response.status,
          bodyStart: text.slice(0, 500),
        });
      }
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } finally {
    exchange.dispose();
  }
}

/** Reads an answer without success, and makes an error of it that shows no secret. */
export async function readAPIError(exchange: Exchange, redactor: Redactor): Promise<APIError> {
  const { status, headers } = exchange.response;
  // Taken out before anything is made of the text: servers like to repeat a key they don't know.
  const text = redactor.text(await readText(exchange));
  const body = parsedJSON(text);
  const error = errorObjectIn(body);
  return createAPIError({
    status,
    headers: redactor.headers(headers),
    body: body ?? text,
    error,
    retryAfter: retryAfterSeconds(headers),
    isRetryable: isRetryableStatus(status, headers, error?.code == null ? undefined : String(error.code)),
  });
}

/** The answer as a response of `fetch`, whose body comes as it is read. */
export function streamedResponse({ exchange }: OpenAnswer): Response {
  async function* body() {
    try {
      yield* exchange.read({ bytesCount: true });
    } finally {
      exchange.dispose();
    }
  }
  const { status, headers } = exchange.response;
  return new Response(status === 204 ? null : toWebStream(body(), exchange.dispose), { status, headers });
}

/** The error for a success that isn't what such a platform answers. */
export function unexpectedAnswer(
  baseURL: string,
  call: ApiCall,
  { exchange, requestId, redactor }: OpenAnswer,
  text: string,
  issues: readonly z.core.$ZodIssue[],
): UnexpectedResponseError {
  const { status, headers } = exchange.response;
  const type = headers.get("content-type") ?? "no content type";
  // JSON that is none has broken off, behind a proxy that ended it as if it were whole: as good as a broken connection.
  const isBroken = /^application\/json\s*(;|$)/i.test(type) && parsedJSON(text) === undefined;
  const details = issues.map(
    ({ path, message }) => `${path.map(String).join(".") || "the body"}: ${message}`,
  );
  return new UnexpectedResponseError(
    `${baseURL} answered ${status} with something else than was asked for (${type}; ${details[0]}). ` +
      "Is it the API of such a platform, or a proxy or a website?",
    {
      status,
      requestId,
      bodyStart: redactor.text(text).slice(0, 500),
      issues: details,
      isRetryable: isBroken && (call.method === "GET" || call.creates === true),
    },
  );
}
