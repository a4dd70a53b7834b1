import * as z from "zod/mini";

/** Which function is called, and with what: its arguments are JSON as text. */
export const functionCallSchema = z.looseObject({ name: z.string(), arguments: z.string() });

/** What a chunk of a stream adds to the call of a function. */
export const functionCallDeltaSchema = z.looseObject({
  name: z.nullish(z.string()),
  arguments: z.nullish(z.string()),
});

/** A call that an assistant made, when a dialogue is sent back. */
export const toolCallParamsSchema = z.looseObject({
  id: z.string(),
  type: z.string(),
  function: z.nullish(functionCallSchema),
  custom: z.nullish(z.looseObject({ name: z.string(), input: z.string() })),
});

/** A call of a tool in a finished answer. */
export const toolCallSchema = toolCallParamsSchema;

/** A call of a tool: `function` or `custom` is there, as `type` says. */
export interface ToolCall extends z.infer<typeof toolCallSchema> {}

/** What a chunk of a stream adds to the call of a tool. */
export const toolCallDeltaSchema = z.looseObject({
  index: z.number(),
  id: z.nullish(z.string()),
  type: z.nullish(z.string()),
  function: z.nullish(functionCallDeltaSchema),
  custom: z.nullish(z.looseObject({ name: z.nullish(z.string()), input: z.nullish(z.string()) })),
});

/** What a chunk of a stream adds to the call of a tool. */
export interface ToolCallDelta extends z.infer<typeof toolCallDeltaSchema> {}
