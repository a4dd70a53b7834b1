import * as z from "zod/mini";
import { openEnum } from "./open-enum.ts";
import {
  functionCallDeltaSchema,
  functionCallSchema,
  toolCallDeltaSchema,
  toolCallSchema,
} from "./tool-calls.ts";

/** Why a model stopped. */
export const finishReasons = ["stop", "length", "tool_calls", "content_filter", "function_call"] as const;

/** How many tokens went in and came out. */
export const completionUsageSchema = z.looseObject({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  total_tokens: z.number(),
  prompt_tokens_details: z.nullish(z.looseObject({ cached_tokens: z.nullish(z.number()) })),
  completion_tokens_details: z.nullish(z.looseObject({ reasoning_tokens: z.nullish(z.number()) })),
});

/** How many tokens went in and came out. */
export interface CompletionUsage extends z.infer<typeof completionUsageSchema> {}

const alternative = z.looseObject({
  token: z.string(),
  logprob: z.number(),
  bytes: z.nullish(z.array(z.number())),
});

/** How likely a token was, and which others came close. */
export const tokenLogprobSchema = z.extend(alternative, { top_logprobs: z.nullish(z.array(alternative)) });

/** How likely a token was (natural logarithm), and which others came close. */
export interface TokenLogprob extends z.infer<typeof tokenLogprobSchema> {}

const logprobsSchema = z.looseObject({
  content: z.nullish(z.array(tokenLogprobSchema)),
  refusal: z.nullish(z.array(tokenLogprobSchema)),
});

/** The log probabilities of an answer's tokens. */
export interface ChatLogprobs extends z.infer<typeof logprobsSchema> {}

/** What the assistant said. */
export const chatCompletionMessageSchema = z.looseObject({
  role: z.literal("assistant"),
  content: z.nullish(z.string()),
  refusal: z.nullish(z.string()),
  tool_calls: z.nullish(z.array(toolCallSchema)),
  /** The old form of `tool_calls`. */
  function_call: z.nullish(functionCallSchema),
});

/** What the assistant said. It can be sent back as it is, as a message of the next request. */
export interface ChatCompletionMessage extends z.infer<typeof chatCompletionMessageSchema> {}

/** One of the `n` answers. */
export const chatCompletionChoiceSchema = z.looseObject({
  index: z.number(),
  message: chatCompletionMessageSchema,
  finish_reason: z.nullish(openEnum(finishReasons)),
  logprobs: z.nullish(logprobsSchema),
});

/** One of the `n` answers. */
export interface ChatCompletionChoice extends z.infer<typeof chatCompletionChoiceSchema> {}

const envelope = {
  /** `chatcmpl-…` */
  id: z.string(),
  /** Unix seconds. */
  created: z.number(),
  /** The model that answered. */
  model: z.string(),
  system_fingerprint: z.nullish(z.string()),
  service_tier: z.nullish(z.string()),
};

/** A whole answer. */
export const chatCompletionSchema = z.looseObject({
  ...envelope,
  object: z.nullish(openEnum(["chat.completion"])),
  choices: z.array(chatCompletionChoiceSchema),
  usage: z.nullish(completionUsageSchema),
});

/** A whole answer. */
export interface ChatCompletion extends z.infer<typeof chatCompletionSchema> {}

/** What a chunk adds to an answer. */
export const chatCompletionDeltaSchema = z.looseObject({
  role: z.nullish(openEnum(["assistant"])),
  content: z.nullish(z.string()),
  refusal: z.nullish(z.string()),
  tool_calls: z.nullish(z.array(toolCallDeltaSchema)),
  /** The old form of `tool_calls`. */
  function_call: z.nullish(functionCallDeltaSchema),
});

/** What a chunk adds to an answer. */
export interface ChatCompletionDelta extends z.infer<typeof chatCompletionDeltaSchema> {}

/** A chunk of a streamed answer. */
export const chatCompletionChunkSchema = z.looseObject({
  ...envelope,
  object: z.nullish(openEnum(["chat.completion.chunk"])),
  /** Empty in the chunk that carries the usage. */
  choices: z.array(
    z.looseObject({
      index: z.number(),
      /** Absent where a server only annotates what it has sent, such as with the verdict of a filter. */
      delta: z._default(chatCompletionDeltaSchema, {}),
      /** Absent or null until the last chunk of the choice. */
      finish_reason: z.nullish(openEnum(finishReasons)),
      logprobs: z.nullish(logprobsSchema),
    }),
  ),
  usage: z.nullish(completionUsageSchema),
});

/** A chunk of a streamed answer. */
export interface ChatCompletionChunk extends z.infer<typeof chatCompletionChunkSchema> {}
