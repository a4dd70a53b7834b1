import * as z from "zod/mini";
import { boundedArray, boundedInt, boundedNumber, boundedString } from "./bounds.ts";
import { toolChoiceSchema, toolSchema } from "./chat-tools.ts";
import { metadataSchema } from "./metadata.ts";
import { toolCallParamsSchema } from "./tool-calls.ts";

const textPart = z.strictObject({ type: z.literal("text"), text: z.string() });

/** A piece of a message. */
export interface TextPart extends z.input<typeof textPart> {}

const refusalPart = z.strictObject({ type: z.literal("refusal"), refusal: z.string() });
const text = z.union([z.string(), boundedArray(textPart, { min: 1 })]);

const messageSchema = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("system"), content: text, name: z.optional(z.string()) }),
  z.strictObject({ role: z.literal("developer"), content: text, name: z.optional(z.string()) }),
  // The answer of an earlier request is sent back as it came, so what a server added to it must be taken again.
  z.looseObject({
    role: z.literal("assistant"),
    content: z.nullish(
      z.union([z.string(), boundedArray(z.discriminatedUnion("type", [textPart, refusalPart]), { min: 1 })]),
    ),
    refusal: z.nullish(z.string()),
    tool_calls: z.nullish(z.array(toolCallParamsSchema)),
  }),
  z.strictObject({ role: z.literal("tool"), content: text, tool_call_id: z.string() }),
  z.strictObject({ role: z.literal("function"), content: z.nullable(z.string()), name: z.string() }),
  // The last one is what the compiler compares a message with whose role it doesn't know: it should name the usual role.
  z.strictObject({ role: z.literal("user"), content: text, name: z.optional(z.string()) }),
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
      description: z.optional(z.string()),
      schema: z.optional(z.record(z.string(), z.unknown())),
      strict: z.nullish(z.boolean()),
    }),
  }),
]);

/** What a chat completion can be asked with: every parameter that the public description names. */
export const chatCompletionCreateParamsSchema = z.strictObject({
  model: boundedString({ min: 1 }),
  messages: boundedArray(messageSchema, { min: 1 }),

  /** `true` answers with server-sent events. */
  stream: z.nullish(z.boolean()),
  stream_options: z.nullish(
    z.strictObject({
      /** One more chunk at the end, with `usage` and no choices. */
      include_usage: z.optional(z.boolean()),
      include_obfuscation: z.optional(z.boolean()),
    }),
  ),

  /** How many tokens the answer may have. */
  max_completion_tokens: z.nullish(boundedInt({ min: 1 })),
  /** The old name of `max_completion_tokens`. */
  max_tokens: z.nullish(boundedInt({ min: 1 })),
  /** 0 is greedy, 2 the wildest. */
  temperature: z.nullish(boundedNumber({ min: 0, max: 2 })),
  /** Chooses among the likeliest tokens that have this share together, 0–1. */
  top_p: z.nullish(boundedNumber({ min: 0, max: 1 })),
  /** The same seed gives the same answer, where the platform can. */
  seed: z.nullish(z.int()),
  /** Up to four texts that end the answer; none of them is part of it. */
  stop: z.nullish(z.union([z.string(), boundedArray(z.string(), { min: 1, max: 4 })])),
  /** How many answers to give. */
  n: z.nullish(boundedInt({ min: 1, max: 128 })),
  frequency_penalty: z.nullish(boundedNumber({ min: -2, max: 2 })),
  presence_penalty: z.nullish(boundedNumber({ min: -2, max: 2 })),
  logit_bias: z.nullish(z.record(z.string(), boundedNumber({ min: -100, max: 100 }))),
  logprobs: z.nullish(z.boolean()),
  /** How many alternatives `logprobs` names for each token. */
  top_logprobs: z.nullish(boundedInt({ min: 0, max: 20 })),
  response_format: z.optional(responseFormat),

  tools: z.optional(z.array(toolSchema)),
  tool_choice: z.optional(toolChoiceSchema),
  parallel_tool_calls: z.optional(z.boolean()),
  /** The old form of `tools`. */
  functions: z.optional(boundedArray(z.looseObject({ name: z.string() }), { min: 1, max: 128 })),
  /** The old form of `tool_choice`. */
  function_call: z.optional(z.union([z.enum(["none", "auto"]), z.strictObject({ name: z.string() })])),

  metadata: z.nullish(metadataSchema),
  store: z.nullish(z.boolean()),
  service_tier: z.nullish(z.enum(["auto", "default", "flex", "scale", "priority", "fast"])),
  user: z.optional(z.string()),
  safety_identifier: z.nullish(boundedString({ max: 64 })),
  prompt_cache_key: z.nullish(z.string()),
  prompt_cache_retention: z.nullish(z.enum(["in_memory", "24h"])),
  prompt_cache_options: z.optional(z.looseObject({})),

  reasoning_effort: z.nullish(z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"])),
  verbosity: z.nullish(z.enum(["low", "medium", "high"])),
  modalities: z.nullish(z.array(z.enum(["text", "audio"]))),
  audio: z.nullish(z.looseObject({})),
  prediction: z.nullish(z.looseObject({ type: z.string() })),
  moderation: z.nullish(z.looseObject({ model: z.string() })),
  web_search_options: z.optional(z.looseObject({})),
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
