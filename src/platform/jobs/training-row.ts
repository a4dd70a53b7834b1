import { explain } from "../../contract/explain.ts";
import { type SupervisedRow, supervisedRowSchema } from "../../contract/training-rows.ts";
import type { DialogueMessage } from "../../engine/chat-template.ts";
import { inWords } from "../http/in-words.ts";

/** A row of a training file: a dialogue, or why it is none. */
export type ParsedRow =
  | { readonly messages: readonly DialogueMessage[] }
  | { readonly problem: string; readonly isJson: boolean };

const ROLES = ["system", "developer", "user", "assistant", "tool"];

/**
 * Reads one line of a training file for the method `supervised`.
 *
 * A reason names fields and roles, and never quotes what a dialogue says: it ends up in messages and logs.
 */
export function parseTrainingRow(line: string): ParsedRow {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { problem: `not JSON (${syntaxProblem(error)})`, isJson: false };
  }
  const wrongRole = findWrongRole(value);
  if (wrongRole) return useless(wrongRole);
  const result = supervisedRowSchema.safeParse(value, inWords);
  if (!result.success) return useless(firstProblem(value, result.error.issues[0]));
  return toDialogue(result.data);
}

function useless(problem: string): ParsedRow {
  return { problem, isJson: true };
}

/**
 * What the parser stumbled over. Some of its messages quote the line, which may be confidential, and others say where in
 * the line, which would make every line a reason of its own; neither is kept.
 */
function syntaxProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  if (message.startsWith("Unexpected end")) return "it ends too early";
  if (message.startsWith("Unexpected non-whitespace")) return "more text behind its end";
  const known = /^([A-Z])([^"]+?)(?: in JSON)? at position/.exec(message);
  return known ? `${known[1]?.toLowerCase()}${known[2]}` : "unexpected character";
}

/** The commonest mistake gets a message of its own. */
function findWrongRole(row: unknown): string | undefined {
  for (const message of messagesOf(row)) {
    if (typeof message !== "object" || message === null || !("role" in message)) continue;
    const { role } = message;
    if (typeof role !== "string") return "a role that is no text";
    if (!ROLES.includes(role)) {
      return `role ${JSON.stringify(role.slice(0, 20))} is none of ${ROLES.join(", ")}`;
    }
  }
  return undefined;
}

function messagesOf(row: unknown): readonly unknown[] {
  if (typeof row !== "object" || row === null || !("messages" in row)) return [];
  return Array.isArray(row.messages) ? row.messages : [];
}

type Issue = Parameters<typeof explain>[0];

function firstProblem(row: unknown, issue: Issue | undefined): string {
  if (typeof row !== "object" || row === null || Array.isArray(row)) return 'not an object with "messages"';
  if ("preferred_output" in row) return "a preference row (dpo), and the method of the job is supervised";
  if (!("messages" in row)) return '"messages" is missing';
  if (Array.isArray(row.messages) && row.messages.length === 0) return "the dialogue is empty";
  if (!issue) return "not a dialogue";
  const { path, reason } = explain(issue, row);
  // A key of the row's own, which a strict schema names, is content too.
  const place = path.map((key) => String(key).slice(0, 40)).join(".");
  return `${place}: ${reason}`.replace(/\.$/, "");
}

function toDialogue(row: SupervisedRow): ParsedRow {
  if (row.tools && row.tools.length > 0) {
    return useless('"tools" can\'t be trained on by this platform yet');
  }
  const messages: DialogueMessage[] = [];
  for (const [index, message] of row.messages.entries()) {
    if (message.role === "assistant" && message.tool_calls) {
      return useless(`messages.${index}: "tool_calls" can't be trained on by this platform yet`);
    }
    const content = textOf(message.content) || (message.role === "assistant" && message.refusal) || "";
    if (message.role === "assistant") {
      if (content === "" && message.weight !== 0) {
        return useless(`messages.${index}: the assistant says nothing`);
      }
      messages.push({
        role: "assistant",
        content,
        ...(message.weight === undefined ? {} : { weight: message.weight }),
      });
    } else messages.push({ role: message.role, content });
  }
  if (messages.at(-1)?.role !== "assistant") {
    return useless(`the last message, by the ${messages.at(-1)?.role}, is never answered`);
  }
  return { messages };
}

type Content = SupervisedRow["messages"][number]["content"];

function textOf(content: Content): string {
  if (typeof content === "string") return content;
  return (content ?? []).map(({ text }) => text).join("");
}
