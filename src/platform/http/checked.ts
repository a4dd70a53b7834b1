import type * as z from "zod";
import { clipped, invalidRequest } from "../api-error.ts";

/**
 * What a schema makes of a value.
 *
 * @throws ApiError 400 that names the parameter and what is wrong with it
 */
export function checked<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (!issue) throw invalidRequest("The request is not valid.");
  const { path, reason } = explain(issue);
  const param = clipped(path.join("."));
  throw invalidRequest(
    param ? `"${param}" can't be taken: ${reason}` : `The request can't be taken: ${reason}`,
    {
      code: "invalid_value",
      ...(param ? { param } : {}),
    },
  );
}

/** What is wrong, and where. */
export interface Explanation {
  readonly path: readonly PropertyKey[];
  readonly reason: string;
}

/**
 * Finds the fault that a person would name. Of the branches of a union it follows the one that fits best: the one in
 * which the fault lies deepest.
 */
export function explain(issue: z.core.$ZodIssue): Explanation {
  if (issue.code === "unrecognized_keys") {
    return {
      path: [...issue.path, ...issue.keys.slice(0, 1)],
      reason: "there is no parameter of this name.",
    };
  }
  if (issue.code === "invalid_union") {
    const branches = issue.errors.flatMap(([first]) => (first ? [explain(first)] : []));
    const deepest = branches.reduce<Explanation | undefined>(
      (best, branch) => (best && best.path.length >= branch.path.length ? best : branch),
      undefined,
    );
    if (deepest && deepest.path.length > 0) {
      return { path: [...issue.path, ...deepest.path], reason: deepest.reason };
    }
    if (branches.length > 0) {
      const reasons = [...new Set(branches.map(({ reason }) => reason.replace(/\.$/, "")))];
      return { path: issue.path, reason: `${reasons.join("; or: ")}.` };
    }
    return { path: issue.path, reason: "it is none of the values that are known here." };
  }
  return { path: issue.path, reason: issue.message.endsWith(".") ? issue.message : `${issue.message}.` };
}
