import type { ChatCompletion, ChatCompletionChunk } from "../contract/chat.ts";
import type { ChatAccumulator } from "./chat-accumulator.ts";
import type { OpenChatStream } from "./chat-stream.ts";
import { ChunkFailure } from "./chunk-failure.ts";
import { createChunkTemplate } from "./chunk-template.ts";
import { APIConnectionError, APIConnectionTimeoutError, APIUserAbortError, FermionError } from "./errors.ts";
import { parsedJSON } from "./parsed-json.ts";
import { isPlainChunk } from "./plain-chunk.ts";
import type { OpenAnswer } from "./requester.ts";
import { createEventDecoder, isEventStream, type ServerEvent } from "./stream-decoder.ts";
import {
  StreamError,
  StreamFailedError,
  StreamRefusedError,
  StreamStalledError,
  StreamTruncatedError,
} from "./stream-errors.ts";
import { hasToken } from "./stream-timing.ts";
import type { CallTelemetry } from "./telemetry/call-telemetry.ts";

/** What a stream must have brought to be whole when the server ends it without saying `[DONE]`. */
export interface StreamExpectations {
  readonly choices: number;
  readonly usage: boolean;
}

interface StreamContext {
  readonly expected: StreamExpectations;
  /** The stream's own: tells a reader who has aborted from one who has left. */
  readonly signal: AbortSignal;
  /** Looks at each chunk for what the contract doesn't know. */
  readonly inspect?: ((chunk: ChatCompletionChunk) => void) | undefined;
}

/** An answer on the wire as what a stream reads. OpenTelemetry is told how it goes and how it ends. */
export function openChat(answer: OpenAnswer, context: StreamContext): OpenChatStream {
  const { exchange, telemetry } = answer;
  let reading: ChatAccumulator | undefined;
  return {
    batches(accumulator) {
      reading = accumulator;
      return tracedChunks(answer, accumulator, context);
    },
    dispose() {
      exchange.dispose();
      // It was given up from outside: where nobody has begun to read, or reads any more, there is no end of reading.
      tellLeft(telemetry, reading?.snapshot(), context.signal);
    },
  };
}

async function* tracedChunks(
  answer: OpenAnswer,
  accumulator: ChatAccumulator,
  context: StreamContext,
): AsyncGenerator<ChatCompletionChunk[]> {
  const { telemetry } = answer;
  if (!telemetry && !context.inspect) {
    return yield* chatChunks(answer, accumulator, context);
  }
  let end: "left" | "whole" | { readonly error: unknown } = "left";
  try {
    for await (const chunks of chatChunks(answer, accumulator, context)) {
      telemetry?.onChunks(chunks);
      for (const chunk of chunks) {
        context.inspect?.(chunk);
      }
      yield chunks;
    }
    end = "whole";
  } catch (error) {
    end = { error };
    throw error;
  } finally {
    const received = accumulator.snapshot();
    if (end === "whole") {
      telemetry?.end(received);
    } else if (end !== "left") {
      telemetry?.fail(end.error, received);
    } else {
      tellLeft(telemetry, received, context.signal);
    }
  }
}

/** An aborted stream is an error to who looks at the span; one that nobody wants any more is none. */
function tellLeft(
  telemetry: CallTelemetry | undefined,
  received: ChatCompletion | undefined,
  signal: AbortSignal,
): void {
  if (signal.aborted) {
    telemetry?.fail(new APIUserAbortError({ received }), received);
  } else {
    telemetry?.leave(received);
  }
}

/**
 * The chunks of an answer that has begun, in batches as they arrived. Returns only if the answer is whole; in every other
 * case it throws the error that says which end it was. The exchange is over afterwards, also when the caller leaves early.
 */
async function* chatChunks(
  { exchange, requestId, redactor }: OpenAnswer,
  accumulator: ChatAccumulator,
  { expected }: StreamContext,
): AsyncGenerator<ChatCompletionChunk[]> {
  const { headers } = exchange.response;
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
          bodyStart: redactor.text(await beginning(body)),
        },
      );
    }

    const decoder = createEventDecoder();
    const reader = createEventReader();
    // Not `for await`: leaving that would close the body, and with it a connection that can be used again.
    for (let next = await body.next(); !next.done; next = await body.next()) {
      const events = decoder.push(next.value);
      const { chunks, end } = reader.read(events) ?? (await reader.readWithSchema(events));
      if (chunks.length) {
        // Chunks that bring nothing are as good as comments: servers send them to keep a connection alive.
        if (chunks.some((chunk) => isProgress(chunk, accumulator))) {
          exchange.touch();
        }
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
        throw streamFailure(end, accumulator, requestId, redactor.text);
      }
    }
    const { begun, finished } = accumulator.progress();
    const whole = done
      ? begun > 0 && finished === begun
      : finished >= expected.choices && (!expected.usage || accumulator.usage !== undefined);
    if (!whole) {
      throw truncated("The stream ended before the answer did", accumulator, requestId);
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

  function explained(error: unknown): unknown {
    const received = accumulator.snapshot();
    if (error instanceof APIConnectionTimeoutError) {
      return new StreamStalledError(
        `The stream has stalled: no token for ${error.timeout} ms. What came is in \`received\`.`,
        { received, requestId, isRetryable: true, idleTimeout: error.timeout },
      );
    }
    if (error instanceof APIConnectionError) {
      const why = `The connection broke (${error.code ?? "no reason given"}) before the answer ended`;
      return truncated(why, accumulator, requestId);
    }
    if (error instanceof APIUserAbortError) {
      return new APIUserAbortError({ received });
    }
    if (error instanceof FermionError && !(error instanceof StreamError)) {
      return new StreamFailedError(error.message, { received, requestId, isRetryable: false });
    }
    return error;
  }
}

/** The end of a stream that was cut off. */
export function truncated(
  what: string,
  accumulator: ChatAccumulator,
  requestId?: string,
): StreamTruncatedError {
  return new StreamTruncatedError(`${what}: it was cut off. What came is in \`received\`.`, {
    received: accumulator.snapshot(),
    requestId,
    isRetryable: true,
  });
}

/** The end of a stream that reported an error, or brought what can't be understood. */
export function streamFailure(
  { message, isRetryable, error }: ChunkFailure,
  accumulator: ChatAccumulator,
  requestId?: string,
  redact = (text: string) => text,
): StreamFailedError {
  return new StreamFailedError(redact(message), {
    received: accumulator.snapshot(),
    requestId,
    isRetryable,
    error,
  });
}

function isProgress(chunk: ChatCompletionChunk, accumulator: ChatAccumulator): boolean {
  return (
    hasToken(chunk) ||
    Boolean(chunk.usage) ||
    accumulator.progress().begun === 0 ||
    chunk.choices.some(({ finish_reason }) => finish_reason)
  );
}

interface ReadEvents {
  readonly chunks: ChatCompletionChunk[];
  readonly end?: "done" | ChunkFailure;
}

/** Finds the chunks in events, and the end if one of the events is it. What follows an end doesn't count. */
function createEventReader() {
  const template = createChunkTemplate();
  let judge: ((event: ServerEvent) => ChatCompletionChunk | ChunkFailure) | undefined;

  /** `undefined` if there is something among them that only the schema can judge, and that isn't loaded. */
  function read(events: readonly ServerEvent[]): ReadEvents | undefined {
    const chunks: ChatCompletionChunk[] = [];
    for (const event of events) {
      const { data } = event;
      // Some servers keep a connection alive with events instead of comments; they say nothing either.
      if (data === "" || event.event === "ping") {
        continue;
      }
      if (data === "[DONE]") {
        return { chunks, end: "done" };
      }
      if (event.event !== "error") {
        const alike = template.read(data);
        if (alike) {
          chunks.push(alike);
          continue;
        }
        const value = parsedJSON(data);
        if (isPlainChunk(value)) {
          template.learn(data, value);
          chunks.push(value);
          continue;
        }
      }
      if (!judge) {
        return undefined;
      }
      const chunk = judge(event);
      if (chunk instanceof ChunkFailure) {
        return { chunks, end: chunk };
      }
      chunks.push(chunk);
    }
    return { chunks };
  }

  return {
    read,
    async readWithSchema(events: readonly ServerEvent[]): Promise<ReadEvents> {
      const { createChunkReader, errorEvent } = await import("./chat-chunk.ts");
      const readChunk = createChunkReader();
      judge ??= ({ event, data }) => (event === "error" ? errorEvent(data) : readChunk(data));
      return read(events) ?? { chunks: [] };
    },
  };
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
