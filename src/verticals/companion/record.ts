import * as z from "zod";
import { mentions } from "../mentions.ts";

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

/** Something that is remembered. */
export type Memory = CompanionRecord["memories"][number];

/** What the companion knows as a dialogue begins: what was told before it, and nothing told before it has replaced. */
export function knownBefore({ memories, session }: CompanionRecord): Memory[] {
  const before = memories.filter((memory) => memory.session < session);
  return before.filter(({ replaced_by }) => !before.some((memory) => memory.id === replaced_by));
}

/** Whether the person has said in this dialogue what a memory is made of, before the turn with this index. */
export function isTold({ dialogue }: CompanionRecord, memory: Memory, before: number): boolean {
  return dialogue
    .slice(0, before)
    .some((turn) => turn.speaker === "person" && mentions(turn.text, memory.value));
}

/** What doesn't hold any more at a turn: something took its place in an earlier dialogue, or earlier in this one. */
export function outdatedAt(record: CompanionRecord, turn: number): Memory[] {
  const known = new Map(record.memories.map((memory) => [memory.id, memory]));
  return record.memories.filter(({ replaced_by }) => {
    const newer = replaced_by === undefined ? undefined : known.get(replaced_by);
    return newer !== undefined && (newer.session < record.session || isTold(record, newer, turn));
  });
}
