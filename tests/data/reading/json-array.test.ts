import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError } from "../../../src/data/errors.ts";
import { jsonArray } from "../../../src/data/reading/json-array.ts";
import { resolveLimits } from "../../../src/data/reading/limits.ts";
import type { RawRow } from "../../../src/data/reading/raw-rows.ts";

const encoder = new TextEncoder();

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]) {
  const memory = new Uint8Array(Math.max(...sizes));
  for (let start = 0, i = 0; start < bytes.length; i++) {
    const piece = bytes.subarray(start, start + (sizes[i % sizes.length] ?? 1));
    memory.set(piece);
    yield memory.subarray(0, piece.length);
    start += piece.length;
  }
}

async function read(text: string | Uint8Array, sizes: readonly number[], maxRowBytes?: number) {
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  const limits = resolveLimits(maxRowBytes === undefined ? {} : { maxRowBytes });
  const rows: RawRow[] = [];
  let error: unknown;
  try {
    for await (const batch of jsonArray(inChunks(bytes, sizes), "a.json", limits)) rows.push(...batch);
  } catch (thrown) {
    error = thrown;
  }
  return { rows, error };
}

const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 });
const indent = fc.constantFrom(undefined, 2, "\t");
/** JSON with half characters is refused, as it should be, so there are none in what is to be read. */
const whole = fc
  .array(fc.jsonValue(), { maxLength: 8 })
  .filter((values) => !/\\ud[89a-f]/i.test(JSON.stringify(values)));

test("elements are those of JSON.parse, each with its place, under any chunks", async () => {
  await fc.assert(
    fc.asyncProperty(whole, indent, sizes, fc.boolean(), async (values, space, sizes, mark) => {
      const text = `${mark ? "\ufeff" : ""}${JSON.stringify(values, null, space)}`;
      const { rows, error } = await read(text, sizes);
      expect(error).toBeUndefined();
      expect(rows.map((row) => ("value" in row ? row.value : row))).toEqual(
        JSON.parse(JSON.stringify(values)),
      );
      const bytes = Buffer.from(text);
      for (const { place } of rows) {
        const before = bytes.subarray(0, place.byteOffset);
        expect(before.toString().split("\n").length).toBe(place.line);
        // An element begins where it is said to: what comes before it is no part of it.
        expect(before.toString().trimEnd()).toMatch(/[[,]$/);
      }
    }),
    { numRuns: 300 },
  );
});

test("what JSON.parse refuses is never taken for right", async () => {
  await fc.assert(
    fc.asyncProperty(
      whole,
      sizes,
      fc.nat(),
      fc.constantFrom("", ",", "]", "[", "{", "}", '"', "1", "\\", "x"),
      async (values, sizes, at, put) => {
        const text = JSON.stringify(values);
        const position = at % (text.length + 1);
        const mutated = text.slice(0, position) + put + text.slice(put === "" ? position + 1 : position);
        let expected: unknown;
        try {
          expected = JSON.parse(mutated);
        } catch {
          expected = undefined;
        }
        const { rows, error } = await read(mutated, sizes);
        const problems = rows.filter((row) => "problem" in row);
        if (Array.isArray(expected)) {
          expect({ error, problems }).toEqual({ error: undefined, problems: [] });
          expect(rows.map((row) => ("value" in row ? row.value : row))).toEqual(expected);
        } else {
          expect(error !== undefined || problems.length > 0).toBe(true);
          if (error !== undefined) expect(error).toBeInstanceOf(DataError);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

describe("what is wrong", () => {
  test.each<[string, string, object]>([
    ["no array", '{"a":1}', { code: "unknown_format", line: 1, byteOffset: 0 }],
    ["an array that was cut", '[\n{"a":1},\n{"a"', { code: "damaged", line: 3, byteOffset: 15 }],
    ["an array that was cut between elements", '[{"a":1},', { code: "damaged" }],
    ["something after it", '[{"a":1}]\n{"a":2}', { code: "damaged", line: 2, byteOffset: 10 }],
  ])("%s is thrown", async (_, text, error) => {
    expect((await read(text, [5])).error).toMatchObject({ file: "a.json", ...error });
  });

  test("in an element is a problem of it alone", async () => {
    const { rows, error } = await read(
      '[{"a":1},\n{"a":x},,\n{"a":"\\ud800"},{"b":[1}]},{"a":"\0"},{"a":4}]',
      [3],
    );
    expect(error).toBeUndefined();
    expect(rows).toMatchObject([
      { place: { row: 1, line: 1, byteOffset: 1 }, value: { a: 1 } },
      { place: { row: 2, line: 2, byteOffset: 10 }, problem: { path: "$" } },
      { place: { row: 3, line: 2, byteOffset: 18 }, problem: { path: "$" } },
      {
        place: { row: 4, line: 3, byteOffset: 20 },
        problem: { path: "$.a", message: expect.stringMatching(/half a character/) },
      },
      { place: { row: 5 }, problem: { path: "$" } },
      { place: { row: 6 }, problem: { message: expect.stringMatching(/NUL/) } },
      { place: { row: 7 }, value: { a: 4 } },
    ]);
  });

  test("broken UTF-8 is said to the byte", async () => {
    const text = Buffer.concat([Buffer.from('[{"a":"ä'), Buffer.from([0xff]), Buffer.from('b"},{"a":1}]')]);
    expect((await read(text, [100])).rows).toMatchObject([
      { problem: { message: expect.stringMatching(/byte 9 of the row/) } },
      { value: { a: 1 } },
    ]);
  });

  test("an element that is too long is said at once, and what follows it is read", async () => {
    let given = 0;
    const chunk = encoder.encode("x".repeat(1024 * 1024));
    const endless = (async function* () {
      yield encoder.encode('[1,{"a":"');
      for (; given < 200; given++) yield chunk;
      yield encoder.encode('"},2]');
    })();
    const rows: RawRow[] = [];
    const before = process.memoryUsage().rss;
    for await (const batch of jsonArray(endless, "a.json", resolveLimits({ maxRowBytes: 3 * 1024 * 1024 }))) {
      rows.push(...batch);
      if (rows.length === 2) expect(given).toBeLessThan(5);
    }
    expect(rows).toMatchObject([
      { value: 1 },
      {
        place: { row: 2, line: 1, byteOffset: 3 },
        problem: { message: expect.stringMatching(/longer than 3 MiB/) },
      },
      { place: { row: 3 }, value: 2 },
    ]);
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024);
  });
});
