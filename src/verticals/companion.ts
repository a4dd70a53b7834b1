import * as z from "zod";
import type { EvalItem, Score, Scorer } from "../evals/suite.ts";
import { assistantPhrases, findAssistantPhrase } from "./assistant-phrases.ts";
import { firstMentioned, mentions } from "./mentions.ts";
import type { RecordProblem, Vertical } from "./vertical.ts";

const text = z.string().trim().min(1);

const memorySchema = z.strictObject({
  id: text,
  /** What it is about, such as `pet` or `exam`: no two memories of a person that hold at once share it. */
  about: text,
  /** As the companion remembers it, a short sentence. */
  text,
  /** The words that make it up: a reply recalls the memory if it has them. */
  value: text,
  /** The dialogue in which the person told it, counted from 1. */
  session: z.int().min(1),
  /** The memory that took its place: "moved to Bergen" after "lives in Oslo". */
  replaced_by: text.optional(),
});

const personTurn = z.strictObject({ speaker: z.literal("person"), text });

const companionTurn = z.strictObject({
  speaker: z.literal("companion"),
  text,
  /** Ids of the memories that this reply recalls. */
  recalls: z.array(text).default([]),
});

/** What {@link companion} takes: a persona, a person, what is remembered of them, and one of their dialogues. */
export const companionRecordSchema = z.strictObject({
  id: text,
  persona: z.strictObject({
    name: text,
    /** How it is: "warm, curious". */
    manner: text,
  }),
  person: z.strictObject({ id: text, name: text }),
  memories: z.array(memorySchema).min(1),
  /** Which of their dialogues it is, counted from 1. */
  session: z.int().min(1),
  dialogue: z.array(z.discriminatedUnion("speaker", [personTurn, companionTurn])).min(2),
});

/** A persona, a person, what is remembered of them, and one of their dialogues. */
export type CompanionRecord = z.output<typeof companionRecordSchema>;

type Memory = CompanionRecord["memories"][number];

/** What the scorers know about a turn; the `context` of an item. */
const turnContext = z.object({
  /** What has to be recalled. */
  recalled: z.array(z.string()),
  /** What doesn't hold any more, or is another person's: none of it may be said. */
  contradicts: z.array(z.string()),
});

/** What the companion knows as a dialogue begins: what was told before it, and nothing told before it has replaced. */
function knownBefore({ memories, session }: CompanionRecord): Memory[] {
  const before = memories.filter((memory) => memory.session < session);
  return before.filter(({ replaced_by }) => !before.some((memory) => memory.id === replaced_by));
}

function messages(record: CompanionRecord) {
  const { persona, person, dialogue } = record;
  const remembered = knownBefore(record).map((memory) => memory.text);
  const content = [
    `You are ${persona.name}, ${person.name}'s companion: ${persona.manner}.`,
    ...(remembered.length > 0 ? [`You remember: ${remembered.join(" ")}`] : []),
  ].join("\n");
  return [
    { role: "system" as const, content },
    ...dialogue.map((turn) => ({
      role: turn.speaker === "person" ? ("user" as const) : ("assistant" as const),
      content: turn.text,
    })),
  ];
}

/** What a reply with these memories would contradict: what was so before, of the same matters. */
const outdated = (memories: readonly Memory[]) =>
  memories.flatMap((memory) => (memory.replaced_by === undefined ? [] : [memory.value]));

function check({ memories, dialogue, persona }: CompanionRecord): RecordProblem[] {
  const problems: RecordProblem[] = [];
  const report = (
    rule: string,
    severity: "error" | "warning",
    path: string,
    message: string,
    remedy: string,
  ) => {
    problems.push({ rule, severity, path, message, remedy });
  };
  const known = new Map(memories.map((memory) => [memory.id, memory]));
  const subjects = new Set<string>();
  memories.forEach((memory, index) => {
    const path = `$.memories[${index}]`;
    if (!mentions(memory.text, memory.value)) {
      report(
        "value-not-in-memory",
        "error",
        `${path}.value`,
        "The memory's text doesn't have its value.",
        "Write the value as the text has it.",
      );
    }
    if (memory.replaced_by !== undefined) {
      if (known.get(memory.replaced_by)?.about !== memory.about) {
        report(
          "unknown-replacement",
          "error",
          `${path}.replaced_by`,
          "No memory of the same matter took its place.",
          "Name the id of the newer memory, or take `replaced_by` out.",
        );
      }
    } else if (subjects.has(memory.about)) {
      report(
        "memories-disagree",
        "error",
        `${path}.about`,
        `Two memories that hold are about "${memory.about}".`,
        "Set `replaced_by` of the older one.",
      );
    } else {
      subjects.add(memory.about);
    }
  });

  const old = outdated(memories);
  dialogue.forEach((turn, index) => {
    const path = `$.dialogue[${index}]`;
    const expected = index % 2 === 0 ? "person" : "companion";
    if (turn.speaker !== expected) {
      report(
        "turn-order",
        "error",
        `${path}.speaker`,
        `It is the ${expected}'s turn.`,
        "Let both take turns, the person first.",
      );
    }
    if (turn.speaker === "person") return;
    const phrase = findAssistantPhrase(turn.text);
    if (phrase !== undefined) {
      report(
        "out-of-role",
        "error",
        `${path}.text`,
        `${persona.name} leaves the role with "${phrase}".`,
        "Let it answer as the persona would.",
      );
    }
    turn.recalls.forEach((id, at) => {
      const memory = known.get(id);
      if (memory === undefined) {
        report(
          "unknown-memory",
          "error",
          `${path}.recalls[${at}]`,
          "The reply recalls a memory that doesn't exist.",
          "Add it to `memories`, or take it out.",
        );
      } else if (memory.replaced_by !== undefined) {
        report(
          "outdated-memory",
          "error",
          `${path}.recalls[${at}]`,
          "The reply recalls what doesn't hold any more.",
          "Recall the memory that took its place.",
        );
      } else if (!mentions(turn.text, memory.value)) {
        report(
          "memory-not-recalled",
          "error",
          `${path}.text`,
          "The reply doesn't have a memory that it is said to recall.",
          "Say the memory's value, or take it out of `recalls`.",
        );
      }
    });
    if (firstMentioned(turn.text, old) !== undefined) {
      report(
        "contradicts-memory",
        "error",
        `${path}.text`,
        "The reply says what doesn't hold any more.",
        "Say what took its place.",
      );
    }
  });
  if (dialogue.at(-1)?.speaker === "person") {
    report(
      "no-answer",
      "error",
      `$.dialogue[${dialogue.length - 1}]`,
      "The dialogue stops with the person.",
      "Add the companion's reply, or drop the turn.",
    );
  }
  return problems;
}

function items(record: CompanionRecord): EvalItem[] {
  const all = messages(record);
  const known = new Map(record.memories.map((memory) => [memory.id, memory]));
  return record.dialogue.flatMap((turn, index) => {
    if (turn.speaker === "person") return [];
    const recalled = turn.recalls.flatMap((id) => known.get(id) ?? []);
    const others = record.memories.filter((memory) => !recalled.includes(memory));
    return [
      {
        id: `${record.id}/${index}`,
        input: all.slice(0, index + 1),
        references: recalled.map((memory) => memory.value),
        group: record.person.id,
        slices: { about: recalled[0]?.about ?? "small talk", persona: record.persona.name },
        context: {
          recalled: recalled.map((memory) => memory.value),
          // Where one thing is asked for, another one that is remembered is no answer to it.
          contradicts: [
            ...outdated(record.memories),
            ...(recalled.length > 0 ? others.map((memory) => memory.value) : []),
          ],
        },
      },
    ];
  });
}

const right: Score = { kind: "scored", value: 1 };
const wrong = (detail: string): Score => ({ kind: "scored", value: 0, detail });

/** Whether the reply recalls what it should, contradicts nothing, and stays in the role. */
const remembers: Scorer = {
  name: "remembers",
  options: { phrases: assistantPhrases },
  score({ text: said }, item) {
    const { recalled, contradicts } = turnContext.parse(item.context);
    if (said.trim() === "") return wrong("says nothing");
    const phrase = findAssistantPhrase(said);
    if (phrase !== undefined) return wrong(`out of role: ${phrase}`);
    const missing = recalled.find((value) => !mentions(said, value));
    if (missing !== undefined) return wrong(`not recalled: ${missing}`);
    const confused = firstMentioned(said, contradicts);
    return confused === undefined ? right : wrong(`confused with: ${confused}`);
  },
};

/** Whether the reply has what is to be recalled, whatever else it has. */
const recall: Scorer = {
  name: "recall",
  options: {},
  score({ text: said }, item) {
    const { recalled } = turnContext.parse(item.context);
    if (recalled.length === 0) return { kind: "unparsed", reason: "nothing to recall" };
    const missing = recalled.find((value) => !mentions(said, value));
    return missing === undefined ? right : wrong(`not recalled: ${missing}`);
  },
};

/** Whether the reply could be that of somebody, and not of an assistant. */
const inRole: Scorer = {
  name: "in-role",
  options: { phrases: assistantPhrases },
  score({ text: said }) {
    const phrase = findAssistantPhrase(said);
    return phrase === undefined ? right : wrong(`out of role: ${phrase}`);
  },
};

/**
 * A companion of many dialogues: it recalls what the person has told, in its own manner, takes back nothing and mixes
 * nothing up.
 *
 * The memories that hold stand in the prompt. Splits keep a person together.
 *
 * @example
 * ```ts
 * import { companion, companionRecordSchema } from "fermion/verticals";
 * import { readFileSync } from "node:fs";
 *
 * const lines = readFileSync("companion.records.jsonl", "utf8").trim().split("\n");
 * const records = lines.map((line) => companionRecordSchema.parse(JSON.parse(line)));
 * const problems = records.flatMap((record) => companion.check(record));
 * ```
 */
export const companion: Vertical<CompanionRecord> = {
  name: "companion",
  description: "A companion that recalls what a person has told it, in its own manner.",
  version: "1",
  schema: companionRecordSchema,
  id: (record) => record.id,
  group: (record) => record.person.id,
  stratum: (record) => record.persona.name,
  dialogues: (record) => [{ messages: messages(record) }],
  check,
  items,
  scorers: [remembers, recall, inRole],
  primary: "remembers",
  sampling: { temperature: 0, maxCompletionTokens: 50 },
  hyperparameters: { n_epochs: 8, batch_size: 4 },
  split: { validation: 0.05, evaluation: 0.2 },
};
