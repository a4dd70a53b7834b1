import { type ChatCompletionChunk, chatCompletionChunkSchema } from "../contract/chat.ts";
import type { ErrorObject } from "../contract/errors.ts";
import { faultsOf } from "../contract/messages.ts";
import { ChunkFailure } from "./chunk-failure.ts";
import { isErrorObject } from "./error-object.ts";
import { parsedJSON } from "./parsed-json.ts";
import { isPlainChunk } from "./plain-chunk.ts";

/** Reads what one stream brings. It belongs to that stream, because it remembers which tool calls have begun. */
export type ChunkReader = (data: string) => ChatCompletionChunk | ChunkFailure;

export function createChunkReader(): ChunkReader {
  const numbered = createToolCallNumbers();
  return (data) => {
    const value = parsedJSON(data);
    if (isPlainChunk(value)) {
      return value;
    }
    const chunk = chatCompletionChunkSchema.safeParse(value);
    // A chunk may have an `error: null`.
    if (chunk.success && !chunk.data.error) {
      return chunk.data;
    }
    const error = errorIn(value);
    if (error) {
      return serverFailure(error);
    }
    // Few servers leave the index of tool calls out, so only what fails is looked at for it.
    const mended = chunk.success ? chunk : chatCompletionChunkSchema.safeParse(numbered(value));
    if (mended.success) {
      return mended.data;
    }
    const [issue] = faultsOf(chatCompletionChunkSchema, value);
    const where = issue?.path.map(String).join(".") || "its data";
    return new ChunkFailure(
      `The stream has an event that is no chunk (${where}: ${issue?.message}): ${data.slice(0, 200)}`,
      false,
    );
  };
}

/** What an `event: error` says: an error in its envelope, or without it, or words. */
export function errorEvent(data: string): ChunkFailure {
  const value = parsedJSON(data);
  return serverFailure(
    errorIn(value) ?? given(value) ?? { message: data.slice(0, 200) || "no reason given" },
  );
}

function serverFailure(error: ErrorObject): ChunkFailure {
  return new ChunkFailure(
    `The platform failed in the middle of the stream: ${error.message}`,
    error.type === "server_error" || error.type === "rate_limit_error",
    error,
  );
}

/** The error in an event's data: in the envelope, as bare words in it, or as servers send it that mark it as an object. */
function errorIn(value: unknown): ErrorObject | undefined {
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  if ("error" in value && value.error) {
    return typeof value.error === "string" ? { message: value.error } : given(value.error);
  }
  return "object" in value && value.object === "error" ? given(value) : undefined;
}

function given(value: unknown): ErrorObject | undefined {
  return isErrorObject(value) ? value : undefined;
}

/**
 * Numbers the tool calls of servers that don't: a new id is a new call, a known one goes on with its call, and a piece
 * without an id belongs to the call before it.
 */
function createToolCallNumbers(): (chunk: unknown) => unknown {
  const choices = new Map<unknown, { readonly ids: Map<unknown, number>; last: number }>();

  function numbered(choice: unknown, call: unknown): unknown {
    if (!isObject(call) || typeof call.index === "number") {
      return call;
    }
    const known = choices.get(choice) ?? { ids: new Map<unknown, number>(), last: -1 };
    choices.set(choice, known);
    const { id } = call;
    if (id) {
      known.last = known.ids.get(id) ?? known.ids.size;
      known.ids.set(id, known.last);
    }
    return { ...call, index: Math.max(0, known.last) };
  }

  return (chunk) => {
    if (!isObject(chunk) || !Array.isArray(chunk.choices)) {
      return chunk;
    }
    const mended = chunk.choices.map((choice: unknown) => {
      if (!isObject(choice) || !isObject(choice.delta) || !Array.isArray(choice.delta.tool_calls)) {
        return choice;
      }
      const calls = choice.delta.tool_calls.map((call: unknown) => numbered(choice.index, call));
      return { ...choice, delta: { ...choice.delta, tool_calls: calls } };
    });
    return { ...chunk, choices: mended };
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
