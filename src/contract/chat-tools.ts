import * as z from "zod";

/** A function that the model may ask for. */
export const functionToolSchema = z.strictObject({
  type: z.literal("function"),
  function: z.strictObject({
    name: z.string().min(1).max(64),
    description: z.string().optional(),
    /** A JSON schema. */
    parameters: z.record(z.string(), z.unknown()).optional(),
    strict: z.boolean().nullish(),
  }),
});

/** A function that the model may ask for. */
export interface FunctionTool extends z.input<typeof functionToolSchema> {}

const customToolSchema = z.strictObject({
  type: z.literal("custom"),
  custom: z.looseObject({ name: z.string().min(1), description: z.string().optional() }),
});

/** Anything that the model may ask for. */
export const toolSchema = z.discriminatedUnion("type", [functionToolSchema, customToolSchema]);

/** Which tool the model may, or must, ask for. */
export const toolChoiceSchema = z.union([
  z.enum(["none", "auto", "required"]),
  z.strictObject({ type: z.literal("function"), function: z.strictObject({ name: z.string() }) }),
  z.strictObject({ type: z.literal("custom"), custom: z.strictObject({ name: z.string() }) }),
  z.strictObject({
    type: z.literal("allowed_tools"),
    allowed_tools: z.strictObject({
      mode: z.enum(["auto", "required"]),
      tools: z.array(z.record(z.string(), z.unknown())),
    }),
  }),
]);

/** Which function is called, and with what: its arguments are JSON as text. */
export const functionCallSchema = z.looseObject({ name: z.string(), arguments: z.string() });

/** What a chunk of a stream adds to the call of a function. */
export const functionCallDeltaSchema = z.looseObject({
  name: z.string().nullish(),
  arguments: z.string().nullish(),
});

/** A call that an assistant made, when a dialogue is sent back. */
export const toolCallParamsSchema = z.looseObject({
  id: z.string(),
  type: z.string(),
  function: functionCallSchema.nullish(),
  custom: z.looseObject({ name: z.string(), input: z.string() }).nullish(),
});

/** A call of a tool in a finished answer. */
export const toolCallSchema = toolCallParamsSchema;

/** A call of a tool: `function` or `custom` is there, as `type` says. */
export interface ToolCall extends z.infer<typeof toolCallSchema> {}

/** What a chunk of a stream adds to the call of a tool. */
export const toolCallDeltaSchema = z.looseObject({
  index: z.number(),
  id: z.string().nullish(),
  type: z.string().nullish(),
  function: functionCallDeltaSchema.nullish(),
  custom: z.looseObject({ name: z.string().nullish(), input: z.string().nullish() }).nullish(),
});

/** What a chunk of a stream adds to the call of a tool. */
export interface ToolCallDelta extends z.infer<typeof toolCallDeltaSchema> {}
