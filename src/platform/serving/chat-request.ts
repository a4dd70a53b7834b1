import { randomInt } from "node:crypto";
import type * as z from "zod/mini";
import type { chatCompletionCreateParamsSchema } from "../../contract/chat-params.ts";
import type { DialogueMessage } from "../../engine/chat-template.ts";
import { clipped, invalidRequest } from "../api-error.ts";
import type { GenerationRequest } from "./protocol.ts";

type Params = z.output<typeof chatCompletionCreateParamsSchema>;
type Message = Params["messages"][number];

/** What a request for a chat completion comes to. */
export interface ChatRequest {
  readonly model: string;
  /** How many answers; each is generated with the next seed. */
  readonly count: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly generation: Omit<GenerationRequest, "directory">;
}

/** The most answers that one request may ask for: they are made one after the other. */
const MOST_ANSWERS = 8;

/**
 * Reads the parameters of a chat completion.
 *
 * Parameters that change nothing for a local model are taken; those whose effect can't be given are refused by name,
 * because an answer without it would look as if it had it.
 *
 * @throws ApiError 400 that names the parameter
 */
export function readChatRequest(params: Params): ChatRequest {
  refuseUnsupported(params);
  const temperature = params.temperature ?? 1;
  const topP = params.top_p ?? 1;
  return {
    model: params.model,
    count: params.n ?? 1,
    stream: params.stream ?? false,
    includeUsage: params.stream_options?.include_usage ?? false,
    generation: {
      messages: params.messages.map(dialogueMessage),
      maxTokens: params.max_completion_tokens ?? params.max_tokens ?? null,
      // The likeliest token alone is what a share of 0 leaves.
      temperature: topP === 0 ? 0 : temperature,
      topP: topP === 0 ? 1 : topP,
      seed: (params.seed ?? randomInt(2 ** 32)) >>> 0,
      stop: stopTexts(params.stop),
      frequencyPenalty: params.frequency_penalty ?? 0,
      presencePenalty: params.presence_penalty ?? 0,
      logitBias: biases(params.logit_bias),
      topLogprobs: params.logprobs ? (params.top_logprobs ?? 0) : null,
    },
  };
}

/** Each parameter with an effect that a local model can't give, and when it asks for one. */
const unsupported: Readonly<Partial<Record<keyof Params, (params: Params) => boolean>>> = {
  tools: ({ tools }) => (tools?.length ?? 0) > 0,
  tool_choice: ({ tool_choice }) =>
    tool_choice !== undefined && tool_choice !== "none" && tool_choice !== "auto",
  functions: ({ functions }) => functions !== undefined,
  function_call: ({ function_call }) => function_call !== undefined && function_call !== "none",
  response_format: ({ response_format }) => response_format !== undefined && response_format.type !== "text",
  modalities: ({ modalities }) => modalities?.some((modality) => modality !== "text") ?? false,
  audio: ({ audio }) => audio !== undefined && audio !== null,
  prediction: ({ prediction }) => prediction !== undefined && prediction !== null,
  moderation: ({ moderation }) => moderation !== undefined && moderation !== null,
  web_search_options: ({ web_search_options }) => web_search_options !== undefined,
  reasoning_effort: ({ reasoning_effort }) => (reasoning_effort ?? "none") !== "none",
  verbosity: ({ verbosity }) => (verbosity ?? "medium") !== "medium",
  store: ({ store }) => store === true,
  service_tier: ({ service_tier }) => !["auto", "default"].includes(service_tier ?? "auto"),
};

function refuseUnsupported(params: Params): void {
  for (const [param, asks] of Object.entries(unsupported)) {
    if (asks?.(params)) {
      throw invalidRequest(`This platform can't do what "${param}" asks for. Leave it out.`, {
        param,
        code: "unsupported_parameter",
      });
    }
  }
  if ((params.n ?? 1) > MOST_ANSWERS) {
    throw invalidRequest(`"n" can be up to ${MOST_ANSWERS} on this platform.`, {
      param: "n",
      code: "invalid_value",
    });
  }
  if (typeof params.top_logprobs === "number" && !params.logprobs) {
    throw invalidRequest('"top_logprobs" needs "logprobs": true.', {
      param: "top_logprobs",
      code: "invalid_value",
    });
  }
  if (params.stream_options && !params.stream) {
    throw invalidRequest('"stream_options" needs "stream": true.', {
      param: "stream_options",
      code: "invalid_value",
    });
  }
}

function dialogueMessage(message: Message, index: number): DialogueMessage {
  const cant = (what: string) =>
    invalidRequest(`A message with ${what} can't be given to this model.`, {
      param: `messages.${index}`,
      code: "unsupported_parameter",
    });
  if (message.role === "function") throw cant('the role "function"');
  if (message.role !== "assistant") return { role: message.role, content: textOf(message.content) };
  if (message.tool_calls && message.tool_calls.length > 0) throw cant('"tool_calls"');
  return { role: "assistant", content: textOf(message.content) || (message.refusal ?? "") };
}

type Content = Exclude<Message, { role: "function" }>["content"];

function textOf(content: Content): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => ("text" in part ? part.text : part.refusal)).join("");
}

function stopTexts(stop: Params["stop"]): string[] {
  const texts = typeof stop === "string" ? [stop] : (stop ?? []);
  if (texts.includes("")) {
    throw invalidRequest('An empty text in "stop" would end every answer before it begins.', {
      param: "stop",
      code: "invalid_value",
    });
  }
  return texts;
}

function biases(given: Params["logit_bias"]): ReadonlyMap<number, number> {
  return new Map(
    Object.entries(given ?? {}).map(([id, bias]) => {
      // One spelling for each id, so that none can be there twice.
      if (!/^(0|[1-9]\d{0,9})$/.test(id)) {
        throw invalidRequest(
          `"logit_bias" has "${clipped(id)}", which is no token's id: a whole number from 0 on.`,
          {
            param: `logit_bias.${clipped(id)}`,
            code: "invalid_value",
          },
        );
      }
      return [Number(id), bias];
    }),
  );
}
