import type { SupervisedRow } from "../../contract/training-rows.ts";
import type { TrainingRow } from "../record.ts";
import {
  asTurns,
  dpoRow,
  isAbsent,
  list,
  type Members,
  optionalText,
  supervisedRow,
  text,
  toolsOf,
  Unconvertible,
} from "./converted.ts";
import { dialogue, type Turn } from "./dialogue.ts";
import { preferenceRow } from "./preference-shape.ts";

/**
 * How a row says what is to be learned:
 *
 * - `chat`: `messages` of `role` and `content`, as platforms take them.
 * - `preference`: `input`, `preferred_output` and `non_preferred_output`, as platforms take them; or `chosen` and
 *   `rejected`, with or without `prompt`.
 * - `sharegpt`: `conversations` of `from` and `value`.
 * - `alpaca`: `instruction`, `input` and `output`, with or without `system` and `history`.
 * - `prompt-completion`: `prompt` and `completion`, texts or messages.
 */
export type Shape = "chat" | "preference" | "sharegpt" | "alpaca" | "prompt-completion";

/** How a row is shaped, by the names of its members; undefined if by none of them. */
export function detectShape(row: Members): Shape | undefined {
  if ("preferred_output" in row || ("chosen" in row && "rejected" in row)) return "preference";
  if ("messages" in row) return isFromValue(row.messages) ? "sharegpt" : "chat";
  if ("conversations" in row || "conversation" in row) return "sharegpt";
  if ("instruction" in row && "output" in row) return "alpaca";
  if ("prompt" in row && "completion" in row) return "prompt-completion";
  return undefined;
}

function isFromValue(messages: unknown): boolean {
  const [first]: unknown[] = Array.isArray(messages) ? messages : [];
  return typeof first === "object" && first !== null && "from" in first;
}

/**
 * A row of any shape as platforms take it. Members that mean nothing to training are left out.
 *
 * @throws Unconvertible
 */
export function fromShape(shape: Shape, row: Members): TrainingRow {
  switch (shape) {
    case "chat":
      return supervisedRow({ messages: dialogue(row.messages, "$.messages"), ...toolsOf(row) });
    case "preference":
      return dpoRow(preferenceRow(row));
    case "sharegpt":
      return fromShareGpt(row);
    case "alpaca":
      return fromAlpaca(row);
    case "prompt-completion":
      return fromPromptCompletion(row);
  }
}

function fromShareGpt(row: Members): SupervisedRow {
  const name = ["conversations", "conversation", "messages"].find((name) => !isAbsent(row[name]));
  if (name === undefined) throw new Unconvertible("$.conversations", "this is missing");
  const turns = dialogue(row[name], `$.${name}`);
  const system = optionalText(row.system ?? row.system_prompt, "$.system");
  return supervisedRow({ messages: withSystem(system, turns), ...toolsOf(row) });
}

function fromAlpaca(row: Members): SupervisedRow {
  const instruction = text(row.instruction, "$.instruction");
  const input = optionalText(row.input, "$.input");
  const before = isAbsent(row.history) || row.history === "" ? [] : list(row.history, "$.history");
  const messages: Turn[] = before.flatMap((pair, i) => {
    const path = `$.history[${i}]`;
    const [question, answer] = list(pair, path);
    return [
      { role: "user", content: text(question, `${path}[0]`) },
      { role: "assistant", content: text(answer, `${path}[1]`) },
    ];
  });
  messages.push(
    { role: "user", content: input === undefined ? instruction : `${instruction}\n\n${input}` },
    { role: "assistant", content: text(row.output, "$.output") },
  );
  return supervisedRow({ messages: withSystem(optionalText(row.system, "$.system"), messages) });
}

function fromPromptCompletion(row: Members): SupervisedRow {
  const answer = asTurns(row.completion);
  const completion: Turn[] = answer
    ? dialogue(answer, "$.completion")
    : [{ role: "assistant", content: text(row.completion, "$.completion") }];
  const leading = asTurns(row.prompt);
  const prompt: Turn[] = leading
    ? shown(dialogue(leading, "$.prompt"))
    : [{ role: "user", content: text(row.prompt, "$.prompt") }];
  const system = optionalText(row.system, "$.system");
  return supervisedRow({ messages: [...withSystem(system, prompt), ...completion], ...toolsOf(row) });
}

/** In a prompt, what the assistant said is shown, not learned. */
function shown(turns: readonly Turn[]): Turn[] {
  return turns.map((turn) => (turn.role === "assistant" ? { ...turn, weight: 0 } : turn));
}

/** The turns after a system prompt, if there is one. */
function withSystem(system: string | undefined, turns: readonly Turn[]): Turn[] {
  return system === undefined ? [...turns] : [{ role: "system", content: system }, ...turns];
}
