import type * as z from "zod/mini";
import {
  type DpoRow,
  dpoRowSchema,
  type SupervisedRow,
  supervisedRowSchema,
} from "../../contract/training-rows.ts";
import { pathFrom } from "../key-path.ts";
import { isStackOverflow, parseJsonText, type RowFault, TOO_DEEP } from "./raw-rows.ts";

/** The members of an object whose values aren't known. */
export type Members = Readonly<Record<string, unknown>>;

/** What a row became, or what of it can't be converted. */
export type Converted<Row> = { readonly row: Row } | { readonly problem: RowFault };

/** That a row can't be converted. Thrown by the converters and caught by {@link converting}, never seen outside. */
export class Unconvertible extends Error {
  readonly fault: RowFault;

  constructor(path: string, message: string) {
    super(message);
    this.fault = { path, message };
  }
}

/** Runs a converter. */
export function converting<Row>(convert: () => Row): Converted<Row> {
  try {
    return { row: convert() };
  } catch (error) {
    if (error instanceof Unconvertible) return { problem: error.fault };
    if (isStackOverflow(error)) return { problem: TOO_DEEP };
    throw error;
  }
}

/** @throws Unconvertible if it is no row of the method `supervised` */
export function supervisedRow(value: unknown): SupervisedRow {
  return parsed(supervisedRowSchema, value);
}

/** @throws Unconvertible if it is no row of the method `dpo` */
export function dpoRow(value: unknown): DpoRow {
  return parsed(dpoRowSchema, value);
}

function parsed<Row>(schema: z.ZodMiniType<Row>, value: unknown): Row {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = deepest(result.error.issues);
  throw new Unconvertible(pathFrom("$", issue.path), inWords(issue));
}

/** Of the alternatives of a union, the one that came furthest is what was meant. */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const [first] = issues;
  if (!first) throw new Error("A value was refused without a reason");
  if (first.code !== "invalid_union") return first;
  const candidates = first.errors.map((alternative) => alternative[0]).filter((issue) => issue !== undefined);
  const best = candidates.sort((a, b) => b.path.length - a.path.length)[0];
  if (!best || best.path.length === 0) return first;
  const inner = deepest([best]);
  return { ...inner, path: [...first.path, ...inner.path] };
}

function inWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `this should be ${issue.expected === "array" || issue.expected === "object" ? "an" : "a"} ${issue.expected}`;
    case "unrecognized_keys":
      return `training knows no ${issue.keys.map((key) => JSON.stringify(key)).join(", ")} here`;
    case "invalid_value":
      return `this should be ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "too_small":
      return "this is empty";
    case "invalid_union":
      return issue.errors.length === 0
        ? "the role should be system, developer, user, assistant or tool"
        : "this should be a text, or parts of one";
    default:
      return issue.message && issue.message !== "Invalid input"
        ? issue.message
        : "this isn't as it should be";
  }
}

/** @throws Unconvertible */
export function members(value: unknown, path = "$"): Members {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new Unconvertible(path, "this should be an object");
}

/** @throws Unconvertible */
export function text(value: unknown, path: string): string {
  if (typeof value === "string") return value;
  throw new Unconvertible(path, isAbsent(value) ? "this is missing" : "this should be a string");
}

/** A text, or undefined for what is absent or empty. @throws Unconvertible */
export function optionalText(value: unknown, path: string): string | undefined {
  return isAbsent(value) || value === "" ? undefined : text(value, path);
}

/** A list; in columns of text it is written as JSON. @throws Unconvertible */
export function list(value: unknown, path: string): readonly unknown[] {
  const given = typeof value === "string" && /^\s*\[/.test(value) ? fromJson(value, path) : value;
  if (Array.isArray(given)) return given;
  throw new Unconvertible(path, isAbsent(value) ? "this is missing" : "this should be a list");
}

/**
 * Turns of a dialogue, where a text could stand as well: a list, or what is clearly one written as JSON. Undefined for
 * other texts, which may begin with a bracket too.
 */
export function asTurns(value: unknown): readonly unknown[] | undefined {
  if (typeof value === "string" && /^\s*\[\s*\{\s*"/.test(value)) {
    const parsed = parseJsonText(value);
    return "value" in parsed && Array.isArray(parsed.value) ? parsed.value : undefined;
  }
  return Array.isArray(value) ? value : undefined;
}

/** Tables have a null in each cell that has no value. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** @throws Unconvertible */
export function fromJson(value: string, path: string): unknown {
  const parsed = parseJsonText(value);
  if ("value" in parsed) return parsed.value;
  throw new Unconvertible(path, parsed.problem.message);
}

/** What of `tools` and `parallel_tool_calls` a row has. @throws Unconvertible */
export function toolsOf(row: Members): { tools?: readonly unknown[]; parallel_tool_calls?: unknown } {
  const { tools, parallel_tool_calls } = row;
  return {
    ...(isAbsent(tools) || tools === "" ? {} : { tools: list(tools, "$.tools").map(tool) }),
    ...(isAbsent(parallel_tool_calls) || parallel_tool_calls === "" ? {} : { parallel_tool_calls }),
  };
}

/** A tool as the platform takes it; elsewhere the function alone is written. */
function tool(value: unknown): unknown {
  const isBare = typeof value === "object" && value !== null && "name" in value && !("type" in value);
  return isBare ? { type: "function", function: value } : value;
}
