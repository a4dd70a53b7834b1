import { mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test, vi } from "vitest";
import { DataError } from "../../../src/data/errors.ts";
import type { DataSource } from "../../../src/data/reading/open-source.ts";
import {
  type MappedReadOptions,
  type ReadOptions,
  type RowProblem,
  readRecords,
} from "../../../src/data/reading/read-records.ts";
import type { PlacedRecord } from "../../../src/data/record.ts";
import { temporaryFiles } from "../temporary-files.ts";
import { zstdFrame } from "./zstd-frames.ts";

const MIB = 1024 * 1024;
const { folder, file } = temporaryFiles("fermion-read-");

async function all(source: DataSource, options?: ReadOptions): Promise<PlacedRecord[]> {
  const records: PlacedRecord[] = [];
  for await (const record of readRecords(source, options)) records.push(record);
  return records;
}

async function failure(source: DataSource, options?: ReadOptions): Promise<DataError> {
  const error = await all(source, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof DataError) return error;
  throw new Error("It should have failed with a DataError", { cause: error });
}

const dialogue = (question: string, answer: string) => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
});
const facts = [
  ["How long is the notice?", "Thirty days."],
  ["Who pays, then?", 'The "insurer"\npays.'],
  ["Ist das möglich?", "Ja 😀"],
] as const;
const rows = facts.map(([question, answer]) => dialogue(question, answer));
const pairs = facts.map(([prompt, completion]) => ({ prompt, completion }));

function parquet(values: readonly { prompt: string; completion: string }[], rowGroupSize = 2): Buffer {
  return Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: "prompt", data: values.map(({ prompt }) => prompt), type: "STRING" },
        { name: "completion", data: values.map(({ completion }) => completion), type: "STRING" },
        { name: "id", data: values.map((_, i) => BigInt(i)), type: "INT64" },
      ],
      rowGroupSize,
    }),
  );
}

const csv = (delimiter: string) =>
  [["prompt", "completion"], ...facts]
    .map((fields) => fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(delimiter))
    .join("\r\n");

describe("every container gives the same rows", () => {
  const containers: [string, Uint8Array][] = [
    ["jsonl", Buffer.from(pairs.map((row) => `${JSON.stringify(row)}\r\n`).join("\n"))],
    ["json", Buffer.from(JSON.stringify(pairs, null, 2))],
    ["csv", Buffer.from(csv(","))],
    ["tsv", Buffer.from(csv("\t"))],
    ["parquet", parquet(pairs)],
  ];
  const compressions: [string, (bytes: Uint8Array) => Uint8Array][] = [
    ["", (bytes) => bytes],
    [".gz", (bytes) => gzipSync(bytes)],
    [".zst", (bytes) => zstdFrame([bytes.subarray(0, 40), bytes.subarray(40)])],
  ];

  test.each(
    containers.flatMap(([name, bytes]) =>
      compressions.map(([suffix, compress]) => [`${name}${suffix}`, compress(bytes)] as const),
    ),
  )("%s", async (name, content) => {
    const path = file(`same.${name}`, content);
    const records = await all(path);
    expect(records.map(({ row }) => row)).toEqual(rows);
    expect(records.map(({ place }) => [place.file, place.row])).toEqual([1, 2, 3].map((row) => [path, row]));
    // And from memory and as a stream, where Parquet has to be put aside.
    expect((await all(content)).map(({ row }) => row)).toEqual(rows);
    expect((await all(new Blob([new Uint8Array(content)]).stream())).map(({ row }) => row)).toEqual(rows);
  });

  test("what was put aside is deleted, also where it can't be read", async () => {
    const temporary = mkdtempSync(join(folder, "temporary-"));
    vi.stubEnv("TMPDIR", temporary);
    try {
      const compressed = gzipSync(parquet(pairs));
      const reading = readRecords(compressed);
      await reading.next();
      expect(readdirSync(temporary)).toHaveLength(1);
      await reading.return(undefined);
      expect(readdirSync(temporary)).toEqual([]);
      await failure(gzipSync(parquet(pairs).subarray(0, 100)));
      await failure(compressed.subarray(0, compressed.length / 2), { container: "parquet" });
      expect(readdirSync(temporary)).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("one after the other, with their places", async () => {
    const a = file("a.jsonl", `\ufeff${JSON.stringify(rows[0])}\n\n${JSON.stringify(rows[1])}`);
    const b = file("b.csv", "prompt,completion,id,group\nHi,Hello,7,x\n");
    expect(await all([a, b])).toEqual([
      { row: rows[0], place: { file: a, row: 1, line: 1, byteOffset: 3 } },
      { row: rows[1], place: { file: a, row: 2, line: 3, byteOffset: 5 + JSON.stringify(rows[0]).length } },
      {
        row: dialogue("Hi", "Hello"),
        id: "7",
        group: "x",
        place: { file: b, row: 1, line: 2, byteOffset: 27 },
      },
    ]);
  });

  test("what the zstd program wrote at its level 19, where blocks are compressed in every way", async () => {
    const records = await all(join(import.meta.dirname, "files/questions.jsonl.zst"));
    expect(records.map(({ row }) => row)).toEqual(
      Array.from({ length: 400 }, (_, i) =>
        dialogue(`Question number ${(i * 7919) % 1000}?`, `Answer ${(i * 104_729) % 9973} for ${i}`),
      ),
    );
  });

  test("rows that are there already", async () => {
    expect((await all(rows)).map(({ row }) => row)).toEqual(rows);
  });
});

describe("columns of other names", () => {
  const table = "nr,q,a,kind\n1,Hi,Hello,greeting\n2,Bye,,farewell\n";

  test("are named", async () => {
    const problems: RowProblem[] = [];
    const records = await all(Buffer.from(table), {
      map: { prompt: "q", completion: "a", id: "nr", stratum: "kind" },
      onProblem: (problem) => problems.push(problem),
    });
    expect(records).toMatchObject([{ row: dialogue("Hi", "Hello"), id: "1", stratum: "greeting" }]);
    expect(problems).toMatchObject([{ place: { row: 2, line: 3 }, path: "$.messages" }]);
  });

  test("for preferences and dialogues", async () => {
    const preferences = [{ q: "Hi", good: "Hello", bad: "What?" }];
    expect(await all(preferences, { map: { prompt: "q", chosen: "good", rejected: "bad" } })).toMatchObject([
      { row: { input: { messages: [{ role: "user", content: "Hi" }] } } },
    ]);
    expect(
      await all([{ talk: JSON.stringify(rows[0]?.messages) }], { map: { messages: "talk" } }),
    ).toMatchObject([{ row: rows[0] }]);
  });

  test("that aren't there are said", async () => {
    const error = await failure(Buffer.from(table), { map: { prompt: "question", completion: "a" } });
    expect(error).toMatchObject({ code: "invalid_row", field: '$["question"]', line: 2 });
  });

  test("are given to a function, which says what it wants", async () => {
    const options: MappedReadOptions<{ text: string }> = {
      map: ({ q, a }, { row }) => (a ? { row: { text: `${q} ${a}` }, id: `r${row}` } : null),
    };
    const records: PlacedRecord<{ text: string }>[] = [];
    for await (const record of readRecords(Buffer.from(table), options)) records.push(record);
    expect(records).toMatchObject([{ row: { text: "Hi Hello" }, id: "r1", place: { line: 2 } }]);
    const failing = readRecords(Buffer.from(table), {
      map: () => {
        throw new TypeError("no such price");
      },
    });
    await expect(failing.next()).rejects.toMatchObject({
      name: "DataError",
      line: 2,
      cause: { message: "no such price" },
    });
  });

  test("of no known meaning are named in the error", async () => {
    const error = await failure(Buffer.from(table));
    expect(error.code).toBe("unknown_format");
    expect(error.message).toContain('"nr", "q", "a", "kind"');
  });
});

describe("bad rows", () => {
  const row = JSON.stringify(rows[0]);
  const lines = Buffer.concat([
    Buffer.from(`${row}\r\n{"messages":\n`),
    Buffer.from('{"messages":[{"role":"user","content":"a'),
    Buffer.from([0xc3, 0x28]),
    Buffer.from('"}]}\n\n'),
    Buffer.from(`{"messages":[{"role":"user","content":"\\ud83d"}]}\n`),
    Buffer.from(`{"messages":\0[]}\n5\n{"messages":[]}\n${row}\n`),
  ]);

  test("are told one by one, and reading goes on", async () => {
    const problems: RowProblem[] = [];
    const records = await all(lines, { onProblem: (problem) => problems.push(problem) });
    expect(records.map(({ place }) => [place.row, place.line])).toEqual([
      [1, 1],
      [8, 9],
    ]);
    expect(problems.map(({ place, path, message }) => [place.row, place.line, path, message])).toEqual([
      [2, 2, "$", expect.stringContaining("JSON")],
      [3, 3, "$", expect.stringContaining("byte 41 of the row is no UTF-8")],
      [4, 5, "$.messages[0].content", expect.stringContaining("half a character")],
      [5, 6, "$", expect.stringContaining("NUL")],
      [6, 7, "$", expect.stringContaining("object")],
      [7, 8, "$.messages", expect.stringContaining("empty")],
    ]);
    for (const { place } of problems) {
      expect(lines.subarray(0, place.byteOffset).toString("latin1").split("\n").length).toBe(place.line);
    }
  });

  test("end it where nobody listens, and quote nothing", async () => {
    const error = await failure(Buffer.from(`${row}\n{"messages": "my secret is 1234", x}\n`));
    expect(error).toMatchObject({ code: "invalid_row", file: "<input>", line: 2, field: "$" });
    expect(error.byteOffset).toBe(Buffer.byteLength(row) + 1);
    expect(JSON.stringify([error, error.message])).not.toContain("1234");
  });
});

describe("bad files", () => {
  test("without rows", async () => {
    expect(await failure(Buffer.from("[]"))).toMatchObject({ code: "empty" });
    expect(await failure(Buffer.from("prompt,completion\n"))).toMatchObject({ code: "empty" });
    expect(await failure(file("blank.jsonl", "\n \n"))).toMatchObject({ code: "empty" });
  });

  test("a Parquet file cut anywhere is damaged", async () => {
    const whole = parquet(
      Array.from({ length: 500 }, (_, i) => ({ prompt: `Nr ${i}?`, completion: `It is ${i}.` })),
      100,
    );
    for (const share of [0.01, 0.3, 0.5, 0.9, 0.999]) {
      const path = file("half.parquet", whole.subarray(0, Math.floor(whole.length * share)));
      expect(await failure(path)).toMatchObject({ code: "damaged", file: path });
    }
  });

  test("a row group that is too large is refused before it is read", async () => {
    const error = await failure(parquet(pairs), { limits: { maxRowGroupBytes: 20 } });
    expect(error.code).toBe("too_large");
  });

  test("a line of 300 MiB is refused with little memory, and passed over where somebody listens", async () => {
    const chunk = Buffer.alloc(MIB, 97);
    let given = 0;
    const line = async function* () {
      for (given = 0; given < 300; given++) yield chunk;
      yield Buffer.from(`\n${JSON.stringify(rows[0])}\n`);
    };
    const before = process.memoryUsage().rss;
    expect(await failure(line(), { container: "jsonl" })).toMatchObject({
      code: "invalid_row",
      line: 1,
      byteOffset: 0,
    });
    expect(given).toBeLessThan(20);
    const problems: RowProblem[] = [];
    const records = await all(line(), { container: "jsonl", onProblem: (problem) => problems.push(problem) });
    expect(problems).toMatchObject([{ place: { line: 1 } }]);
    expect(records).toMatchObject([{ place: { line: 2, byteOffset: 300 * MIB + 1 } }]);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MIB);
  });
});

test("it reads no further than it is asked to, and closes what it reads", async () => {
  let given = 0;
  let closed = false;
  const endless = (async function* () {
    try {
      for (; ; given++) yield `${JSON.stringify(rows[0])}\n`.repeat(100);
    } finally {
      closed = true;
    }
  })();
  let count = 0;
  for await (const _ of readRecords(endless)) {
    if (++count === 1000) break;
  }
  expect(given).toBeLessThan(100);
  expect(closed).toBe(true);
});

test("a signal ends it between rows", async () => {
  const controller = new AbortController();
  const reading = (async () => {
    let count = 0;
    for await (const _ of readRecords(file("abort.jsonl", `${JSON.stringify(rows[0])}\n`.repeat(1000)), {
      signal: controller.signal,
    })) {
      if (++count === 5) controller.abort(new Error("enough"));
      expect(count).toBeLessThan(6);
    }
  })();
  await expect(reading).rejects.toThrow("enough");
});
