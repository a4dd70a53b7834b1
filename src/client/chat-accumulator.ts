import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessage,
  ChatLogprobs,
  CompletionUsage,
} from "../contract/chat.ts";
import type { ToolCall, ToolCallDelta } from "../contract/tool-calls.ts";

type ChunkChoice = ChatCompletionChunk["choices"][number];

interface ChoiceState {
  readonly index: number;
  readonly message: ChatCompletionMessage;
  readonly toolCalls: Map<number, ToolCall>;
  logprobs: ChatLogprobs | undefined;
  finishReason: string | undefined;
}

/** What all chunks of a stream have in common, and fields that a server adds. */
interface Head {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  [field: string]: unknown;
}

/** Puts the chunks of a stream together. Knows nothing of where they come from. */
export interface ChatAccumulator {
  add(chunk: ChatCompletionChunk): void;
  /** The answer as far as it has come; `undefined` before the first chunk. A copy: later chunks don't change it. */
  snapshot(): ChatCompletion | undefined;
  /** How many choices have begun, and how many of them are finished. */
  progress(): { begun: number; finished: number };
  readonly usage: CompletionUsage | undefined;
}

export function createChatAccumulator(): ChatAccumulator {
  let head: Head | undefined;
  let usage: CompletionUsage | undefined;
  const choices = new Map<number, ChoiceState>();

  function stateOf(index: number): ChoiceState {
    let state = choices.get(index);
    if (!state) {
      state = {
        index,
        message: { role: "assistant", content: null, refusal: null },
        toolCalls: new Map(),
        logprobs: undefined,
        finishReason: undefined,
      };
      choices.set(index, state);
    }
    return state;
  }

  return {
    add(chunk) {
      const { choices: parts, usage: counted, ...rest } = chunk;
      // The first chunk says what the answer is; later ones may add fields, and change none. On some servers it says
      // nothing yet: it reports on the prompt, and id and model are empty.
      head ??= { ...rest, object: "chat.completion" };
      for (const [name, value] of Object.entries(rest)) {
        head[name] ||= value;
      }
      usage = counted ?? usage;
      for (const part of parts) {
        addChoice(stateOf(part.index), part);
      }
    },
    snapshot() {
      return (
        head && {
          ...head,
          choices: [...choices.values()].sort((a, b) => a.index - b.index).map(finished),
          ...(usage ? { usage } : {}),
        }
      );
    },
    progress() {
      const states = [...choices.values()];
      return {
        begun: states.length,
        finished: states.filter(({ finishReason }) => finishReason !== undefined).length,
      };
    },
    get usage() {
      return usage;
    },
  };
}

function addChoice(state: ChoiceState, { delta, logprobs, finish_reason }: ChunkChoice): void {
  const { role, tool_calls, function_call, ...fields } = delta;
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined) {
      continue;
    }
    // Text grows, whatever its field is called: servers stream a `reasoning_content`, too.
    const before = state.message[name];
    state.message[name] = typeof value === "string" && typeof before === "string" ? before + value : value;
  }
  for (const call of tool_calls ?? []) {
    addToolCall(state.toolCalls, call);
  }
  if (function_call) {
    state.message.function_call = grown(state.message.function_call, function_call);
  }
  if (logprobs) {
    state.logprobs ??= { content: null, refusal: null };
    for (const name of ["content", "refusal"] as const) {
      const items = logprobs[name];
      if (items) {
        const before = state.logprobs[name];
        if (before) {
          before.push(...items);
        } else {
          state.logprobs[name] = [...items];
        }
      }
    }
  }
  state.finishReason = finish_reason ?? state.finishReason;
}

function addToolCall(calls: Map<number, ToolCall>, delta: ToolCallDelta): void {
  const call = calls.get(delta.index) ?? { id: "", type: "function" };
  // Id, type and name come whole, and some servers repeat them; arguments come in pieces.
  call.id = delta.id || call.id;
  call.type = delta.type || call.type;
  if (delta.function) {
    call.function = grown(call.function, delta.function);
  }
  if (delta.custom) {
    call.custom = {
      ...call.custom,
      name: delta.custom.name || call.custom?.name || "",
      input: (call.custom?.input ?? "") + (delta.custom.input ?? ""),
    };
  }
  calls.set(delta.index, call);
}

function grown(before: ToolCall["function"], delta: NonNullable<ToolCallDelta["function"]>) {
  return {
    ...before,
    name: delta.name || before?.name || "",
    arguments: (before?.arguments ?? "") + (delta.arguments ?? ""),
  };
}

function finished({ index, message, toolCalls, logprobs, finishReason }: ChoiceState) {
  const calls = [...toolCalls].sort(([a], [b]) => a - b).map(([, call]) => structuredClone(call));
  return {
    index,
    message: { ...message, ...(calls.length ? { tool_calls: calls } : {}) },
    finish_reason: finishReason ?? null,
    logprobs: logprobs
      ? {
          content: logprobs.content && [...logprobs.content],
          refusal: logprobs.refusal && [...logprobs.refusal],
        }
      : null,
  };
}
