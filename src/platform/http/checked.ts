import type * as z from "zod/mini";
import { explain } from "../../contract/explain.ts";
import { clipped, invalidRequest } from "../api-error.ts";
import { inWords } from "./in-words.ts";

/**
 * What a schema makes of a value.
 *
 * @throws ApiError 400 that names the parameter and what is wrong with it
 */
export function checked<Value>(schema: z.ZodMiniType<Value>, value: unknown): Value {
  const result = schema.safeParse(value, inWords);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (!issue) throw invalidRequest("The request is not valid.");
  const { path, reason, isPredicate } = explain(issue, value);
  const param = clipped(path.join("."));
  const subject = param ? `"${param}"` : "The request";
  throw invalidRequest(isPredicate ? `${subject} ${reason}.` : `${subject} can't be taken: ${reason}`, {
    code: "invalid_value",
    ...(param ? { param } : {}),
  });
}
