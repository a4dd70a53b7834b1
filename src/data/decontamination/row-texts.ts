import type { DpoRow, SupervisedRow } from "../../contract/training-rows.ts";
import type { TrainingRow } from "../record.ts";

type Message = (SupervisedRow["messages"] | DpoRow["input"]["messages"])[number];

/** What is said in a row, message by message; of a row with preferences, what is preferred and what isn't, too. */
export function textsOfRow(row: TrainingRow): string[] {
  if ("messages" in row) return row.messages.flatMap(textsOfMessage);
  return [...row.input.messages, ...row.preferred_output, ...row.non_preferred_output].flatMap(
    textsOfMessage,
  );
}

function textsOfMessage(message: Message): string[] {
  const { content } = message;
  const texts =
    typeof content === "string" ? [content] : content ? [content.map(({ text }) => text).join("\n")] : [];
  if (message.role !== "assistant") return texts;
  if (message.refusal) texts.push(message.refusal);
  for (const { function: called, custom } of message.tool_calls ?? []) {
    texts.push(called?.arguments ?? custom?.input ?? "");
  }
  return texts;
}
