import * as z from "zod/mini";
import { boundedString } from "./bounds.ts";

/** A function that the model may ask for. */
export const functionToolSchema = z.strictObject({
  type: z.literal("function"),
  function: z.strictObject({
    name: boundedString({ min: 1, max: 64 }),
    description: z.optional(z.string()),
    /** A JSON schema. */
    parameters: z.optional(z.record(z.string(), z.unknown())),
    strict: z.nullish(z.boolean()),
  }),
});

/** A function that the model may ask for. */
export interface FunctionTool extends z.input<typeof functionToolSchema> {}

const customToolSchema = z.strictObject({
  type: z.literal("custom"),
  custom: z.looseObject({ name: boundedString({ min: 1 }), description: z.optional(z.string()) }),
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
