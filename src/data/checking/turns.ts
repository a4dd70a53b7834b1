import type { TemplateMessage } from "../../contract/chat-tokenizer.ts";
import { keyPath } from "../key-path.ts";
import type { RuleName } from "./rules.ts";

/** Takes what is found in a row; `path` is where, such as `$.messages[2].content`. */
export type Report = (rule: RuleName, path: string, message: string) => void;

/** A message whose shape is right, with what is said in it. */
export interface Turn extends TemplateMessage {
  readonly weight: 0 | 1;
  /** What the message holds besides, for the rules about tools. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What is in a list of messages. */
export interface Turns {
  /** Those whose shape is right. */
  readonly turns: Turn[];
  /** Whether all are, and nothing more needs to be said about their shape. */
  readonly sound: boolean;
  /** Whether all of it was looked at here: role, content, weight and name; otherwise a schema has the last word. */
  readonly plain: boolean;
  /** How many keys the messages have, those of text parts included. */
  readonly keys: number;
}

type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The kind of a value, in words. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Who can speak. */
export const ROLES = ["system", "developer", "user", "assistant", "tool"] as const;
type Role = (typeof ROLES)[number];

function isRole(value: unknown): value is Role {
  return (
    value === "user" ||
    value === "assistant" ||
    value === "system" ||
    value === "developer" ||
    value === "tool"
  );
}

/** The shape of messages, as the wire has it. */
export function checkTurns(messages: readonly unknown[], at: string, report: Report): Turns {
  const turns: Turn[] = [];
  let sound = true;
  let plain = true;
  let keys = 0;
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index];
    if (!isFields(message)) {
      report("invalid-message", `${at}[${index}]`, `A message must be an object, and is ${kindOf(message)}.`);
      sound = false;
      continue;
    }
    let right = true;
    const wrong: Report = (rule, path, text) => {
      right = false;
      report(rule, path, text);
    };
    const { role } = message;
    if (!isRole(role)) {
      reportRole(role, `${at}[${index}]`, wrong);
      sound = false;
      continue;
    }
    for (const key in message) {
      keys++;
      if (key === "role") continue;
      if (key === "content") continue;
      const value = message[key];
      if (key === "name" && role !== "tool") {
        if (typeof value !== "string") wrongKind("invalid-field", "name", "a text", value, at, index, wrong);
      } else if (key === "weight" && role === "assistant") {
        if (value !== 0 && value !== 1) {
          wrong("invalid-weight", `${at}[${index}].weight`, "A weight must be 0 or 1.");
        }
      } else if (key === "refusal" && role === "assistant") {
        if (typeof value !== "string" && value !== null) {
          wrongKind("invalid-field", "refusal", "a text or null", value, at, index, wrong);
        }
      } else if (key === "tool_calls" && role === "assistant") {
        plain = false;
      } else if (key === "tool_call_id" && role === "tool") {
        plain = false;
        if (typeof value !== "string" || value === "") {
          wrongKind("invalid-field", "tool_call_id", "the id of a call", value, at, index, wrong);
        }
      } else {
        wrong(
          "unknown-field",
          keyPath(`${at}[${index}]`, key),
          `A message of the role ${role} has no such field.`,
        );
      }
    }
    if (role === "tool" && message.tool_call_id === undefined) {
      wrongKind("invalid-field", "tool_call_id", "the id of a call", undefined, at, index, wrong);
    }
    const { content } = message;
    let text = "";
    if (typeof content === "string") text = content;
    else if (Array.isArray(content)) {
      keys += 2 * content.length;
      text = textOfParts(content, at, index, wrong);
    } else if (role !== "assistant" || (content !== null && content !== undefined)) {
      wrongKind("invalid-content", "content", "a text or a list of text parts", content, at, index, wrong);
    }
    if (!right) sound = false;
    else {
      if (text === "" && role === "assistant" && typeof message.refusal === "string") text = message.refusal;
      turns.push({ role, content: text, weight: message.weight === 0 ? 0 : 1, fields: message });
    }
  }
  return { turns, sound, plain, keys };
}

function reportRole(role: unknown, at: string, report: Report): void {
  const listed = ROLES.join(", ");
  if (typeof role === "string") {
    report(
      "unknown-role",
      `${at}.role`,
      `The role ${JSON.stringify(role.slice(0, 20))} is none of ${listed}.`,
    );
  } else {
    report("unknown-role", `${at}.role`, `The role must be one of ${listed}, and is ${kindOf(role)}.`);
  }
}

function wrongKind(
  rule: RuleName,
  field: string,
  wanted: string,
  value: unknown,
  at: string,
  index: number,
  report: Report,
): void {
  const given = value === "" ? "empty" : kindOf(value);
  report(rule, `${at}[${index}].${field}`, `"${field}" must be ${wanted}, and is ${given}.`);
}

function textOfParts(parts: readonly unknown[], at: string, index: number, report: Report): string {
  const path = `${at}[${index}].content`;
  if (parts.length === 0) report("invalid-content", path, "A list of text parts must not be empty.");
  let text = "";
  for (let number = 0; number < parts.length; number++) {
    const part = parts[number];
    if (!isFields(part) || part.type !== "text" || typeof part.text !== "string") {
      report("invalid-content", `${path}[${number}]`, 'A part must be {"type": "text", "text": …}.');
      continue;
    }
    for (const key in part) {
      if (key !== "type" && key !== "text") {
        report("unknown-field", keyPath(`${path}[${number}]`, key), "A text part has no such field.");
      }
    }
    text += part.text;
  }
  return text;
}

/**
 * Who speaks after whom. What a platform refuses is an error (`last-not-assistant`), what is only odd a warning.
 *
 * @param isPrompt - whether the messages are what is to be answered, and end before the answer
 */
export function checkOrder(turns: readonly Turn[], at: string, isPrompt: boolean, report: Report): void {
  let before: Turn | undefined;
  for (let index = 0; index < turns.length; index++) {
    const turn = turns[index];
    if (!turn) continue;
    const { role } = turn;
    if (role === "system" || role === "developer") {
      if (before && before.role !== "system" && before.role !== "developer") {
        report("role-order", `${at}[${index}]`, `A ${role} message comes after one of the ${before.role}.`);
      }
    } else if (role === before?.role && role === "user") {
      report("role-order", `${at}[${index}]`, "Two messages of the user follow each other.");
    } else if (role === "assistant") {
      if (before?.role === "assistant") {
        report("role-order", `${at}[${index}]`, "Two messages of the assistant follow each other.");
      } else if (before?.role !== "user" && before?.role !== "tool") {
        report("role-order", `${at}[${index}]`, "The assistant answers, and nobody has asked.");
      }
    }
    before = turn;
  }
  if (before === undefined) return;
  if (!isPrompt && before.role !== "assistant") {
    const path = `${at}[${turns.length - 1}]`;
    report("last-not-assistant", path, `The last message, by the ${before.role}, is never answered.`);
  }
  if (isPrompt && before.role === "assistant") {
    const path = `${at}[${turns.length - 1}]`;
    report("role-order", path, "The last message before the answer is the assistant's own.");
  }
}
