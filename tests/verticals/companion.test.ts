import { describe, expect, test } from "vitest";
import { type CompanionRecord, companion, recordDialogues, recordSuite } from "../../src/verticals.ts";
import { scoresOf } from "./score-text.ts";

type Line = CompanionRecord["dialogue"][number];

const person = (text: string): Line => ({ speaker: "person", text });
const juno = (text: string, ...recalls: string[]): Line => ({ speaker: "companion", text, recalls });

const dog = { id: "dog", about: "dog", text: "The dog is called Rufus.", value: "Rufus", session: 1 };
const oslo = { id: "oslo", about: "town", text: "Lives in Oslo.", value: "Oslo", session: 1 };
const bergen = { id: "bergen", about: "town", text: "Lives in Bergen.", value: "Bergen", session: 3 };

/** A sound record of the third dialogue with a person. */
function talk(memories: CompanionRecord["memories"], ...dialogue: Line[]): CompanionRecord {
  return {
    id: "lena-3",
    persona: { name: "Juno", manner: "warm" },
    person: { id: "person-1", name: "Lena" },
    memories,
    session: 3,
    dialogue,
  };
}

const rules = (record: CompanionRecord) => companion.check(record).map(({ rule, path }) => `${rule} ${path}`);
const moved = [dog, { ...oslo, replaced_by: "bergen" }, bergen];
const sound = talk(
  moved,
  person("My dog sleeps."),
  juno("Let Rufus rest.", "dog"),
  person("I live in Bergen now."),
  juno("Bergen is nice.", "bergen"),
);

describe("the check of dialogues", () => {
  test("has nothing against a sound one", () => {
    expect(rules(sound)).toEqual([]);
  });

  test("lets the old be said until the person has told what took its place", () => {
    const record = talk(
      moved,
      person("It rains here."),
      juno("Oh, in Oslo?", "oslo"),
      person("I live in Bergen now."),
      juno("Bergen!", "bergen"),
    );
    expect(rules(record)).toEqual([]);
  });

  test.each<[string, CompanionRecord, string[]]>([
    [
      "a reply that says what doesn't hold any more",
      talk(moved, person("I live in Bergen now."), juno("Not in Oslo? Bergen is nice.", "bergen")),
      ["contradicts-memory $.dialogue[1].text"],
    ],
    [
      "what was replaced in an earlier dialogue",
      talk(
        [
          { ...oslo, replaced_by: "bergen" },
          { ...bergen, session: 2 },
        ],
        person("It rains here."),
        juno("In Oslo?", "oslo"),
      ),
      ["contradicts-memory $.dialogue[1].text", "outdated-memory $.dialogue[1].recalls[0]"],
    ],
    [
      "a memory that the person hasn't told yet",
      talk([{ ...bergen }], person("It rains."), juno("In Bergen?", "bergen"), person("I live in Bergen.")),
      ["memory-not-told $.dialogue[1].recalls[0]", "no-answer $.dialogue[2]"],
    ],
    [
      "a memory that is another one's",
      talk([dog, oslo], person("Where do I live?"), juno("With Rufus.", "oslo")),
      ["memory-not-recalled $.dialogue[1].recalls[0]"],
    ],
    [
      "a memory that there isn't",
      talk([dog], person("My cat sleeps."), juno("Let it rest.", "cat")),
      ["unknown-memory $.dialogue[1].recalls[0]"],
    ],
    [
      "a companion that leaves its role",
      talk([dog], person("Who are you?"), juno("I'm an AI assistant.")),
      ["out-of-role $.dialogue[1].text"],
    ],
    [
      "two memories of one id",
      talk([dog, { ...oslo, id: "dog" }], person("Hello."), juno("Hello.")),
      ["repeated-memory $.memories[0].id"],
    ],
    [
      "two memories of one matter that hold",
      talk([oslo, { ...bergen, session: 2 }], person("Hello."), juno("Hello.")),
      ["memories-disagree $.memories[1].about"],
    ],
    [
      "a memory from a later dialogue",
      talk([{ ...dog, session: 4 }], person("Hello."), juno("Hello.")),
      ["memory-from-later $.memories[0].session"],
    ],
    [
      "a memory without its value",
      talk([{ ...dog, value: "Pepper" }], person("Hello."), juno("Hello.")),
      ["value-not-in-memory $.memories[0].value"],
    ],
    [
      "a replacement that is about something else",
      talk([{ ...oslo, replaced_by: "dog" }, dog], person("Hello."), juno("Hello.")),
      ["unknown-replacement $.memories[0].replaced_by"],
    ],
  ])("finds %s", (_, record, expected) => {
    expect(rules(record)).toEqual(expected);
  });
});

test("the prompt has what was told before and still holds, and nothing that is told later", () => {
  const systemOf = (record: CompanionRecord) =>
    recordDialogues(companion, { row: record, id: record.id })[0]?.row.messages[0]?.content;
  expect(systemOf(sound)).toBe(
    "You are Juno, Lena's companion: warm.\nYou remember: The dog is called Rufus. Lives in Oslo.",
  );
  expect(
    systemOf({ ...sound, memories: [dog, { ...oslo, replaced_by: "bergen" }, { ...bergen, session: 2 }] }),
  ).toBe("You are Juno, Lena's companion: warm.\nYou remember: The dog is called Rufus. Lives in Bergen.");
  const first = talk([bergen], person("I live in Bergen."), juno("Bergen!", "bergen"));
  expect(systemOf(first)).toBe("You are Juno, Lena's companion: warm.");
});

test("small talk isn't asked for, because it has no right answer", () => {
  const record = talk(
    [dog],
    person("Hello."),
    juno("Hello, Lena!"),
    person("My dog sleeps."),
    juno("Rufus!", "dog"),
  );
  const { items } = recordSuite(companion, [{ row: record, id: record.id }]);
  expect(items.map(({ id, references, slices }) => ({ id, references, told: slices?.told }))).toEqual([
    { id: "lena-3/3", references: ["Rufus!"], told: "earlier" },
  ]);
});

describe("a reply", () => {
  const { items } = recordSuite(companion, [{ row: sound, id: "lena-3" }]);
  const [ofDog, ofTown] = items;

  test.each([
    ["recalls", ofDog, "Give Rufus a pat.", [1, 1, 1]],
    ["recalls in other case", ofDog, "RUFUS!", [1, 1, 1]],
    ["recalls nothing", ofDog, "Let it sleep.", [0, 1, 1]],
    ["has the name within another", ofDog, "Rufusson is tired.", [0, 1, 1]],
    ["mixes two memories up", ofDog, "Rufus likes Oslo.", [0, 0, 1]],
    ["recalls another memory instead", ofDog, "Enjoy Oslo.", [0, 0, 1]],
    ["says what has just changed", ofTown, "So not Oslo, but Bergen.", [0, 0, 1]],
    ["knows what has just changed", ofTown, "How is Bergen?", [1, 1, 1]],
    ["leaves the role", ofDog, "As an AI I have no dog, but Rufus is nice.", [0, 1, 0]],
    ["is empty", ofDog, " ", ["unparsed", "unparsed", "unparsed"]],
  ])("that %s is judged by each scorer", async (_, item, text, expected) => {
    expect(await scoresOf(companion, item, text)).toEqual({
      remembers: expected[0],
      "no-mix-up": expected[1],
      "in-persona": expected[2],
    });
  });
});
