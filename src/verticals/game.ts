import { defineVertical } from "./define-vertical.ts";
import { checkGameRecord } from "./game/check.ts";
import { forbiddenWords, type GameRecord, gameRecordSchema, replyOf } from "./game/record.ts";
import { form, inRole, sceneEnd, type TurnContext, toldFacts, turn } from "./game/scorers.ts";

/**
 * Characters and scenes: a character answers the player's lines as its card says, tells what it may and keeps what it
 * must, and says when the scene is over.
 *
 * The card stands in the prompt, and the model answers as JSON, `{ "say": …, "end": … }`. All lines of the character are
 * learned; those that are scripted are only shown. Records are split by scene. A model is judged by `turn`: whether the
 * game could use the reply; `form`, `in-role`, `told-facts` and `scene-end` say why not.
 *
 * @example
 * ```ts
 * import { game, gameRecordSchema } from "fermion/verticals";
 * import { readFileSync } from "node:fs";
 *
 * const lines = readFileSync("game.records.jsonl", "utf8").trim().split("\n");
 * const problems = lines.flatMap((line) => game.check(gameRecordSchema.parse(JSON.parse(line))));
 * ```
 */
export const game = defineVertical<GameRecord>({
  name: "game",
  description:
    "Characters that answer players in their role, keep their secrets, and end the scene where it ends.",
  version: "1",
  schema: gameRecordSchema,
  id: ({ id }) => id,
  group: ({ scene }) => scene.id,
  stratum: ({ character }) => character.id,
  check: checkGameRecord,
  dialogues: (record) => [
    {
      messages: messages(record).map((message, index) => {
        const line = record.scene.dialogue[index - 1];
        return line?.speaker === "character" && line.scripted ? { ...message, weight: 0 as const } : message;
      }),
    },
  ],
  items(record) {
    const { character, scene, id } = record;
    const all = messages(record);
    return scene.dialogue.flatMap((line, index) => {
      if (line.speaker === "player" || line.scripted) return [];
      const asked = scene.dialogue[index - 1];
      const about = asked?.speaker === "player" ? asked.about : "nothing";
      const context = {
        facts: line.facts,
        forbidden: forbiddenWords(record),
        ends_scene: line.ends_scene,
      } satisfies TurnContext;
      return [
        {
          id: `${id}/${index}`,
          input: all.slice(0, index + 1),
          references: [JSON.stringify(replyOf(line))],
          group: scene.id,
          slices: { about, character: character.id },
          context,
        },
      ];
    });
  },
  scorers: [turn(), form(), inRole(), toldFacts(), sceneEnd()],
  primary: "turn",
  sampling: { temperature: 0, maxCompletionTokens: 80 },
  hyperparameters: { n_epochs: 7, batch_size: 1 },
  split: { validation: 0.05, evaluation: 0.2 },
});

/** The card and the scene, and then the dialogue: a message for each of its lines. */
function messages({ character, scene }: GameRecord) {
  const { name, role, voice, knowledge, secrets } = character;
  const card = [
    `You are ${name}, ${role}. Voice: ${voice}.`,
    `You know: ${knowledge.join(" ")}`,
    ...(secrets.length > 0 ? [`Never reveal: ${secrets.map(({ lore }) => lore).join(" ")}`] : []),
    `Scene: ${scene.recap} It ends when ${scene.ends_when}.`,
    "Answer as JSON: say, end.",
  ];
  return [
    { role: "system" as const, content: card.join("\n") },
    ...scene.dialogue.map((line) =>
      line.speaker === "player"
        ? { role: "user" as const, content: line.text }
        : {
            role: "assistant" as const,
            content: JSON.stringify(replyOf(line)),
          },
    ),
  ];
}
