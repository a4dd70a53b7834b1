import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  checkRecords,
  defineVertical,
  prepareRecords,
  recordDialogues,
  recordSuite,
  type VerticalDefinition,
} from "../../src/verticals.ts";
import { first } from "./judged.ts";

const schema = z.object({ id: z.string(), shelf: z.string(), says: z.array(z.string()).default([]) });
type Book = z.output<typeof schema>;

function books(changes: Partial<VerticalDefinition<Book>> = {}) {
  return defineVertical<Book>({
    name: "books",
    description: "Books.",
    schema,
    id: ({ id }) => id,
    group: ({ shelf }) => shelf,
    check: ({ says }) =>
      says.flatMap((text, index) =>
        text === "?"
          ? [
              {
                rule: "unread",
                severity: "warning",
                path: `$.says[${index}]`,
                message: "It isn't read.",
                remedy: "Read it.",
              },
            ]
          : [],
      ),
    dialogues: ({ says }) =>
      says.map((content) => ({
        messages: [
          { role: "user", content: "What does it say?" },
          { role: "assistant", content },
        ],
      })),
    items: ({ id, says }) =>
      says.length === 0
        ? []
        : [{ id, input: [{ role: "user", content: "What does it say?" }], references: says }],
    scorers: [{ name: "right", options: {}, score: () => ({ kind: "scored", value: 1 }) }],
    primary: "right",
    ...changes,
  });
}

describe("prepareRecords", () => {
  test("gives sound records their keys and defaults, and names all that is wrong with the others", async () => {
    const rows = [
      { id: "a", shelf: "1", says: ["Yes."] },
      { id: "b", shelf: 2, says: ["Yes.", 7] },
      { id: "a", shelf: "1" },
      { id: "c", shelf: "2" },
    ];
    const { records, findings, total, leftOut } = await prepareRecords(books(), rows, {
      file: "books.jsonl",
    });
    expect({ total, leftOut }).toEqual({ total: 4, leftOut: 2 });
    expect(records).toEqual([
      { row: rows[0], id: "a", group: "1" },
      { row: { ...rows[3], says: [] }, id: "c", group: "2" },
    ]);
    expect(findings.map(({ rule, path, place }) => [rule, path, place.row])).toEqual([
      ["record-shape", "$.shelf", 2],
      ["record-shape", "$.says[1]", 2],
      ["repeated-id", "$", 3],
    ]);
    expect(findings[2]?.related).toEqual([expect.objectContaining({ file: "books.jsonl", row: 1 })]);
  });

  test("leaves no record out for a warning", async () => {
    const { records, findings } = await prepareRecords(books(), [{ id: "a", shelf: "1", says: ["?"] }]);
    expect(records).toHaveLength(1);
    expect(findings).toEqual([expect.objectContaining({ rule: "unread", path: "$.says[0]" })]);
  });

  test("reads a stream record by record, and no further than it is asked to", async () => {
    let read = 0;
    async function* endless() {
      for (;;) yield { id: String(++read), shelf: "1" };
    }
    for await (const { record } of checkRecords(books(), endless())) {
      if (record?.id === "3") break;
    }
    expect(read).toBe(3);
  });

  test("ends with the signal's reason", async () => {
    const reason = new Error("enough");
    const rows = [{ id: "a", shelf: "1" }];
    const preparing = prepareRecords(books(), rows, { signal: AbortSignal.abort(reason) });
    await expect(preparing).rejects.toBe(reason);
  });

  test("names the function and the record where the vertical itself is at fault", async () => {
    const rows = [
      { id: "a", shelf: "1" },
      { id: "b", shelf: "" },
    ];
    await expect(prepareRecords(books(), rows)).rejects.toMatchObject({
      code: "invalid_key",
      field: "group",
      record: 2,
    });
    const cause = new Error("no such shelf");
    const check = () => {
      throw cause;
    };
    await expect(prepareRecords(books({ check }), rows)).rejects.toMatchObject({
      code: "threw",
      field: "check",
      record: 1,
      cause,
    });
  });
});

describe("recordDialogues", () => {
  const dialoguesOf = (says: string[]) =>
    recordDialogues(books(), { row: { id: "a", shelf: "1", says }, id: "a", group: "1" });

  test("numbers the dialogues of a record that has several, and keeps its group", () => {
    expect(dialoguesOf(["One."]).map(({ id, group }) => [id, group])).toEqual([["a", "1"]]);
    expect(dialoguesOf(["One.", "Two."]).map(({ id, group }) => [id, group])).toEqual([
      ["a#1", "1"],
      ["a#2", "1"],
    ]);
  });

  test("refuses one that can't be trained on, and says where", () => {
    const vertical = books({ dialogues: () => [{ messages: [] }] });
    const row = { id: "a", shelf: "1", says: [] };
    expect(() => recordDialogues(vertical, { row, id: "a" })).toThrow(
      expect.objectContaining({ code: "invalid_dialogue", message: expect.stringContaining('"messages"') }),
    );
  });
});

describe("recordSuite", () => {
  const record = { row: { id: "a", shelf: "1", says: ["Yes."] }, id: "a", group: "1" };

  test("clusters items by the record's group, unless they have one of their own", () => {
    const { name, items } = recordSuite(books(), [record]);
    expect({ name, group: first(items).group }).toEqual({ name: "books", group: "1" });
    const grouped = books({
      items: ({ id }) => [{ id, input: [{ role: "user", content: "?" }], references: [], group: "own" }],
    });
    expect(first(recordSuite(grouped, [record]).items).group).toBe("own");
  });

  test("is none where nothing can be asked", () => {
    const silent = { row: { id: "a", shelf: "1", says: [] }, id: "a", group: "1" };
    for (const records of [[], [silent]]) {
      expect(() => recordSuite(books(), records)).toThrow(
        expect.objectContaining({ code: "invalid_item", field: "items" }),
      );
    }
  });
});
