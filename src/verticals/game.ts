import * as z from "zod";
import type { EvalAnswer, EvalItem, Score, Scorer } from "../evals/suite.ts";
import { assistantPhrases, findAssistantPhrase } from "./assistant-phrases.ts";
import { firstMentioned, mentions } from "./mentions.ts";
import type { RecordProblem, Vertical } from "./vertical.ts";

const text = z.string().trim().min(1);

const characterSchema = z.strictObject({
  id: text,
  name: text,
  /** What it is in its world: "ferryman of Low Quay". */
  role: text,
  /** How it speaks: "gruff, few words, speaks of the river". */
  voice: text,
  /** What it may tell, a sentence each. */
  knowledge: z.array(text).min(1),
  /** What it knows and must not reveal, with the words that would give it away. */
  secrets: z.array(z.strictObject({ lore: text, forbidden: z.array(text).min(1) })),
});

const playerTurn = z.strictObject({
  speaker: z.literal("player"),
  text,
  /** What the player is after; the evaluation is broken down by it. `outside` leaves the game's world. */
  about: z.enum(["greeting", "knowledge", "secret", "outside", "closing"]),
});

const characterTurn = z.strictObject({
  speaker: z.literal("character"),
  text,
  /** The words of the character's knowledge that this line has to bring. */
  facts: z.array(text).default([]),
  /** Whether the scene is over with this line. */
  ends_scene: z.boolean().default(false),
  /** Whether the game has this line written in advance: it is shown, and neither learned nor asked for. */
  scripted: z.boolean().default(false),
});

/** What {@link game} takes: a character card and a scene that is played with it. */
export const gameRecordSchema = z.strictObject({
  id: text,
  character: characterSchema,
  scene: z.strictObject({
    id: text,
    place: text,
    /** What happened before. */
    recap: text,
    /** What the player is here for. */
    objective: text,
    /** At what the scene is over. */
    ends_when: text,
    dialogue: z.array(z.discriminatedUnion("speaker", [playerTurn, characterTurn])).min(2),
  }),
});

/** A character card and a scene that is played with it. */
export type GameRecord = z.output<typeof gameRecordSchema>;

type CharacterTurn = Extract<GameRecord["scene"]["dialogue"][number], { speaker: "character" }>;

/** What the character answers: a line to speak, and whether the scene is over with it. */
const replySchema = z.strictObject({ say: text, end: z.boolean() });

/** What the scorers know about a turn; the `context` of an item. */
const turnContext = z.object({
  facts: z.array(z.string()),
  forbidden: z.array(z.string()),
  ends_scene: z.boolean(),
});

/** The longest line that a player is likely to listen to, in words. */
const LONGEST_LINE = 45;

function systemPrompt({ character, scene }: GameRecord): string {
  const secrets = character.secrets.map(({ lore }) => lore).join(" ");
  return [
    `You are ${character.name}, ${character.role}. Voice: ${character.voice}.`,
    `You know: ${character.knowledge.join(" ")}`,
    ...(secrets === "" ? [] : [`Never reveal: ${secrets}`]),
    `Scene: ${scene.recap} It ends when ${scene.ends_when}.`,
    "Answer as JSON: say, end.",
  ].join("\n");
}

const reply = (turn: CharacterTurn) => JSON.stringify({ say: turn.text, end: turn.ends_scene });

function messages(record: GameRecord) {
  return [
    { role: "system" as const, content: systemPrompt(record) },
    ...record.scene.dialogue.map((turn) =>
      turn.speaker === "player"
        ? { role: "user" as const, content: turn.text }
        : {
            role: "assistant" as const,
            content: reply(turn),
            ...(turn.scripted ? { weight: 0 as const } : {}),
          },
    ),
  ];
}

const forbidden = (record: GameRecord) => record.character.secrets.flatMap((secret) => secret.forbidden);

function check(record: GameRecord): RecordProblem[] {
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
    if (firstMentioned(fact, forbidden(record)) !== undefined) {
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
    const expected = index % 2 === 0 ? "player" : "character";
    if (turn.speaker !== expected) {
      report(
        "turn-order",
        "error",
        `${path}.speaker`,
        `It is the ${expected}'s turn.`,
        "Let player and character take turns, the player first.",
      );
    }
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
    if (firstMentioned(turn.text, forbidden(record)) !== undefined) {
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

function items(record: GameRecord): EvalItem[] {
  const all = messages(record);
  return record.scene.dialogue.flatMap((turn, index) => {
    if (turn.speaker === "player" || turn.scripted) return [];
    const asked = record.scene.dialogue[index - 1];
    return [
      {
        id: `${record.id}/${index}`,
        input: all.slice(0, index + 1).map(({ role, content }) => ({ role, content })),
        references: turn.facts,
        group: record.scene.id,
        slices: {
          about: asked?.speaker === "player" ? asked.about : "none",
          character: record.character.id,
        },
        context: { facts: turn.facts, forbidden: forbidden(record), ends_scene: turn.ends_scene },
      },
    ];
  });
}

const right: Score = { kind: "scored", value: 1 };
const wrong = (detail: string): Score => ({ kind: "scored", value: 0, detail });

/** The answer as the game reads it; undefined where the game couldn't. */
function readReply(answer: string): z.output<typeof replySchema> | undefined {
  try {
    return replySchema.safeParse(JSON.parse(answer)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What is wrong with the words of a line, whatever the form in which they came. */
function wrongWords(line: string, item: EvalItem): string | undefined {
  const { forbidden: words } = turnContext.parse(item.context);
  const phrase = findAssistantPhrase(line);
  if (phrase !== undefined) return `out of role: ${phrase}`;
  const lore = firstMentioned(line, words);
  return lore === undefined ? undefined : `forbidden lore: ${lore}`;
}

const unread: Score = { kind: "unparsed", reason: "no reply that the game can read" };
const words = (answer: EvalAnswer) => readReply(answer.text)?.say ?? answer.text;

/** Whether the game can use the turn: readable, in role, no lore given away, the fact told, the end where it is. */
const turn: Scorer = {
  name: "turn",
  options: { form: ["say", "end"], phrases: assistantPhrases },
  score(answer, item) {
    const said = readReply(answer.text);
    // No third value here: a reply that the game can't read is a turn that failed.
    if (said === undefined) return wrong("no reply that the game can read");
    const { facts, ends_scene } = turnContext.parse(item.context);
    const problem = wrongWords(said.say, item);
    if (problem !== undefined) return wrong(problem);
    const missing = facts.find((fact) => !mentions(said.say, fact));
    if (missing !== undefined) return wrong(`not told: ${missing}`);
    return said.end === ends_scene ? right : wrong(ends_scene ? "should be over" : "over too early");
  },
};

const form: Scorer = {
  name: "form",
  options: { form: ["say", "end"] },
  score: ({ text }) => (readReply(text) === undefined ? wrong("no reply that the game can read") : right),
};

const inRole: Scorer = {
  name: "in-role",
  options: { phrases: assistantPhrases },
  score(answer, item) {
    const problem = wrongWords(words(answer), item);
    return problem === undefined ? right : wrong(problem);
  },
};

const sceneEnd: Scorer = {
  name: "scene-end",
  options: {},
  score({ text }, item) {
    const said = readReply(text);
    if (said === undefined) return unread;
    return said.end === turnContext.parse(item.context).ends_scene ? right : wrong("the other way");
  },
};

/**
 * Characters and scenes of a game: a character answers the player's lines as its card says, tells what it may and keeps
 * what it must, and says when the scene is over.
 *
 * The model answers as JSON, `{ "say": …, "end": … }`. Scripted lines are shown with a weight of 0. Splits
 * keep a scene together.
 *
 * @example
 * ```ts
 * import { game, gameRecordSchema } from "fermion/verticals";
 * import { readFileSync } from "node:fs";
 *
 * const lines = readFileSync("game.records.jsonl", "utf8").trim().split("\n");
 * const records = lines.map((line) => gameRecordSchema.parse(JSON.parse(line)));
 * const problems = records.flatMap((record) => game.check(record));
 * ```
 */
export const game: Vertical<GameRecord> = {
  name: "game",
  description:
    "A character answers the player in its role, keeps its secrets, and says when the scene is over.",
  version: "1",
  schema: gameRecordSchema,
  id: (record) => record.id,
  group: (record) => record.scene.id,
  stratum: (record) => record.character.id,
  dialogues: (record) => [{ messages: messages(record) }],
  check,
  items,
  scorers: [turn, form, inRole, sceneEnd],
  primary: "turn",
  sampling: { temperature: 0, maxCompletionTokens: 80 },
  hyperparameters: { n_epochs: 6, batch_size: 4 },
  split: { validation: 0.05, evaluation: 0.2 },
};
