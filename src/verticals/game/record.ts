import * as z from "zod";

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

/** What the character answers with: a line to speak, and whether the scene is over with it. */
export const replySchema = z.strictObject({ say: text, end: z.boolean() });

/** What a model has to answer to say a line of the character. */
export function replyOf(line: z.output<typeof characterTurn>): z.output<typeof replySchema> {
  return { say: line.text, end: line.ends_scene };
}

/** The words that would give a secret of the character away. */
export function forbiddenWords({ character }: GameRecord): string[] {
  return character.secrets.flatMap((secret) => secret.forbidden);
}
