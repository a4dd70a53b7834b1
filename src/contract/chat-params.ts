import * as z from "zod";
import { toolCallParamsSchema, toolChoiceSchema, toolSchema } from "./chat-tools.ts";
import { metadataSchema } from "./metadata.ts";

const textPart = z.strictObject({ type: z.literal("text"), text: z.string() });

/** A piece of a message. */
export interface TextPart extends z.input<typeof textPart> {}

const refusalPart = z.strictObject({ type: z.literal("refusal"), refusal: z.string() });
const text = z.union([z.string(), z.array(textPart).min(1)]);

const messageSchema = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("system"), content: text, name: z.string().optional() }),
  z.strictObject({ role: z.literal("developer"), content: text, name: z.string().optional() }),
  // The answer of an earlier request is sent back as it came, so what a server added to it must be taken again.
  z.looseObject({
    role: z.literal("assistant"),
    content: z
      .union([z.string(), z.array(z.discriminatedUnion("type", [textPart, refusalPart])).min(1)])
      .nullish(),
    refusal: z.string().nullish(),
    tool_calls: z.array(toolCallParamsSchema).nullish(),
  }),
  z.strictObject({ role: z.literal("tool"), content: text, tool_call_id: z.string() }),
  z.strictObject({ role: z.literal("function"), content: z.string().nullable(), name: z.string() }),
  // The last one is what the compiler compares a message with whose role it doesn't know: it should name the usual role.
  z.strictObject({ role: z.literal("user"), content: text, name: z.string().optional() }),
]);

/** A message of a dialogue that a model should continue. */
export type ChatCompletionMessageParam = z.input<typeof messageSchema>;

const responseFormat = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text") }),
  z.strictObject({ type: z.literal("json_object") }),
  z.strictObject({
    type: z.literal("json_schema"),
    json_schema: z.strictObject({
      name: z.string(),
      description: z.string().optional(),
      schema: z.record(z.string(), z.unknown()).optional(),
      strict: z.boolean().nullish(),
    }),
  }),
]);

/** What a chat completion can be asked with: every parameter that the public description names. */
export const chatCompletionCreateParamsSchema = z.strictObject({
  model: z.string().min(1),
  messages: z.array(messageSchema).min(1),

  /** `true` answers with server-sent events. */
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({
      /** One more chunk at the end, with `usage` and no choices. */
      include_usage: z.boolean().optional(),
      include_obfuscation: z.boolean().optional(),
    })
    .nullish(),

  /** How many tokens the answer may have. */
  max_completion_tokens: z.int().min(1).nullish(),
  /** The old name of `max_completion_tokens`. */
  max_tokens: z.int().min(1).nullish(),
  /** 0 is greedy, 2 the wildest. */
  temperature: z.number().min(0).max(2).nullish(),
  /** Chooses among the likeliest tokens that have this share together, 0–1. */
  top_p: z.number().min(0).max(1).nullish(),
  /** The same seed gives the same answer, where the platform can. */
  seed: z.int().nullish(),
  /** Up to four texts that end the answer; none of them is part of it. */
  stop: z.union([z.string(), z.array(z.string()).min(1).max(4)]).nullish(),
  /** How many answers to give. */
  n: z.int().min(1).max(128).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  logit_bias: z.record(z.string(), z.number().min(-100).max(100)).nullish(),
  logprobs: z.boolean().nullish(),
  /** How many alternatives `logprobs` names for each token. */
  top_logprobs: z.int().min(0).max(20).nullish(),
  response_format: responseFormat.optional(),

  tools: z.array(toolSchema).optional(),
  tool_choice: toolChoiceSchema.optional(),
  parallel_tool_calls: z.boolean().optional(),
  /** The old form of `tools`. */
  functions: z
    .array(z.looseObject({ name: z.string() }))
    .min(1)
    .max(128)
    .optional(),
  /** The old form of `tool_choice`. */
  function_call: z.union([z.enum(["none", "auto"]), z.strictObject({ name: z.string() })]).optional(),

  metadata: metadataSchema.nullish(),
  store: z.boolean().nullish(),
  service_tier: z.enum(["auto", "default", "flex", "scale", "priority", "fast"]).nullish(),
  user: z.string().optional(),
  safety_identifier: z.string().max(64).nullish(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_retention: z.enum(["in_memory", "24h"]).nullish(),
  prompt_cache_options: z.looseObject({}).optional(),

  reasoning_effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]).nullish(),
  verbosity: z.enum(["low", "medium", "high"]).nullish(),
  modalities: z.array(z.enum(["text", "audio"])).nullish(),
  audio: z.looseObject({}).nullish(),
  prediction: z.looseObject({ type: z.string() }).nullish(),
  moderation: z.looseObject({ model: z.string() }).nullish(),
  web_search_options: z.looseObject({}).optional(),
});

/** What a chat completion can be asked with. */
export interface ChatCompletionCreateParamsBase extends z.input<typeof chatCompletionCreateParamsSchema> {}

/** Asks for a whole answer. */
export interface ChatCompletionCreateParamsNonStreaming extends ChatCompletionCreateParamsBase {
  stream?: false | null;
}

/** Asks for an answer in chunks. */
export interface ChatCompletionCreateParamsStreaming extends ChatCompletionCreateParamsBase {
  stream: true;
}

/** What a chat completion can be asked with; `stream: true` gives chunks. */
export type ChatCompletionCreateParams =
  | ChatCompletionCreateParamsNonStreaming
  | ChatCompletionCreateParamsStreaming;
