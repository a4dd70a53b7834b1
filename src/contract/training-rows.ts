import * as z from "zod/mini";
import { boundedArray, boundedString } from "./bounds.ts";
import { functionToolSchema } from "./chat-tools.ts";
import { toolCallParamsSchema } from "./tool-calls.ts";

const textPart = z.strictObject({ type: z.literal("text"), text: z.string() });
const text = z.union([z.string(), boundedArray(textPart, { min: 1 })]);

/** What the model should learn to say. A weight of 0 shows it without its being learned. */
const assistantTurn = z.strictObject({
  role: z.literal("assistant"),
  content: z.nullish(text),
  name: z.optional(z.string()),
  weight: z.optional(z.union([z.literal(0), z.literal(1)])),
  tool_calls: z.optional(boundedArray(toolCallParamsSchema, { min: 1 })),
  refusal: z.nullish(z.string()),
});

const turn = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("system"), content: text, name: z.optional(z.string()) }),
  z.strictObject({ role: z.literal("developer"), content: text, name: z.optional(z.string()) }),
  z.strictObject({ role: z.literal("user"), content: text, name: z.optional(z.string()) }),
  z.strictObject({ role: z.literal("tool"), content: text, tool_call_id: boundedString({ min: 1 }) }),
  assistantTurn,
]);

/** An answer that says nothing teaches nothing, so it is an error in the data. */
function says(message: z.infer<typeof assistantTurn>): boolean {
  if (message.tool_calls || message.refusal) {
    return true;
  }
  const { content } = message;
  return typeof content === "string"
    ? content.length > 0
    : (content ?? []).some((part) => part.text.length > 0);
}

/** A line of a training file for the method `supervised`: a dialogue in which an assistant answers. */
export const supervisedRowSchema = z
  .strictObject({
    messages: z.array(turn).check(z.minLength(1, { error: "A dialogue needs messages." })),
    tools: z.optional(z.array(functionToolSchema)),
    parallel_tool_calls: z.optional(z.boolean()),
  })
  .check(
    z.superRefine((row, context) => {
      const answers = row.messages.filter((message) => message.role === "assistant");
      if (row.messages.length > 0 && !answers.some((answer) => answer.weight !== 0 && says(answer))) {
        context.addIssue({
          code: "custom",
          path: ["messages"],
          message: answers.length
            ? "No assistant message can be learned: each has a weight of 0 or says nothing."
            : "A dialogue needs a message by the assistant.",
        });
      }
    }),
  );

/** A line of a training file for the method `supervised`: only assistant messages with a weight other than 0 count. */
export interface SupervisedRow extends z.input<typeof supervisedRowSchema> {}

const output = z.array(assistantTurn).check(z.length(1));

/** A line of a training file for the method `dpo`: a dialogue, an answer to prefer and one to avoid. */
export const dpoRowSchema = z.strictObject({
  input: z.strictObject({
    messages: boundedArray(turn, { min: 1 }),
    tools: z.optional(z.array(functionToolSchema)),
    parallel_tool_calls: z.optional(z.boolean()),
  }),
  preferred_output: output,
  non_preferred_output: output,
});

/** A line of a training file for the method `dpo`: a dialogue, an answer to prefer and one to avoid. */
export interface DpoRow extends z.input<typeof dpoRowSchema> {}
