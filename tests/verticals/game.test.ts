import { describe, expect, test } from "vitest";
import {
  type GameRecord,
  game,
  gameRecordSchema,
  recordDialogues,
  recordSuite,
} from "../../src/verticals.ts";
import { scoresOf } from "./score-text.ts";

type Line = GameRecord["scene"]["dialogue"][number];

const player = (text: string, about: "knowledge" | "secret" | "outside" | "closing" = "knowledge"): Line => ({
  speaker: "player",
  text,
  about,
});
const character = (text: string, more: Partial<Extract<Line, { speaker: "character" }>> = {}): Line => ({
  speaker: "character",
  text,
  facts: [],
  ends_scene: false,
  scripted: false,
  ...more,
});

/** A sound record, with another dialogue where one is given. */
function scene(...dialogue: Line[]): GameRecord {
  return {
    id: "quay-1",
    character: {
      id: "brannoc",
      name: "Brannoc",
      role: "ferryman of Low Quay",
      voice: "gruff",
      knowledge: ["The last ferry leaves at dusk."],
      secrets: [{ lore: "A chest lies under the third pier.", forbidden: ["chest", "third pier"] }],
    },
    scene: {
      id: "scene-1",
      place: "the landing",
      recap: "The bridge fell.",
      objective: "get across",
      ends_when: "the fare is paid",
      dialogue:
        dialogue.length > 0
          ? dialogue
          : [
              player("When do you leave?"),
              character("At dusk.", { facts: ["at dusk"] }),
              player("Here is the fare.", "closing"),
              character("Off we go.", { ends_scene: true }),
            ],
    },
  };
}

const rules = (record: GameRecord) => game.check(record).map(({ rule, path }) => `${rule} ${path}`);

describe("the check of scenes", () => {
  test("has nothing against a sound one", () => {
    expect(rules(scene())).toEqual([]);
  });

  test.each<[string, GameRecord, string[]]>([
    [
      "a character that leaves its role",
      scene(player("Are you real?", "outside"), character("I'm an AI, and I can't row.")),
      ["out-of-role $.scene.dialogue[1].text"],
    ],
    [
      "a secret that is told",
      scene(player("What is there?", "secret"), character("Look under the third pier.")),
      ["forbidden-lore $.scene.dialogue[1].text"],
    ],
    [
      "a fact that the card doesn't have",
      scene(player("When?"), character("At dawn.", { facts: ["at dawn"] })),
      ["unknown-fact $.scene.dialogue[1].facts[0]"],
    ],
    [
      "a fact that the line doesn't have",
      scene(player("When?"), character("Later.", { facts: ["at dusk"] })),
      ["missing-fact $.scene.dialogue[1].text"],
    ],
    [
      "an end before the end",
      scene(player("Bye."), character("Go.", { ends_scene: true }), player("And?"), character("Go, I said.")),
      ["early-end $.scene.dialogue[1].ends_scene"],
    ],
    [
      "a question that nobody answers",
      scene(player("When?"), character("Later."), player("When?")),
      ["no-answer $.scene.dialogue[2]"],
    ],
    [
      "two that speak at once",
      scene(player("When?"), character("Later."), character("At dusk.")),
      ["turn-order $.scene.dialogue[2].speaker"],
    ],
    [
      "a speech",
      scene(player("Tell me!"), character("Rivers and boats. ".repeat(20).trim())),
      ["long-line $.scene.dialogue[1].text"],
    ],
  ])("finds %s", (_, record, expected) => {
    expect(rules(record)).toEqual(expected);
  });

  test("finds a secret among what may be told", () => {
    const record = scene();
    const character = {
      ...record.character,
      knowledge: [...record.character.knowledge, "The chest is iron."],
    };
    expect(rules({ ...record, character })).toEqual(["secret-in-knowledge $.character.knowledge[1]"]);
  });

  test("takes a word within another for no secret", () => {
    expect(rules(scene(player("Wood?"), character("Chestnut, from the hill.")))).toEqual([]);
  });
});

test("lines that are scripted are shown, and neither learned nor asked for", () => {
  const record = scene(
    player("Hello."),
    character("Aye.", { scripted: true }),
    player("When?"),
    character("Later."),
  );
  const [dialogue] = recordDialogues(game, { row: record, id: "quay-1" });
  expect(
    dialogue?.row.messages.map((message) => [message.role, "weight" in message ? message.weight : 1]),
  ).toEqual([
    ["system", 1],
    ["user", 1],
    ["assistant", 0],
    ["user", 1],
    ["assistant", 1],
  ]);
  const { items } = recordSuite(game, [{ row: record, id: "quay-1" }]);
  expect(items.map(({ id, references }) => [id, references])).toEqual([
    ["quay-1/3", ['{"say":"Later.","end":false}']],
  ]);
  expect(items[0]?.input).toHaveLength(4);
});

test("a record whose fields have other names is refused", () => {
  const { scene: played, ...rest } = scene();
  expect(gameRecordSchema.safeParse({ ...rest, play: played }).success).toBe(false);
});

describe("a turn", () => {
  const { items } = recordSuite(game, [{ row: scene(), id: "quay-1" }]);
  const [tells, ends] = items;
  const none = "not asked";

  test.each([
    ["is right", tells, '{"say":"We leave at dusk.","end":false}', [1, 1, 1, 1, 1]],
    ["is right in other case and spacing", tells, ' { "say": "At Dusk!", "end": false } ', [1, 1, 1, 1, 1]],
    ["ends the scene", ends, '{"say":"Off we go.","end":true}', [1, 1, 1, none, 1]],
    ["doesn't tell the fact", tells, '{"say":"Later.","end":false}', [0, 1, 1, 0, 1]],
    ["has the fact within a word", tells, '{"say":"At duskfall.","end":false}', [0, 1, 1, 0, 1]],
    ["ends too early", tells, '{"say":"At dusk.","end":true}', [0, 1, 1, 1, 0]],
    ["doesn't end", ends, '{"say":"Off we go.","end":false}', [0, 1, 1, none, 0]],
    ["gives a secret away", tells, '{"say":"At dusk, with the chest.","end":false}', [0, 1, 0, 1, 1]],
    ["leaves the role", tells, '{"say":"As an AI, I say at dusk.","end":false}', [0, 1, 0, 1, 1]],
    ["is no JSON", tells, "At dusk.", [0, 0, 1, 1, "unparsed"]],
    ["is no JSON and leaves the role", tells, "I am an AI language model.", [0, 0, 0, 0, "unparsed"]],
    ["says nothing", tells, '{"say":" ","end":false}', [0, 0, 1, 0, "unparsed"]],
    [
      "has more than was asked for",
      tells,
      '{"say":"At dusk.","end":false,"mood":1}',
      [0, 0, 1, 1, "unparsed"],
    ],
    ["is empty", tells, "", [0, 0, "unparsed", "unparsed", "unparsed"]],
  ])("that %s is judged by each scorer", async (_, item, text, expected) => {
    expect(await scoresOf(game, item, text)).toEqual({
      turn: expected[0],
      form: expected[1],
      "in-role": expected[2],
      "told-facts": expected[3],
      "scene-end": expected[4],
    });
  });
});
