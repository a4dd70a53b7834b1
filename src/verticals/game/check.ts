import { findAssistantPhrase } from "../assistant-phrases.ts";
import { firstMentioned, mentions } from "../mentions.ts";
import { outOfTurn } from "../turn-order.ts";
import type { RecordProblem } from "../vertical.ts";
import { forbiddenWords, type GameRecord } from "./record.ts";

/** The longest line that a player is likely to listen to, in words. */
const LONGEST_LINE = 45;

/** What is wrong with a scene: a character that leaves its role, gives a secret away or tells what it can't know. */
export function checkGameRecord(record: GameRecord): RecordProblem[] {
  const problems: RecordProblem[] = [];
  const { character, scene } = record;
  const report = (
    rule: string,
    severity: "error" | "warning",
    path: string,
    message: string,
    remedy: string,
  ) => problems.push({ rule, severity, path, message, remedy });

  character.knowledge.forEach((fact, index) => {
    if (firstMentioned(fact, forbiddenWords(record)) !== undefined) {
      report(
        "secret-in-knowledge",
        "error",
        `$.character.knowledge[${index}]`,
        "What the character may tell has a word that gives a secret away.",
        "Take the fact out of the knowledge, or the word out of the secret's `forbidden`.",
      );
    }
  });

  const last = scene.dialogue.length - 1;
  scene.dialogue.forEach((turn, index) => {
    const path = `$.scene.dialogue[${index}]`;
    problems.push(...outOfTurn(turn.speaker, index, ["player", "character"], path));
    if (turn.speaker === "player") return;
    const phrase = findAssistantPhrase(turn.text);
    if (phrase !== undefined) {
      report(
        "out-of-role",
        "error",
        `${path}.text`,
        `The character leaves its role with "${phrase}".`,
        "Let it answer as somebody in its world would.",
      );
    }
    if (firstMentioned(turn.text, forbiddenWords(record)) !== undefined) {
      report(
        "forbidden-lore",
        "error",
        `${path}.text`,
        "The line gives away what the character must not reveal.",
        "Let the character evade the question.",
      );
    }
    if (turn.text.split(/\s+/).length > LONGEST_LINE) {
      report(
        "long-line",
        "warning",
        `${path}.text`,
        `The line has more than ${LONGEST_LINE} words.`,
        "Break it up, or let the player speak in between.",
      );
    }
    turn.facts.forEach((fact, at) => {
      if (!character.knowledge.some((sentence) => mentions(sentence, fact))) {
        report(
          "unknown-fact",
          "error",
          `${path}.facts[${at}]`,
          "The character tells what its card doesn't let it know.",
          "Add the fact to `character.knowledge`, or take it out of the line.",
        );
      }
      if (!mentions(turn.text, fact)) {
        report(
          "missing-fact",
          "error",
          `${path}.text`,
          "The line doesn't have a fact that it is said to bring.",
          "Say the fact as the card says it, or take it out of `facts`.",
        );
      }
    });
    if (turn.ends_scene && index !== last) {
      report(
        "early-end",
        "error",
        `${path}.ends_scene`,
        "The scene goes on after its end.",
        "End it with the last line alone.",
      );
    }
  });
  const closing = scene.dialogue[last];
  if (closing?.speaker === "player") {
    report(
      "no-answer",
      "error",
      `$.scene.dialogue[${last}]`,
      "The scene stops with the player's line.",
      "Add the character's answer, or drop the line.",
    );
  }
  return problems;
}
