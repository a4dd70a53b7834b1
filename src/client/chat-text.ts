import type { ChatCompletionChunk } from "../contract/chat.ts";
import type { ChatAccumulator } from "./chat-accumulator.ts";
import type { ChatEmitter } from "./chat-events.ts";

/** What a chunk adds to the text of the first choice; `undefined` if it adds nothing. */
export function firstText({ choices }: ChatCompletionChunk): string | undefined {
  for (const { index, delta } of choices) {
    if (index === 0) {
      return delta.content || undefined;
    }
  }
  return undefined;
}

/** Tells listeners of chunks that have come, and that the accumulator has already. */
export function emitChunks(
  emitter: ChatEmitter,
  chunks: readonly ChatCompletionChunk[],
  accumulator: ChatAccumulator,
  signal: AbortSignal,
): void {
  if (!emitter.has("chunk") && !emitter.has("content")) {
    return;
  }
  const text = accumulator.content();
  let length = text.length;
  for (const chunk of chunks) {
    length -= firstText(chunk)?.length ?? 0;
  }
  for (const chunk of chunks) {
    if (signal.aborted) {
      return;
    }
    emitter.emit("chunk", chunk);
    const delta = firstText(chunk);
    if (delta) {
      length += delta.length;
      emitter.emit("content", delta, text.slice(0, length));
    }
  }
}
