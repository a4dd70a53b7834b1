import { Ajv, type ValidateFunction } from "ajv";
import * as z from "zod/mini";
import { functionToolSchema } from "../../contract/chat-tools.ts";
import { explain } from "../../contract/explain.ts";
import { toolCallParamsSchema } from "../../contract/tool-calls.ts";
import { pathFrom } from "../key-path.ts";
import { isFields, kindOf, type Report, type Turn } from "./turns.ts";

/** What a row says of tools besides its messages. */
export interface ToolFields {
  readonly tools?: unknown;
  readonly parallel_tool_calls?: unknown;
}

const toolsSchema = z.array(functionToolSchema);

/**
 * The tools that a row declares, and the calls and answers in its dialogue.
 *
 * @param at - the path of what holds `tools`, such as `$` or `$.input`
 * @param messagesAt - the path of the list of `turns`; undefined where a turn has a path of its own
 */
export function checkTools(
  fields: ToolFields,
  turns: readonly Turn[],
  at: string,
  pathOf: (index: number) => string,
  report: Report,
): void {
  const declared = declaredTools(fields, at, report);
  const usesTools = (Array.isArray(fields.tools) && fields.tools.length > 0) || turns.some(hasCalls);
  if (usesTools) {
    report("tools-unsupported", at, "The local platform can't train on tools and tool calls yet.");
  }
  /** The calls that wait for an answer, by their ids, with their paths. */
  const waiting = new Map<string, string>();
  const known = new Set<string>();
  for (const [index, turn] of turns.entries()) {
    if (turn.role === "tool") {
      const id = String(turn.fields.tool_call_id);
      if (!known.has(id)) {
        report("tool-result-without-call", pathOf(index), "No call before it has this tool_call_id.");
      }
      waiting.delete(id);
      continue;
    }
    // Whoever speaks next, the answers had to come before.
    for (const path of waiting.values()) {
      report("unanswered-tool-call", path, "No message of the role tool answers this call.");
    }
    waiting.clear();
    if (turn.role !== "assistant" || turn.fields.tool_calls === undefined) continue;
    for (const [path, id] of checkCalls(turn.fields.tool_calls, pathOf(index), declared, report)) {
      known.add(id);
      waiting.set(id, path);
    }
  }
  // The calls of the last message are what is to be learned; nobody has to answer them.
  const last = turns.at(-1);
  if (last && last.role === "tool") {
    for (const path of waiting.values()) {
      report("unanswered-tool-call", path, "No message of the role tool answers this call.");
    }
  }
}

function hasCalls(turn: Turn): boolean {
  return Array.isArray(turn.fields.tool_calls);
}

/** The parameters of the tools by their names; undefined where no tools are declared, or wrongly. */
function declaredTools(fields: ToolFields, at: string, report: Report): Map<string, unknown> | undefined {
  const { tools, parallel_tool_calls: parallel } = fields;
  if (parallel !== undefined && typeof parallel !== "boolean") {
    const path = `${at}.parallel_tool_calls`;
    report("invalid-field", path, `"parallel_tool_calls" must be true or false, and is ${kindOf(parallel)}.`);
  }
  if (tools === undefined) return undefined;
  const result = toolsSchema.safeParse(tools);
  if (result.success) {
    return new Map(result.data.map(({ function: { name, parameters } }) => [name, parameters]));
  }
  reportIssues(result.error.issues, tools, `${at}.tools`, report);
  return undefined;
}

function reportIssues(issues: readonly z.core.$ZodIssue[], value: unknown, at: string, report: Report): void {
  for (const issue of issues.slice(0, 20)) {
    const { path, reason, isPredicate } = explain(issue, value);
    const rule = issue.code === "unrecognized_keys" ? "unknown-field" : "invalid-field";
    const field = String(path.at(-1) ?? "The value").slice(0, 40);
    report(
      rule,
      pathFrom(at, path),
      isPredicate ? `${field} ${reason.replace(/\.$/, "")}.` : sentence(reason),
    );
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** The calls whose shape is right: the path and id of each. */
function checkCalls(
  calls: unknown,
  turnAt: string,
  declared: ReadonlyMap<string, unknown> | undefined,
  report: Report,
): (readonly [path: string, id: string])[] {
  const at = `${turnAt}.tool_calls`;
  if (!Array.isArray(calls) || calls.length === 0) {
    const given = Array.isArray(calls) ? "empty" : kindOf(calls);
    report("invalid-field", at, `"tool_calls" must be a list of calls, and is ${given}.`);
    return [];
  }
  return calls.flatMap((call: unknown, index) => {
    const path = `${at}[${index}]`;
    const result = toolCallParamsSchema.safeParse(call);
    if (!result.success) {
      reportIssues(result.error.issues, call, path, report);
      return [];
    }
    const { id, function: called } = result.data;
    if (called) checkCall(called, `${path}.function`, declared, report);
    return [[path, id] as const];
  });
}

function checkCall(
  { name, arguments: text }: { readonly name: string; readonly arguments: string },
  at: string,
  declared: ReadonlyMap<string, unknown> | undefined,
  report: Report,
): void {
  if (declared === undefined || !declared.has(name)) {
    report("undeclared-tool", `${at}.name`, "The row declares no tool of this name.");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    report("tool-arguments", `${at}.arguments`, "The arguments are no JSON.");
    return;
  }
  if (!isFields(value)) {
    report("tool-arguments", `${at}.arguments`, `The arguments must be an object, and are ${kindOf(value)}.`);
    return;
  }
  const validate = validatorOf(declared?.get(name));
  if (!validate || validate(value)) return;
  const [first] = validate.errors ?? [];
  // Its message names fields of the schema and never a value of the row.
  const where = first?.instancePath ? `${first.instancePath} ` : "";
  report("tool-arguments-schema", `${at}.arguments`, `The arguments don't fit: ${where}${first?.message}.`);
}

/** Data sets declare the same few tools in every row. */
const VALIDATORS = 64;
/** A longer schema is not compiled: what it costs can't be foreseen. */
const LONGEST_SCHEMA = 32_768;
const validators = new Map<string, ValidateFunction | undefined>();

function validatorOf(parameters: unknown): ValidateFunction | undefined {
  if (!isFields(parameters)) return undefined;
  const key = JSON.stringify(parameters);
  if (key.length > LONGEST_SCHEMA) return undefined;
  if (validators.has(key)) return validators.get(key);
  if (validators.size >= VALIDATORS) validators.clear();
  const validate = compile(parameters);
  validators.set(key, validate);
  return validate;
}

function compile(parameters: Readonly<Record<string, unknown>>): ValidateFunction | undefined {
  const { $schema: _draft, ...withoutDraft } = parameters;
  // One for each schema: two schemas of the same $id would be refused.
  const ajv = new Ajv({ strict: false, validateFormats: false, logger: false, addUsedSchema: false });
  try {
    return ajv.compile(withoutDraft);
  } catch {
    // It is no schema that can be checked by: another draft, a reference to elsewhere. A platform takes it all the same.
    return undefined;
  }
}
