import type {
  LanguageModelV3Content,
  LanguageModelV3FinishReason,
  LanguageModelV3ResponseMetadata,
  LanguageModelV3Usage,
} from "@ai-sdk/provider";
import type { ChatCompletion, CompletionUsage } from "../contract/chat.ts";
import type { ProviderPackage } from "./peer.ts";

/** What was said in a whole answer, in the order in which the AI SDK shows it. */
export function toContent({ id, choices }: ChatCompletion): LanguageModelV3Content[] {
  const message = choices[0]?.message;
  if (!message) {
    return [];
  }
  const content: LanguageModelV3Content[] = [];
  const reasoning = reasoningIn(message);
  if (reasoning) {
    content.push({ type: "reasoning", text: reasoning });
  }
  // A refusal is what the model says instead: the AI SDK has no place of its own for it, and it mustn't get lost.
  const text = message.content || message.refusal;
  if (text) {
    content.push({ type: "text", text });
  }
  for (const [index, call] of (message.tool_calls ?? []).entries()) {
    if (call.function) {
      content.push({
        type: "tool-call",
        toolCallId: call.id || toolCallId(id, index),
        toolName: call.function.name,
        input: call.function.arguments || "{}",
      });
    }
  }
  return content;
}

/** Some servers give their calls no id, and the AI SDK tells calls apart by it. */
export function toolCallId(completionId: string, index: number): string {
  return `${completionId || "call"}-${index}`;
}

/** What a server with reasoning adds to a message or a delta, by one of its two usual names. */
export function reasoningIn(message: { readonly [field: string]: unknown }): string | undefined {
  const text = message.reasoning_content ?? message.reasoning;
  return typeof text === "string" ? text : undefined;
}

const unified: Readonly<Record<string, LanguageModelV3FinishReason["unified"]>> = {
  stop: "stop",
  length: "length",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
  content_filter: "content-filter",
};

/** Why the model stopped, in the words of the AI SDK and in those of the server. */
export function toFinishReason(raw: string | null | undefined): LanguageModelV3FinishReason {
  return { unified: (raw && unified[raw]) || "other", raw: raw ?? undefined };
}

/** How many tokens went in and came out; all unknown if the server didn't say. */
export function toUsage(
  usage: CompletionUsage | null | undefined,
  { isJSONObject }: ProviderPackage,
): LanguageModelV3Usage {
  const cacheRead = usage?.prompt_tokens_details?.cached_tokens ?? undefined;
  const reasoning = usage?.completion_tokens_details?.reasoning_tokens ?? undefined;
  return {
    inputTokens: {
      total: usage?.prompt_tokens,
      noCache: usage ? usage.prompt_tokens - (cacheRead ?? 0) : undefined,
      cacheRead,
      cacheWrite: undefined,
    },
    outputTokens: {
      total: usage?.completion_tokens,
      text: usage ? usage.completion_tokens - (reasoning ?? 0) : undefined,
      reasoning,
    },
    ...(isJSONObject(usage) ? { raw: usage } : {}),
  };
}

/** Which answer it is. */
export function toResponseMetadata(answer: {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}): LanguageModelV3ResponseMetadata {
  return { id: answer.id, modelId: answer.model, timestamp: new Date(answer.created * 1_000) };
}
