import * as z from "zod";
import {
  functionCallDeltaSchema,
  functionCallSchema,
  toolCallDeltaSchema,
  toolCallSchema,
} from "./chat-tools.ts";
import { openEnum } from "./open-enum.ts";

/** Why a model stopped. */
export const finishReasons = ["stop", "length", "tool_calls", "content_filter", "function_call"] as const;

/** How many tokens went in and came out. */
export const completionUsageSchema = z.looseObject({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  total_tokens: z.number(),
  prompt_tokens_details: z.looseObject({ cached_tokens: z.number().nullish() }).nullish(),
  completion_tokens_details: z.looseObject({ reasoning_tokens: z.number().nullish() }).nullish(),
});

/** How many tokens went in and came out. */
export interface CompletionUsage extends z.infer<typeof completionUsageSchema> {}

const alternative = z.looseObject({
  token: z.string(),
  logprob: z.number(),
  bytes: z.array(z.number()).nullish(),
});

/** How likely a token was, and which others came close. */
export const tokenLogprobSchema = alternative.extend({ top_logprobs: z.array(alternative).nullish() });

/** How likely a token was (natural logarithm), and which others came close. */
export interface TokenLogprob extends z.infer<typeof tokenLogprobSchema> {}

const logprobsSchema = z.looseObject({
  content: z.array(tokenLogprobSchema).nullish(),
  refusal: z.array(tokenLogprobSchema).nullish(),
});

/** The log probabilities of an answer's tokens. */
export interface ChatLogprobs extends z.infer<typeof logprobsSchema> {}

/** What the assistant said. */
export const chatCompletionMessageSchema = z.looseObject({
  role: z.literal("assistant"),
  content: z.string().nullish(),
  refusal: z.string().nullish(),
  tool_calls: z.array(toolCallSchema).nullish(),
  /** The old form of `tool_calls`. */
  function_call: functionCallSchema.nullish(),
});

/** What the assistant said. It can be sent back as it is, as a message of the next request. */
export interface ChatCompletionMessage extends z.infer<typeof chatCompletionMessageSchema> {}

/** One of the `n` answers. */
export const chatCompletionChoiceSchema = z.looseObject({
  index: z.number(),
  message: chatCompletionMessageSchema,
  finish_reason: openEnum(finishReasons).nullish(),
  logprobs: logprobsSchema.nullish(),
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
  system_fingerprint: z.string().nullish(),
  service_tier: z.string().nullish(),
};

/** A whole answer. */
export const chatCompletionSchema = z.looseObject({
  ...envelope,
  object: openEnum(["chat.completion"]).nullish(),
  choices: z.array(chatCompletionChoiceSchema),
  usage: completionUsageSchema.nullish(),
});

/** A whole answer. */
export interface ChatCompletion extends z.infer<typeof chatCompletionSchema> {}

/** What a chunk adds to an answer. */
export const chatCompletionDeltaSchema = z.looseObject({
  role: openEnum(["assistant"]).nullish(),
  content: z.string().nullish(),
  refusal: z.string().nullish(),
  tool_calls: z.array(toolCallDeltaSchema).nullish(),
  /** The old form of `tool_calls`. */
  function_call: functionCallDeltaSchema.nullish(),
});

/** What a chunk adds to an answer. */
export interface ChatCompletionDelta extends z.infer<typeof chatCompletionDeltaSchema> {}

/** A chunk of a streamed answer. */
export const chatCompletionChunkSchema = z.looseObject({
  ...envelope,
  object: openEnum(["chat.completion.chunk"]).nullish(),
  /** Empty in the chunk that carries the usage. */
  choices: z.array(
    z.looseObject({
      index: z.number(),
      /** Absent where a server only annotates what it has sent, such as with the verdict of a filter. */
      delta: chatCompletionDeltaSchema.default({}),
      /** Absent or null until the last chunk of the choice. */
      finish_reason: openEnum(finishReasons).nullish(),
      logprobs: logprobsSchema.nullish(),
    }),
  ),
  usage: completionUsageSchema.nullish(),
});

/** A chunk of a streamed answer. */
export interface ChatCompletionChunk extends z.infer<typeof chatCompletionChunkSchema> {}
