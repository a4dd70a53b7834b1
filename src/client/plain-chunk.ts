import type { ChatCompletionChunk } from "../contract/chat.ts";

/**
 * Whether a value is a chunk as nearly all chunks are: text, or nothing, in each choice, and everything of the types that
 * the schema asks for. What is anything more, or wrong, is for the schema to judge.
 *
 * A stream has thousands of chunks, and this check is several times as fast as the schema's: it copies nothing. The
 * schema, and zod with it, need not even be loaded. A test keeps it from taking what the schema refuses.
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
    !isUsage(value.usage) ||
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

function isUsage(usage: unknown): boolean {
  return (
    isAbsent(usage) ||
    (isObject(usage) &&
      !Array.isArray(usage) &&
      isNumber(usage.prompt_tokens) &&
      isNumber(usage.completion_tokens) &&
      isNumber(usage.total_tokens) &&
      isDetail(usage.prompt_tokens_details, "cached_tokens") &&
      isDetail(usage.completion_tokens_details, "reasoning_tokens"))
  );
}

function isDetail(details: unknown, name: string): boolean {
  return (
    isAbsent(details) ||
    (isObject(details) && !Array.isArray(details) && (isAbsent(details[name]) || isNumber(details[name])))
  );
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
