import type * as z from "zod/mini";

/**
 * What a schema of answers finds wrong with a value that it has refused, in words.
 *
 * The value is parsed once more for it: with words to choose, the first time would take four times as long.
 */
export function faultsOf(schema: z.ZodMiniType, value: unknown): readonly z.core.$ZodIssue[] {
  return schema.safeParse(value, inWords).error?.issues ?? [];
}

/**
 * `zod/mini` says "Invalid input" to everything. These are the words of zod's English for what can be wrong with JSON
 * that a schema of answers takes, at a tenth of the size; parameters can be wrong in more ways, so a platform takes all
 * of zod's.
 */
const inWords: z.core.ParseContext<z.core.$ZodIssue> = {
  error(issue) {
    switch (issue.code) {
      case "invalid_type":
        return `Invalid input: expected ${issue.expected}, received ${kindOf(issue.input)}`;
      case "invalid_value":
        return `Invalid input: expected ${issue.values.map((value) => JSON.stringify(value)).join("|")}`;
      default:
        return "Invalid input";
    }
  },
};

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  // JSON has no infinity, but 1e999 is read as one, and refused.
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : typeof value;
}
