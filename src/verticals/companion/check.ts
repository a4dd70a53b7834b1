import { findAssistantPhrase } from "../assistant-phrases.ts";
import { firstMentioned, mentions } from "../mentions.ts";
import { outOfTurn } from "../turn-order.ts";
import type { RecordProblem } from "../vertical.ts";
import { type CompanionRecord, isTold, outdatedAt } from "./record.ts";

/** What is wrong with a dialogue: memories that don't exist, don't hold or weren't told yet, or a role that is left. */
export function checkCompanionRecord(record: CompanionRecord): RecordProblem[] {
  return [...checkMemories(record), ...checkDialogue(record)];
}

const error = (rule: string, path: string, message: string, remedy: string): RecordProblem => ({
  rule,
  severity: "error",
  path,
  message,
  remedy,
});

function checkMemories({ memories, session }: CompanionRecord): RecordProblem[] {
  const problems: RecordProblem[] = [];
  const known = new Map(memories.map((memory) => [memory.id, memory]));
  const subjects = new Set<string>();
  memories.forEach((memory, index) => {
    const path = `$.memories[${index}]`;
    if (known.get(memory.id) !== memory) {
      problems.push(
        error("repeated-memory", `${path}.id`, "Another memory has this id.", "Give each an id of its own."),
      );
    }
    if (memory.session > session) {
      problems.push(
        error(
          "memory-from-later",
          `${path}.session`,
          `It is told in dialogue ${memory.session}, and this is dialogue ${session}.`,
          "Take it out of this record.",
        ),
      );
    }
    if (!mentions(memory.text, memory.value)) {
      problems.push(
        error(
          "value-not-in-memory",
          `${path}.value`,
          "The memory's text doesn't have its value.",
          "Write the value as the text has it.",
        ),
      );
    }
    if (memory.replaced_by !== undefined) {
      const newer = known.get(memory.replaced_by);
      if (newer === undefined || newer.about !== memory.about || newer.session < memory.session) {
        problems.push(
          error(
            "unknown-replacement",
            `${path}.replaced_by`,
            "No newer memory of the same matter has this id.",
            "Name the memory that took its place, or take `replaced_by` out.",
          ),
        );
      }
    } else if (subjects.has(memory.about)) {
      problems.push(
        error(
          "memories-disagree",
          `${path}.about`,
          `Two memories that hold are about "${memory.about}".`,
          "Set `replaced_by` of the older one.",
        ),
      );
    } else {
      subjects.add(memory.about);
    }
  });
  return problems;
}

function checkDialogue(record: CompanionRecord): RecordProblem[] {
  const { memories, dialogue, persona, session } = record;
  const problems: RecordProblem[] = [];
  dialogue.forEach((turn, index) => {
    const path = `$.dialogue[${index}]`;
    problems.push(...outOfTurn(turn.speaker, index, ["person", "companion"], path));
    if (turn.speaker === "person") return;
    const phrase = findAssistantPhrase(turn.text);
    if (phrase !== undefined) {
      const message = `${persona.name} leaves the role with "${phrase}".`;
      problems.push(error("out-of-role", `${path}.text`, message, "Let it answer as the persona would."));
    }
    const outdated = outdatedAt(record, index);
    const old = outdated.map(({ value }) => value);
    if (firstMentioned(turn.text, old) !== undefined) {
      const message = "The reply says what doesn't hold any more.";
      problems.push(error("contradicts-memory", `${path}.text`, message, "Say what took its place."));
    }
    turn.recalls.forEach((id, at) => {
      const memory = memories.find((one) => one.id === id);
      const wrong = (rule: string, message: string, remedy: string) =>
        problems.push(error(rule, `${path}.recalls[${at}]`, message, remedy));
      if (memory === undefined) {
        wrong("unknown-memory", "No memory has this id.", "Add it to `memories`, or take it out.");
      } else if (outdated.includes(memory)) {
        wrong("outdated-memory", "It doesn't hold any more.", "Recall the memory that took its place.");
      } else if (memory.session === session && !isTold(record, memory, index)) {
        wrong(
          "memory-not-told",
          "The person hasn't told it yet.",
          "Let the person tell it in an earlier turn.",
        );
      } else if (!mentions(turn.text, memory.value)) {
        wrong("memory-not-recalled", "The reply doesn't have it.", "Say the memory's value, or take it out.");
      }
    });
  });
  if (dialogue.at(-1)?.speaker === "person") {
    const path = `$.dialogue[${dialogue.length - 1}]`;
    const remedy = "Add the companion's reply, or drop the turn.";
    problems.push(error("no-answer", path, "The dialogue stops with the person.", remedy));
  }
  return problems;
}
