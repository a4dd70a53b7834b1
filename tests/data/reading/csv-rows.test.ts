import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError } from "../../../src/data/errors.ts";
import { csvRows } from "../../../src/data/reading/csv-rows.ts";
import { type ReadLimits, resolveLimits } from "../../../src/data/reading/limits.ts";
import type { RawRow } from "../../../src/data/reading/raw-rows.ts";

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]) {
  const memory = new Uint8Array(Math.max(...sizes));
  for (let start = 0, i = 0; start < bytes.length; i++) {
    const piece = bytes.subarray(start, start + (sizes[i % sizes.length] ?? 1));
    memory.set(piece);
    yield memory.subarray(0, piece.length);
    start += piece.length;
  }
}

async function read(
  text: string | Uint8Array,
  {
    sizes = [1000],
    container = "csv",
    limits = {},
  }: { sizes?: number[]; container?: "csv" | "tsv"; limits?: ReadLimits } = {},
): Promise<RawRow[]> {
  const rows: RawRow[] = [];
  const chunks = inChunks(Buffer.from(text), sizes);
  for await (const batch of csvRows(chunks, "a.csv", container, resolveLimits(limits))) rows.push(...batch);
  return rows;
}

const quoted = (field: string) =>
  /[",\r\n]/.test(field) || field === "" || field.trim() !== field
    ? `"${field.replaceAll('"', '""')}"`
    : field;

test("records are those that were written, each with its place, under any chunks", async () => {
  const field = fc
    .array(fc.constantFrom("a", "ä", '"', ",", "\n", "\r\n", ";", "😀", " "), { maxLength: 6 })
    .map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(field, field), { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom("\n", "\r\n"),
      fc.boolean(),
      fc.boolean(),
      async (records, sizes, lineEnd, mark, blank) => {
        let text = `${mark ? "\ufeff" : ""}question,answer${lineEnd}`;
        const expected = records.map(([question, answer], i) => {
          // Empty lines are no records, but they are lines.
          if (blank && i % 2) text += lineEnd;
          const place = {
            file: "a.csv",
            row: i + 1,
            line: text.split("\n").length,
            byteOffset: Buffer.byteLength(text),
          };
          text += `${quoted(question)},${quoted(answer)}${lineEnd}`;
          return { place, value: { question, answer } };
        });
        // The parser is given the file from its first chunk on, which is its beginning as it was peeked at.
        const first = Math.max(20, ...sizes);
        expect(await read(text, { sizes: [first, ...sizes] })).toEqual(expected);
      },
    ),
    { numRuns: 300 },
  );
});

describe("what a CSV may be", () => {
  test.each<[string, string, "csv" | "tsv"]>([
    ["commas", "a,b\n1,2\n", "csv"],
    ["semicolons", "a;b\n1;2\n", "csv"],
    ["semicolons with a comma in quotes", '"a";b\n1;2\n', "csv"],
    ["tabs", "a\tb\n1\t2\n", "tsv"],
    ["no line end at its end", "a,b\n1,2", "csv"],
    ["spaces around names", " a , b\n1,2\n", "csv"],
  ])("%s", async (_, text, container) => {
    expect(await read(text, { container })).toMatchObject([{ value: { a: "1", b: "2" } }]);
  });

  test("a quote within a field is text", async () => {
    expect(await read('a,b\n5" pipe,x\n')).toMatchObject([{ value: { a: '5" pipe', b: "x" } }]);
  });
});

describe("what is wrong", () => {
  async function failure(text: string | Uint8Array, limits: ReadLimits = {}): Promise<unknown> {
    return read(text, { limits }).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  test("a column that is there twice is named", async () => {
    const error = await failure("id,prompt,answer,prompt\n1,2,3,4\n");
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({ code: "invalid_row", file: "a.csv", line: 1, field: "prompt" });
  });

  test("records with too few fields or too many, broken UTF-8 and NUL bytes are problems of their own", async () => {
    const text = Buffer.concat([
      Buffer.from('a,b\n1\n"x\ny",2\n1,2,3\n'),
      Buffer.from([0xff, 0x2c, 0x31, 0x0a]),
      Buffer.from("\ufffd,z\0\n5,6\n"),
    ]);
    expect(await read(text)).toMatchObject([
      {
        place: { row: 1, line: 2, byteOffset: 4 },
        problem: { path: "$", message: expect.stringMatching(/1 fields? under 2/) },
      },
      { place: { row: 2, line: 3, byteOffset: 6 }, value: { a: "x\ny", b: "2" } },
      {
        place: { row: 3, line: 5, byteOffset: 14 },
        problem: { message: expect.stringMatching(/3 fields under 2/) },
      },
      {
        place: { row: 4, line: 6, byteOffset: 20 },
        problem: { path: '$["a"]', message: expect.stringMatching(/UTF-8/) },
      },
      { place: { row: 5, line: 7 }, problem: { path: '$["b"]', message: expect.stringMatching(/NUL/) } },
      { place: { row: 6, line: 8 }, value: { a: "5", b: "6" } },
    ]);
  });

  test("a quote that is never closed ends it, with the line of its record", async () => {
    expect(await failure('a,b\n1,2\n3,"4\n5,6\n')).toMatchObject({ code: "damaged", line: 3, byteOffset: 8 });
    const endless = `a,b\n1,2\n3,"${"x,y\n".repeat(500_000)}`;
    expect(await failure(endless, { maxRowBytes: 100_000 })).toMatchObject({
      code: "too_large",
      line: 3,
      byteOffset: 8,
    });
  });
});
