import { isDeepStrictEqual } from "node:util";
import {
  asTurns,
  isAbsent,
  type Members,
  members,
  optionalText,
  text,
  toolsOf,
  Unconvertible,
} from "./converted.ts";
import { dialogue, type Turn } from "./dialogue.ts";

/**
 * A row of preferences, not yet checked: `input`, `preferred_output` and `non_preferred_output` as they are, or
 * `chosen` and `rejected` as those. Without a `prompt`, both begin with it.
 *
 * @throws Unconvertible
 */
export function preferenceRow(row: Members): Members {
  if ("preferred_output" in row) {
    const input = members(row.input, "$.input");
    return {
      input: { messages: dialogue(input.messages, "$.input.messages"), ...toolsOf(input) },
      preferred_output: dialogue(row.preferred_output, "$.preferred_output"),
      non_preferred_output: dialogue(row.non_preferred_output, "$.non_preferred_output"),
    };
  }
  let prompt = isAbsent(row.prompt) ? [] : promptOf(row.prompt);
  let chosen = answers(row.chosen, "$.chosen");
  let rejected = answers(row.rejected, "$.rejected");
  const common = commonTurns(chosen, rejected);
  if (common > 0) {
    // Both repeat the dialogue that they answer, which may be given as the prompt besides.
    prompt = chosen.slice(0, common);
    chosen = chosen.slice(common);
    rejected = rejected.slice(common);
  }
  if (prompt.length === 0) throw new Unconvertible("$.prompt", "there is nothing that both answers answer");
  const system = optionalText(row.system, "$.system");
  const leads = system === undefined ? prompt : [{ role: "system", content: system }, ...prompt];
  return {
    input: { messages: leads, ...toolsOf(row) },
    preferred_output: oneTurn(chosen, "$.chosen"),
    non_preferred_output: oneTurn(rejected, "$.rejected"),
  };
}

function promptOf(value: unknown): Turn[] {
  const turns = asTurns(value);
  return turns ? dialogue(turns, "$.prompt") : [{ role: "user", content: text(value, "$.prompt") }];
}

function answers(value: unknown, path: string): Turn[] {
  const turns = asTurns(value);
  if (turns) return dialogue(turns, path);
  if (typeof value === "object" && value !== null) return dialogue([value], path);
  return [{ role: "assistant", content: text(value, path) }];
}

function oneTurn(turns: readonly Turn[], path: string): readonly Turn[] {
  if (turns.length === 1) return turns;
  throw new Unconvertible(
    path,
    "there should be one answer to prefer and one to avoid, to the same dialogue",
  );
}

/** With how many turns both begin; the last of either is never one of them. */
function commonTurns(one: readonly Turn[], other: readonly Turn[]): number {
  const most = Math.min(one.length, other.length) - 1;
  let count = 0;
  // The members of a turn come in any order.
  while (count < most && isDeepStrictEqual(one[count], other[count])) count++;
  return count;
}
