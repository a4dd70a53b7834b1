import type { ChatCompletionChunk } from "../contract/chat.ts";
import { createChunkReader } from "./chat-chunk.ts";
import type { OpenChatStream } from "./chat-stream.ts";
import { ChunkFailure } from "./chunk-failure.ts";
import { APIUserAbortError, FermionError } from "./errors.ts";
import { streamFailure, truncated } from "./stream-chat.ts";
import { MAX_EVENT } from "./stream-decoder.ts";
import { StreamRefusedError, StreamStalledError } from "./stream-errors.ts";
import { hasToken } from "./stream-timing.ts";
import { createUtf8Decoder } from "./utf8.ts";
import { createWatchdog } from "./watchdog.ts";

/** What the writing side knows of the answer, and the reading side can't see. */
export interface FromReadableStreamOptions {
  /**
   * How many choices were asked for.
   * @default 1
   */
  choices?: number | undefined;
  /**
   * The longest time without a token, in milliseconds.
   * @default 60_000
   */
  idleTimeout?: number | undefined;
  /** Ends the stream with an `APIUserAbortError`. */
  signal?: AbortSignal | null | undefined;
}

/** Batches of chunks as lines of JSON. */
export function encodeLines(batches: AsyncGenerator<readonly ChatCompletionChunk[], void, undefined>) {
  const encoder = new TextEncoder();
  return {
    async pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> {
      const { done, value } = await batches.next();
      if (done) {
        controller.close();
      } else {
        controller.enqueue(encoder.encode(value.map((chunk) => `${JSON.stringify(chunk)}\n`).join("")));
      }
    },
  };
}

/** Lines of JSON as an answer that has begun. */
export function openLines(
  readable: ReadableStream<Uint8Array>,
  { choices = 1, idleTimeout = 60_000 }: FromReadableStreamOptions,
  signal: AbortSignal,
): OpenChatStream {
  const reader = readable.getReader();
  // It may have failed already, and then cancelling it fails with the same error.
  const cancel = () => reader.cancel().catch(() => undefined);
  let stalled = false;
  const watchdog = createWatchdog(idleTimeout, () => {
    stalled = true;
    cancel();
  });
  watchdog.pause();
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) {
    cancel();
  }
  const dispose = () => {
    watchdog.stop();
    signal.removeEventListener("abort", cancel);
    cancel();
  };

  return {
    dispose,
    async *batches(accumulator) {
      const readLine = createChunkReader();
      const split = createLineSplitter();
      try {
        for (;;) {
          watchdog.resume();
          const { done, value } = await reader.read();
          watchdog.pause();
          if (done) {
            break;
          }
          const chunks: ChatCompletionChunk[] = [];
          let failure: ChunkFailure | undefined;
          for (const line of split(value)) {
            const chunk = readLine(line);
            if (chunk instanceof ChunkFailure) {
              failure = chunk;
              break;
            }
            accumulator.add(chunk);
            chunks.push(chunk);
          }
          if (chunks.some(hasToken)) {
            watchdog.touch();
          }
          if (chunks.length) {
            yield chunks;
          }
          if (failure && !failure.error && accumulator.snapshot() === undefined) {
            throw refused(new TextDecoder().decode(value).slice(0, 500));
          }
          if (failure) {
            throw streamFailure(failure, accumulator);
          }
        }
        if (signal.aborted) {
          throw new APIUserAbortError({ received: accumulator.snapshot() });
        }
        if (stalled) {
          throw new StreamStalledError(
            `The stream has stalled: no token for ${idleTimeout} ms. What came is in \`received\`.`,
            { received: accumulator.snapshot(), requestId: undefined, isRetryable: true, idleTimeout },
          );
        }
        const { begun, finished } = accumulator.progress();
        if (finished < choices || finished < begun) {
          throw truncated("The lines ended before the answer did", accumulator);
        }
      } catch (error) {
        throw error instanceof FermionError
          ? error
          : truncated(`The readable failed (${String(error)}) before the answer ended`, accumulator);
      } finally {
        dispose();
      }
    },
  };
}

function refused(bodyStart: string): StreamRefusedError {
  return new StreamRefusedError(
    "What came are no lines of chunks, as toReadableStream() writes them. `bodyStart` shows how it begins.",
    { received: undefined, requestId: undefined, isRetryable: false, contentType: undefined, bodyStart },
  );
}

/** The lines that are complete; what is left at the end has been cut off, and is never given. Empty lines are left out. */
function createLineSplitter(): (bytes: Uint8Array) => string[] {
  const decode = createUtf8Decoder();
  let rest: string[] = [];
  let length = 0;
  return (bytes) => {
    const text = decode(bytes);
    length += text.length;
    if (length > MAX_EVENT) {
      throw new FermionError(`A line is longer than ${MAX_EVENT} characters.`);
    }
    rest.push(text);
    if (!text.includes("\n")) {
      return [];
    }
    const lines = rest.join("").split(/\r?\n/);
    const last = lines.pop() ?? "";
    rest = [last];
    length = last.length;
    return lines.filter((line) => line.trim() !== "");
  };
}
