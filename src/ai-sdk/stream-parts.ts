import type { LanguageModelV3StreamPart } from "@ai-sdk/provider";
import type { ChatCompletionChunk, CompletionUsage } from "../contract/chat.ts";
import type { ToolCallDelta } from "../contract/tool-calls.ts";
import { reasoningIn, toFinishReason, toolCallId, toResponseMetadata, toUsage } from "./answer.ts";
import type { ProviderPackage } from "./peer.ts";

type Part = LanguageModelV3StreamPart;

interface CallState {
  readonly id: string;
  readonly name: string;
  arguments: string;
}

/** Turns the chunks of a stream into the parts of the AI SDK. Knows nothing of where they come from. */
export interface PartWriter {
  /** The parts that a chunk makes. */
  add(chunk: ChatCompletionChunk): Part[];
  /** The parts that end a whole answer. Not to be called for one that was cut. */
  finish(): Part[];
}

export function createPartWriter(provider: ProviderPackage): PartWriter {
  let completionId = "";
  let described = false;
  /** The block of text or reasoning that is being written. The AI SDK wants each begun and ended. */
  let block: { readonly kind: "text" | "reasoning"; readonly id: string } | undefined;
  let blocks = 0;
  const calls = new Map<number, CallState>();
  let finishReason: string | undefined;
  let usage: CompletionUsage | undefined;

  function endBlock(): Part[] {
    const ended = block;
    block = undefined;
    return ended ? [{ type: `${ended.kind}-end`, id: ended.id }] : [];
  }

  function write(kind: "text" | "reasoning", delta: string | null | undefined): Part[] {
    if (!delta) {
      return [];
    }
    const parts: Part[] = [];
    if (block?.kind !== kind) {
      parts.push(...endBlock());
      block = { kind, id: `${kind}-${blocks++}` };
      parts.push({ type: `${kind}-start`, id: block.id });
    }
    parts.push({ type: `${kind}-delta`, id: block.id, delta });
    return parts;
  }

  function call({ index, id, function: added }: ToolCallDelta): Part[] {
    if (!added) {
      return [];
    }
    const parts: Part[] = [];
    let state = calls.get(index);
    if (!state) {
      state = { id: id || toolCallId(completionId, index), name: added.name ?? "", arguments: "" };
      calls.set(index, state);
      parts.push(...endBlock(), { type: "tool-input-start", id: state.id, toolName: state.name });
    }
    if (added.arguments) {
      state.arguments += added.arguments;
      parts.push({ type: "tool-input-delta", id: state.id, delta: added.arguments });
    }
    return parts;
  }

  return {
    add(chunk) {
      const parts: Part[] = [];
      completionId ||= chunk.id;
      // On some servers the first chunk reports on the prompt, and says nothing of the answer yet.
      if (!described && chunk.id) {
        described = true;
        parts.push({ type: "response-metadata", ...toResponseMetadata(chunk) });
      }
      usage = chunk.usage ?? usage;
      const choice = chunk.choices.find(({ index }) => index === 0);
      if (choice) {
        const { delta } = choice;
        parts.push(
          ...write("reasoning", reasoningIn(delta)),
          ...write("text", delta.content),
          ...write("text", delta.refusal),
        );
        for (const made of delta.tool_calls ?? []) {
          parts.push(...call(made));
        }
        finishReason = choice.finish_reason ?? finishReason;
      }
      return parts;
    },
    finish() {
      return [
        ...endBlock(),
        // Only now is it certain that the arguments of the calls are whole.
        ...[...calls.values()].flatMap(({ id, name, arguments: input }): Part[] => [
          { type: "tool-input-end", id },
          { type: "tool-call", toolCallId: id, toolName: name, input: input || "{}" },
        ]),
        { type: "finish", finishReason: toFinishReason(finishReason), usage: toUsage(usage, provider) },
      ];
    },
  };
}
