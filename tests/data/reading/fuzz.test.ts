import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { DataError } from "../../../src/data/errors.ts";
import { type ReadOptions, readRecords } from "../../../src/data/reading/read-records.ts";
import { zstdFrame } from "./zstd-frames.ts";

const pairs = Array.from({ length: 12 }, (_, i) => ({
  prompt: `Nr ${i}, ä?`,
  completion: `It "is" ${i}. 😀`,
}));
const json = Buffer.from(JSON.stringify(pairs));
const csv = Buffer.from(
  [
    "prompt,completion",
    ...pairs.map(({ prompt, completion }) => `"${prompt}","${completion.replaceAll('"', '""')}"`),
  ].join("\n"),
);
const jsonl = Buffer.from(pairs.map((row) => JSON.stringify(row)).join("\n"));
const parquet = Buffer.from(
  parquetWriteBuffer({
    columnData: [
      { name: "prompt", data: pairs.map(({ prompt }) => prompt), type: "STRING" },
      { name: "completion", data: pairs.map(({ completion }) => completion), type: "STRING" },
    ],
    rowGroupSize: 5,
  }),
);
const files: Record<string, Buffer> = {
  jsonl,
  json,
  csv,
  parquet,
  "jsonl.gz": gzipSync(jsonl),
  "jsonl.zst": zstdFrame([jsonl.subarray(0, 100), { byte: 32, times: 40 }, jsonl.subarray(100)]),
  "parquet.gz": gzipSync(parquet),
};

/** Rows and problems are fine, and so is an error that says what it is; anything else is a fault of the reader. */
async function rowsOrDataError(bytes: Uint8Array, options: ReadOptions = {}): Promise<void> {
  try {
    for await (const { row } of readRecords(bytes, { ...options, onProblem: () => undefined })) {
      expect("messages" in row || "input" in row).toBe(true);
    }
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    expect(error.file).toBe("<input>");
  }
}

const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom("set", "cut", "insert", "repeat", "end"),
    byte: fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0, 10, 34, 44, 91, 92, 93, 123, 125, 255),
    ),
    length: fc.integer({ min: 1, max: 40 }),
  }),
  { minLength: 1, maxLength: 4 },
);

test.each(Object.keys(files))(
  "a mutated %s gives rows or an error that is typed",
  { timeout: 120_000 },
  async (name) => {
    const whole = files[name] ?? Buffer.alloc(0);
    await rowsOrDataError(whole);
    await fc.assert(
      fc.asyncProperty(edits, async (edits) => {
        let bytes = Buffer.from(whole);
        for (const { at, kind, byte, length } of edits) {
          const place = Math.floor(at * bytes.length);
          const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
          const middle =
            kind === "insert"
              ? Buffer.alloc(length, byte)
              : kind === "repeat"
                ? after.subarray(0, length)
                : Buffer.of(byte);
          if (kind === "end") bytes = Buffer.from(before);
          else if (kind === "cut") bytes = Buffer.concat([before, after.subarray(length)]);
          else bytes = Buffer.concat([before, middle, kind === "set" ? after.subarray(1) : after]);
        }
        await rowsOrDataError(bytes);
      }),
      { numRuns: 300 },
    );
  },
);

test("bytes of chance, taken for any container, give rows or an error that is typed", async () => {
  const container = fc.constantFrom("jsonl", "json-array", "csv", "tsv", "parquet", undefined);
  const beginning = fc.constantFrom("", "[", "{", "PAR1", "\ufeff", "a,b\n", "\x1f\x8b", "\x28\xb5\x2f\xfd");
  await fc.assert(
    fc.asyncProperty(
      container,
      beginning,
      fc.uint8Array({ maxLength: 200 }),
      async (container, first, rest) => {
        const bytes = Buffer.concat([Buffer.from(first, "latin1"), rest]);
        await rowsOrDataError(bytes, container ? { container } : {});
      },
    ),
    { numRuns: 1000 },
  );
});
