import { dpoRowSchema, supervisedRowSchema } from "../../contract/training-rows.ts";
import { isFields, ROLES } from "../checking/turns.ts";
import type { TrainingRow } from "../record.ts";

/** Something in a row that was mended. */
export interface Mending {
  /** The rule that the row broke. */
  readonly rule: string;
  /** Where in the row as it was, such as `$.messages[2].role`. */
  readonly path: string;
  /** What was done. It quotes nothing that the row says. */
  readonly done: string;
}

/** A row after mending, and whether a platform would take it now. */
export interface MendedRow {
  readonly row: unknown;
  readonly mendings: readonly Mending[];
  readonly usable: boolean;
}

type Fields = Record<string, unknown>;
type Note = (rule: string, path: string, done: string) => void;

/** Roles as other tools spell them. */
const OTHER_SPELLINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    human: "user",
    prompter: "user",
    customer: "user",
    gpt: "assistant",
    bot: "assistant",
    model: "assistant",
    chatgpt: "assistant",
    ai: "assistant",
    agent: "assistant",
    function: "tool",
    observation: "tool",
  }),
);

const KNOWN_ROLES: readonly unknown[] = ROLES;

// In a regular expression with `u`, a pair is one character, so these are the halves that stand alone.
const LONE_SURROGATE = /\p{Surrogate}/u;
const LONE_SURROGATES = /\p{Surrogate}/gu;

const ROW_FIELDS = ["messages", "tools", "parallel_tool_calls"];
const INPUT_FIELDS = ROW_FIELDS;
// Maps, because roles are the data's own words, and an object has toString and its like besides.
const MESSAGE_FIELDS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    system: ["role", "content", "name"],
    developer: ["role", "content", "name"],
    user: ["role", "content", "name"],
    assistant: ["role", "content", "name", "weight", "tool_calls", "refusal"],
    tool: ["role", "content", "tool_call_id"],
  }),
);

/**
 * Mends what has one obvious meaning: roles in another spelling, fields that no training row has, half characters, empty
 * messages, what follows the last answer. What a person has to decide, such as which of two answers is right, stays.
 *
 * The row itself is not changed.
 */
export function mendRow(value: unknown): MendedRow {
  const mendings: Mending[] = [];
  const note: Note = (rule, path, done) => mendings.push({ rule, path, done });
  const row = isFields(value) ? mendFields(value, note) : value;
  return { row, mendings, usable: isUsable(row) };
}

/** Whether it is a row that a platform takes. */
export function isUsable(row: unknown): row is TrainingRow {
  if (!isFields(row)) return false;
  if (!("messages" in row)) return dpoRowSchema.safeParse(row).success;
  return endsWithAnswer(row.messages) && supervisedRowSchema.safeParse(row).success;
}

function mendFields(row: Fields, note: Note): Fields {
  if ("messages" in row) {
    const kept = only(row, ROW_FIELDS, "$", note);
    return Array.isArray(kept.messages)
      ? {
          ...kept,
          messages: withoutUnanswered(mendMessages(kept.messages, "$.messages", note), "$.messages", note),
        }
      : kept;
  }
  if (!("preferred_output" in row)) return row;
  const kept = only(row, ["input", "preferred_output", "non_preferred_output"], "$", note);
  const answers = (name: string) => {
    const list = kept[name];
    return Array.isArray(list) ? mendMessages(list, `$.${name}`, note) : list;
  };
  const input = isFields(kept.input) ? only(kept.input, INPUT_FIELDS, "$.input", note) : kept.input;
  return {
    ...kept,
    input:
      isFields(input) && Array.isArray(input.messages)
        ? { ...input, messages: mendMessages(input.messages, "$.input.messages", note) }
        : input,
    preferred_output: answers("preferred_output"),
    non_preferred_output: answers("non_preferred_output"),
  };
}

function mendMessages(messages: readonly unknown[], path: string, note: Note): unknown[] {
  return messages.flatMap((message, index) => {
    const at = `${path}[${index}]`;
    if (!isFields(message)) return [message];
    const mended = mendMessage(message, at, note);
    if (saysSomething(mended)) return [mended];
    note("blank-content", at, "A message that says nothing was removed.");
    return [];
  });
}

function mendMessage(message: Fields, path: string, note: Note): Fields {
  const role = mendRole(message.role, `${path}.role`, note);
  const named: Fields = { ...message, role };
  const fields = typeof role === "string" ? MESSAGE_FIELDS.get(role) : undefined;
  const mended = fields ? only(named, fields, path, note) : named;
  if ("weight" in mended) mended.weight = mendWeight(mended.weight, `${path}.weight`, note);
  if ("content" in mended) mended.content = mendContent(mended.content, `${path}.content`, note);
  if (Array.isArray(mended.tool_calls)) {
    mended.tool_calls = mended.tool_calls.map((call, index) =>
      mendToolCall(call, `${path}.tool_calls[${index}]`, note),
    );
  }
  return mended;
}

function mendRole(role: unknown, path: string, note: Note): unknown {
  if (typeof role !== "string" || KNOWN_ROLES.includes(role)) return role;
  const plain = role.trim().toLowerCase();
  const known = KNOWN_ROLES.includes(plain) ? plain : OTHER_SPELLINGS.get(plain);
  if (known === undefined) return role;
  note("unknown-role", path, `The role was written as "${known}".`);
  return known;
}

function mendWeight(weight: unknown, path: string, note: Note): unknown {
  if (weight === 0 || weight === 1) return weight;
  const known = weight === true || weight === "1" ? 1 : weight === false || weight === "0" ? 0 : undefined;
  if (known === undefined) return weight;
  note("invalid-weight", path, `The weight was written as ${known}.`);
  return known;
}

function mendContent(content: unknown, path: string, note: Note): unknown {
  if (typeof content === "string") return mendText(content, path, note);
  if (typeof content === "number" || typeof content === "boolean") {
    note("invalid-content", path, "A value was written as text.");
    return String(content);
  }
  if (!Array.isArray(content)) return content;
  return content.map((part, index) =>
    isFields(part) && typeof part.text === "string"
      ? { ...part, text: mendText(part.text, `${path}[${index}].text`, note) }
      : part,
  );
}

function mendText(text: string, path: string, note: Note): string {
  let mended = text;
  if (mended.includes("\0")) {
    note("null-character", path, "NUL characters were removed.");
    mended = mended.replaceAll("\0", "");
  }
  if (mended.includes("\ufeff")) {
    note("byte-order-mark", path, "Byte order marks were removed.");
    mended = mended.replaceAll("\ufeff", "");
  }
  if (LONE_SURROGATE.test(mended)) {
    note("lone-surrogate", path, "Halves of characters became U+FFFD.");
    mended = mended.replaceAll(LONE_SURROGATES, "\ufffd");
  }
  return mended;
}

function mendToolCall(call: unknown, path: string, note: Note): unknown {
  if (!isFields(call) || !isFields(call.function)) return call;
  const { arguments: given } = call.function;
  if (!isFields(given) && !Array.isArray(given)) return call;
  note("tool-arguments", `${path}.function.arguments`, "An object was written as its JSON.");
  return { ...call, function: { ...call.function, arguments: JSON.stringify(given) } };
}

/** A dialogue that goes on after its last answer: nothing can be learned of that part. */
function withoutUnanswered(messages: unknown[], path: string, note: Note): unknown[] {
  const last = messages.findLastIndex((message) => isFields(message) && message.role === "assistant");
  const rest = messages.slice(last + 1);
  if (last < 0 || rest.length === 0) return messages;
  // A message that nobody can tell the speaker of may be an answer.
  if (!rest.every((message) => isFields(message) && KNOWN_ROLES.includes(message.role))) return messages;
  note("last-not-assistant", path, "What follows the last answer was removed.");
  return messages.slice(0, last + 1);
}

function endsWithAnswer(messages: unknown): boolean {
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  return isFields(last) && last.role === "assistant";
}

function saysSomething({ role, content, tool_calls, refusal }: Fields): boolean {
  if (Array.isArray(tool_calls) && tool_calls.length > 0) return true;
  if (typeof refusal === "string" && refusal.trim() !== "") return true;
  // The result of a tool may well be nothing.
  if (role === "tool") return true;
  if (typeof content === "string") return content.trim() !== "";
  if (content === null || content === undefined) return false;
  return !Array.isArray(content) || content.some((part) => !isFields(part) || part.text !== "");
}

function only(fields: Fields, names: readonly string[], path: string, note: Note): Fields {
  const kept: Fields = {};
  let removed = 0;
  for (const [name, value] of Object.entries(fields)) {
    if (names.includes(name)) kept[name] = value;
    else removed++;
  }
  if (removed > 0) {
    note(
      "unknown-field",
      path,
      removed === 1 ? "An unknown field was removed." : `${removed} unknown fields were removed.`,
    );
  }
  return kept;
}
