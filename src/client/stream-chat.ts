import { type ChatCompletionChunk, chatCompletionChunkSchema } from "../contract/chat.ts";
import { errorEnvelopeSchema } from "../contract/errors.ts";
import { faultsOf } from "../contract/messages.ts";
import type { ChatAccumulator } from "./chat-accumulator.ts";
import { APIConnectionError, APIConnectionTimeoutError, APIUserAbortError, FermionError } from "./errors.ts";
import type { OpenAnswer } from "./requester.ts";
import { createEventDecoder, isEventStream, type ServerEvent } from "./stream-decoder.ts";
import {
  StreamError,
  StreamFailedError,
  StreamRefusedError,
  StreamStalledError,
  StreamTruncatedError,
} from "./stream-errors.ts";

/** What a stream must have brought to be whole when the server ends it without saying `[DONE]`. */
export interface StreamExpectations {
  readonly choices: number;
  readonly usage: boolean;
}

interface StreamContext {
  readonly accumulator: ChatAccumulator;
  readonly expected: StreamExpectations;
  readonly redact: (text: string) => string;
}

/**
 * The chunks of an answer that has begun, in batches as they arrived. Returns only if the answer is whole; in every other
 * case it throws the error that says which end it was. The exchange is over afterwards, also when the caller leaves early.
 */
export async function* chatChunks(
  { exchange, requestId }: OpenAnswer,
  { accumulator, expected, redact }: StreamContext,
): AsyncGenerator<ChatCompletionChunk[]> {
  const { headers } = exchange.response;
  const received = () => accumulator.snapshot();
  const body = exchange.read({ bytesCount: false });
  let done = false;
  try {
    if (!isEventStream(headers)) {
      const contentType = headers.get("content-type") ?? undefined;
      throw new StreamRefusedError(
        `A stream of events was asked for, and ${contentType ?? "something without a content type"} came. ` +
          "Is there a proxy in between, or a server that can't stream?",
        {
          received: undefined,
          requestId,
          isRetryable: false,
          contentType,
          bodyStart: redact(await beginning(body)),
        },
      );
    }

    const decoder = createEventDecoder();
    // Not `for await`: leaving that would close the body, and with it a connection that can be used again.
    for (let next = await body.next(); !next.done; next = await body.next()) {
      const { chunks, end } = read(decoder.push(next.value));
      if (chunks.length) {
        exchange.touch();
        for (const chunk of chunks) {
          accumulator.add(chunk);
        }
        yield chunks;
      }
      if (end === "done") {
        done = true;
        break;
      }
      if (end) {
        throw new StreamFailedError(redact(end.message), {
          received: received(),
          requestId,
          isRetryable: end.isRetryable,
          error: end.error,
        });
      }
    }
    const { begun, finished } = accumulator.progress();
    const whole = done
      ? begun > 0 && finished === begun
      : finished >= expected.choices && (!expected.usage || accumulator.usage !== undefined);
    if (!whole) {
      throw truncated("The stream ended before the answer did");
    }
  } catch (error) {
    throw explained(error);
  } finally {
    if (done) {
      exchange.release(body);
    } else {
      exchange.dispose();
    }
  }

  function truncated(what: string): StreamTruncatedError {
    return new StreamTruncatedError(`${what}: it was cut off. What came is in \`received\`.`, {
      received: received(),
      requestId,
      isRetryable: true,
    });
  }

  function explained(error: unknown): unknown {
    if (error instanceof APIConnectionTimeoutError) {
      return new StreamStalledError(
        `The stream has stalled: no event for ${error.timeout} ms. What came is in \`received\`.`,
        { received: received(), requestId, isRetryable: true, idleTimeout: error.timeout },
      );
    }
    if (error instanceof APIConnectionError) {
      return truncated(`The connection broke (${error.code ?? "no reason given"}) before the answer ended`);
    }
    if (error instanceof APIUserAbortError) {
      return new APIUserAbortError({ received: received() });
    }
    if (error instanceof FermionError && !(error instanceof StreamError)) {
      return new StreamFailedError(error.message, { received: received(), requestId, isRetryable: false });
    }
    return error;
  }
}

interface Failure {
  readonly message: string;
  readonly isRetryable: boolean;
  readonly error?: ReturnType<typeof errorEnvelopeSchema.parse>["error"];
}

/** The chunks in these events, and the end if one of the events is it. What follows an end doesn't count. */
function read(events: readonly ServerEvent[]): { chunks: ChatCompletionChunk[]; end?: "done" | Failure } {
  const chunks: ChatCompletionChunk[] = [];
  for (const { event, data } of events) {
    // Some servers keep a connection alive with events instead of comments; they say nothing either.
    if (data === "" || event === "ping") {
      continue;
    }
    if (data === "[DONE]") {
      return { chunks, end: "done" };
    }
    const value = parsed(data);
    if (typeof value === "object" && value !== null && "error" in value) {
      const failed = errorEnvelopeSchema.safeParse(value);
      if (failed.success) {
        return { chunks, end: serverFailure(failed.data.error) };
      }
    }
    const chunk = chatCompletionChunkSchema.safeParse(value);
    if (!chunk.success) {
      const [issue] = faultsOf(chatCompletionChunkSchema, value);
      const where = issue?.path.map(String).join(".") || "its data";
      return {
        chunks,
        end: {
          message: `The stream has an event that is no chunk (${where}: ${issue?.message}): ${data.slice(0, 200)}`,
          isRetryable: false,
        },
      };
    }
    chunks.push(chunk.data);
  }
  return { chunks };
}

function serverFailure(error: NonNullable<Failure["error"]>): Failure {
  return {
    message: `The platform failed in the middle of the stream: ${error.message}`,
    isRetryable: error.type === "server_error" || error.type === "rate_limit_error",
    error,
  };
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    // The schema says what is wrong with it.
    return undefined;
  }
}

async function beginning(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= 500) {
      break;
    }
  }
  return text.slice(0, 500);
}
