import { describe, expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import { defineVertical, type Vertical, VerticalError } from "../../src/verticals.ts";

const schema = z.object({ id: z.string(), topic: z.string(), note: z.string().default("") });
type Note = z.output<typeof schema>;

const says = {
  name: "says",
  options: {},
  score: () => ({ kind: "scored", value: 1 }) as const,
};

const minimal = {
  name: "notes",
  description: "Notes.",
  schema,
  id: (record: Note) => record.id,
  group: (record: Note) => record.topic,
  dialogues: (record: Note) => [
    {
      messages: [
        { role: "user" as const, content: "?" },
        { role: "assistant" as const, content: record.note },
      ],
    },
  ],
  items: (record: Note) => [
    { id: record.id, input: [{ role: "user" as const, content: "?" }], references: [record.note] },
  ],
  scorers: [says],
  primary: "says",
};

describe("defineVertical", () => {
  test("gives what was left out its defaults, and freezes all", () => {
    const vertical = defineVertical(minimal);
    expect(vertical).toMatchObject({
      version: "1",
      sampling: { temperature: 0, maxCompletionTokens: 256 },
      hyperparameters: {},
      split: { validation: 0.1, evaluation: 0.2 },
    });
    expect(vertical.check({ id: "1", topic: "a", note: "" })).toEqual([]);
    for (const part of [
      vertical,
      vertical.scorers,
      vertical.sampling,
      vertical.hyperparameters,
      vertical.split,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  test("takes the type of a record from the schema", () => {
    const vertical = defineVertical({
      ...minimal,
      schema: z.object({ id: z.string(), amount: z.number().transform(String) }),
      id: (record) => {
        expectTypeOf(record).toEqualTypeOf<{ id: string; amount: string }>();
        return record.id;
      },
      group: (record) => record.amount,
      dialogues: () => [],
      items: () => [],
    });
    expectTypeOf(vertical).toEqualTypeOf<Vertical<{ id: string; amount: string }>>();
  });

  test("doesn't change with what it was made of", () => {
    const scorers = [says];
    const vertical = defineVertical({ ...minimal, scorers });
    scorers.push({ ...says, name: "more" });
    expect(vertical.scorers).toHaveLength(1);
  });

  test.each<[string, string, object]>([
    ["a name with a space", "name", { name: "my notes" }],
    ["an empty description", "description", { description: "" }],
    ["a schema that is none", "schema", { schema: { type: "object" } }],
    ["no function where one belongs", "dialogues", { dialogues: [] }],
    ["a function that is missing", "group", { group: undefined }],
    ["no scorers", "scorers", { scorers: [] }],
    ["a scorer that scores nothing", "scorers.0.score", { scorers: [{ name: "says", options: {} }] }],
    ["two scorers of one name", "scorers", { scorers: [says, says] }],
    ["a primary scorer that isn't there", "primary", { primary: "is-right" }],
    ["a share of more than all", "split.evaluation", { split: { validation: 0.1, evaluation: 20 } }],
    ["shares that leave nothing", "split", { split: { validation: 0.5, evaluation: 0.5 } }],
    [
      "no tokens to answer with",
      "sampling.maxCompletionTokens",
      { sampling: { temperature: 0, maxCompletionTokens: 0 } },
    ],
    ["a hyperparameter that there isn't", "hyperparameters", { hyperparameters: { epochs: 3 } }],
    ["a field that there isn't", "scorer", { scorer: says }],
  ])("refuses %s, and names it", (_, field, wrong) => {
    const define = () => defineVertical({ ...minimal, ...wrong });
    expect(define).toThrow(VerticalError);
    expect(define).toThrow(expect.objectContaining({ code: "invalid_definition", field }));
    expect(define).toThrow(`"${field}"`);
  });
});
