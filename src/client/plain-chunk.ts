import type { ChatCompletionChunk } from "../contract/chat.ts";

/**
 * Whether a value is a chunk as nearly all chunks are: text, or nothing, in each choice, and everything of the types that
 * the schema asks for. What is anything more, or wrong, is for the schema to judge.
 *
 * A stream has thousands of chunks, and this check is several times as fast as the schema's: it copies nothing, and it
 * needs no code to be generated, which some runtimes forbid. A test keeps it from taking what the schema refuses.
 */
export function isPlainChunk(value: unknown): value is ChatCompletionChunk {
  if (
    !isObject(value) ||
    typeof value.id !== "string" ||
    typeof value.model !== "string" ||
    !isNumber(value.created) ||
    !isText(value.object) ||
    !isText(value.system_fingerprint) ||
    !isText(value.service_tier) ||
    !isAbsent(value.usage) ||
    !isAbsent(value.error) ||
    !Array.isArray(value.choices)
  ) {
    return false;
  }
  for (const choice of value.choices) {
    if (!isObject(choice) || !isNumber(choice.index) || !isText(choice.finish_reason)) {
      return false;
    }
    const { delta } = choice;
    if (
      !isAbsent(choice.logprobs) ||
      !isObject(delta) ||
      Array.isArray(delta) ||
      !isText(delta.role) ||
      !isText(delta.content) ||
      !isText(delta.refusal) ||
      !isAbsent(delta.tool_calls) ||
      !isAbsent(delta.function_call)
    ) {
      return false;
    }
  }
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isText(value: unknown): boolean {
  return typeof value === "string" || isAbsent(value);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}
