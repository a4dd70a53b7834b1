import type { ToolCall } from "../../contract/tool-calls.ts";
import type { TrainingRow } from "../record.ts";

/** A text of a row. */
export interface RowText {
  /** Where it is, such as `$.messages[2].content`. */
  readonly path: string;
  /** Who says it. */
  readonly role: string;
  readonly text: string;
  /** It is JSON: the arguments of a tool call. */
  readonly isJson: boolean;
}

/** A turn, as far as it has texts. */
type Turn = Exclude<TrainingRow, { input: unknown }>["messages"][number];

/** What is put in a text's place. */
export type TextChange = (text: RowText) => string;

/**
 * A copy of a row with each of its texts replaced: what is said, refusals, and the arguments of tool calls. Names, ids,
 * roles and the descriptions of tools are no one's words and stay.
 */
export function mapRowTexts<Row extends TrainingRow>(row: Row, change: TextChange): Row {
  if ("input" in row) {
    return {
      ...row,
      input: { ...row.input, messages: mapTurns(row.input.messages, "$.input.messages", change) },
      preferred_output: mapTurns(row.preferred_output, "$.preferred_output", change),
      non_preferred_output: mapTurns(row.non_preferred_output, "$.non_preferred_output", change),
    };
  }
  return { ...row, messages: mapTurns(row.messages, "$.messages", change) };
}

function mapTurns<T extends Turn>(turns: readonly T[], path: string, change: TextChange): T[] {
  return turns.map((turn, index) => mapTurn(turn, `${path}[${index}]`, change));
}

function mapTurn<T extends Turn>(turn: T, path: string, change: TextChange): T {
  const { role } = turn;
  const copy: T = { ...turn };
  if (typeof turn.content === "string") {
    copy.content = change({ path: `${path}.content`, role, text: turn.content, isJson: false });
  } else if (Array.isArray(turn.content)) {
    copy.content = turn.content.map((part, index) => ({
      ...part,
      text: change({ path: `${path}.content[${index}].text`, role, text: part.text, isJson: false }),
    }));
  }
  if (copy.role === "assistant" && turn.role === "assistant") {
    if (typeof turn.refusal === "string") {
      copy.refusal = change({ path: `${path}.refusal`, role, text: turn.refusal, isJson: false });
    }
    if (turn.tool_calls) {
      copy.tool_calls = turn.tool_calls.map((call, index) =>
        mapCall(call, `${path}.tool_calls[${index}]`, change),
      );
    }
  }
  return copy;
}

function mapCall<Call extends ToolCall>(call: Call, path: string, change: TextChange): Call {
  const copy: Call = { ...call };
  if (call.function) {
    const text = call.function.arguments;
    const place = { path: `${path}.function.arguments`, role: "assistant", isJson: true };
    copy.function = { ...call.function, arguments: change({ ...place, text }) };
  }
  if (call.custom) {
    const place = { path: `${path}.custom.input`, role: "assistant", isJson: false };
    copy.custom = { ...call.custom, input: change({ ...place, text: call.custom.input }) };
  }
  return copy;
}
