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
  /** In the order in which they began. */
  readonly toolCalls: { readonly index: number; readonly call: ToolCall }[];
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
  /** The text of the first choice as far as it has come. */
  content(): string;
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
        toolCalls: [],
        logprobs: undefined,
        finishReason: undefined,
      };
      choices.set(index, state);
    }
    return state;
  }

  return {
    add(chunk) {
      // The first chunk says what the answer is; later ones may add fields, and change none. On some servers it says
      // nothing yet: it reports on the prompt, and id and model are empty.
      head ??= { id: chunk.id, created: chunk.created, model: chunk.model, object: "chat.completion" };
      for (const name in chunk) {
        // This runs for every chunk of a long stream, hence a loop that makes no objects.
        if (!head[name] && name !== "choices" && name !== "usage" && name !== "__proto__") {
          head[name] = chunk[name];
        }
      }
      usage = chunk.usage ?? usage;
      for (const part of chunk.choices) {
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
      let finished = 0;
      for (const { finishReason } of choices.values()) {
        finished += finishReason === undefined ? 0 : 1;
      }
      return { begun: choices.size, finished };
    },
    content() {
      return choices.get(0)?.message.content ?? "";
    },
    get usage() {
      return usage;
    },
  };
}

/** Fields of a delta that don't grow as text does, and one that would change the object instead of its content. */
const SET_APART: ReadonlySet<string> = new Set(["role", "tool_calls", "function_call", "__proto__"]);

function addChoice(state: ChoiceState, { delta, logprobs, finish_reason }: ChunkChoice): void {
  const { message } = state;
  for (const name in delta) {
    const value = delta[name];
    if (value === null || value === undefined || SET_APART.has(name)) {
      continue;
    }
    // Text grows, whatever its field is called: servers stream a `reasoning_content`, too.
    const before = message[name];
    message[name] = typeof value === "string" && typeof before === "string" ? before + value : value;
  }
  const { tool_calls, function_call } = delta;
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

function addToolCall(calls: ChoiceState["toolCalls"], delta: ToolCallDelta): void {
  let call = calls.findLast(({ index }) => index === delta.index)?.call;
  // Some servers give all their calls the same index. A call that begins has its own id, and says what it calls.
  const begins = call?.id && delta.id && delta.id !== call.id && (delta.function?.name || delta.custom?.name);
  if (!call || begins) {
    call = { id: "", type: "function" };
    calls.push({ index: delta.index, call });
  }
  // Id, type and name come whole, and some servers repeat them; arguments come in pieces.
  call.id = call.id || delta.id || "";
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
}

function grown(before: ToolCall["function"], delta: NonNullable<ToolCallDelta["function"]>) {
  return {
    ...before,
    name: delta.name || before?.name || "",
    arguments: (before?.arguments ?? "") + (delta.arguments ?? ""),
  };
}

function finished({ index, message, toolCalls, logprobs, finishReason }: ChoiceState) {
  const calls = toolCalls.toSorted((a, b) => a.index - b.index).map(({ call }) => structuredClone(call));
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
