import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { lengthBand } from "../../src/evals.ts";
import { defineVertical, prepareRecords, recordSuite, VerticalError } from "../../src/verticals.ts";

const directory = mkdtempSync(join(tmpdir(), "fermion-records-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const notes = defineVertical({
  name: "notes",
  description: "Notes.",
  schema: z.object({ id: z.string(), topic: z.string(), note: z.string() }),
  id: ({ id }) => id,
  group: ({ topic }) => topic,
  dialogues: ({ note }) => [
    {
      messages: [
        { role: "user", content: "?" },
        { role: "assistant", content: note },
      ],
    },
  ],
  items: ({ id, note }) => [{ id, input: [{ role: "user", content: "?" }], references: [note] }],
  scorers: [lengthBand()],
  primary: "length-band",
});
const note = (id: string) => ({ id, topic: "hail", note: "nine days" });

describe("records from files", () => {
  const one = join(directory, "1.jsonl");
  const two = join(directory, "2.jsonl");
  writeFileSync(one, `${JSON.stringify(note("a"))}\n\n${JSON.stringify({ ...note("b"), note: 9 })}\n`);
  writeFileSync(two, `${JSON.stringify(note("c"))}\n${JSON.stringify(note("a"))}\n`);

  test("are read by path, and findings have the line", async () => {
    const { records, findings, leftOut } = await prepareRecords(notes, one);
    expect(records).toEqual([{ row: note("a"), id: "a", group: "hail" }]);
    expect(leftOut).toBe(1);
    expect(findings).toMatchObject([
      { rule: "record-shape", path: "$.note", place: { file: one, row: 2, line: 3 } },
    ]);
  });

  test("are one data set, whichever file they are in: an id comes once", async () => {
    const { records, findings } = await prepareRecords(notes, join(directory, "*.jsonl"));
    expect(records.map(({ id }) => id)).toEqual(["a", "c"]);
    expect(findings.at(-1)).toMatchObject({
      rule: "repeated-id",
      place: { file: two, line: 2 },
      related: [{ file: one, row: 1, line: 1 }],
    });
  });

  test("a file that isn't there is said to be missing", async () => {
    await expect(prepareRecords(notes, join(directory, "none.jsonl"))).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("records that were read already", () => {
  test("are counted, and named as the caller says", async () => {
    const { total, findings } = await prepareRecords(notes, [note("a"), note("a")], { file: "crm" });
    expect(total).toBe(2);
    expect(findings).toMatchObject([{ place: { file: "crm", row: 2 }, related: [{ file: "crm", row: 1 }] }]);
  });
});

describe("a suite of records", () => {
  test("has their groups, and says whose items() threw", async () => {
    const { records } = await prepareRecords(notes, [note("a")]);
    expect(recordSuite(notes, records).items).toMatchObject([{ id: "a", group: "hail" }]);
    const broken = { ...notes, items: () => [].concat(JSON.parse("{")) };
    expect(() => recordSuite(broken, records)).toThrow(VerticalError);
    expect(() => recordSuite(broken, records)).toThrow(
      expect.objectContaining({ code: "threw", field: "items" }),
    );
    expect(() => recordSuite(notes, [])).toThrow(expect.objectContaining({ code: "invalid_item" }));
  });
});
