import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type CheckOptions, check, DataError, type DataSource, readRecords } from "../../src/data.ts";
import { temporaryFiles } from "./temporary-files.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const row = '{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}\n';
const isRoot = process.getuid?.() === 0;
const { folder, file } = temporaryFiles("fermion-bad-");

/** A file that has so many bytes and takes nearly none on disk; behind its beginning it has NUL bytes alone. */
function sparse(name: string, beginning: string, size: number): string {
  const path = file(name, beginning);
  truncateSync(path, size);
  return path;
}

async function readAll(source: DataSource, { map, shape: _, ...options }: CheckOptions = {}): Promise<void> {
  const records =
    typeof map === "function" ? readRecords(source, { ...options, map }) : readRecords(source, options);
  for await (const _ of records);
}

/** How reading rows and checking them ends: the same, whatever is wrong with the source. */
const ways: [string, (source: DataSource, options?: CheckOptions) => Promise<unknown>][] = [
  ["check", check],
  ["readRecords", readAll],
];

async function failure(action: Promise<unknown>): Promise<DataError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof DataError) return error;
  throw new Error("It should have failed with a DataError", { cause: error });
}

/** By how much the memory of this process grows at most while something is done, in bytes. */
async function growth(action: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage().rss;
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss - before);
  }, 20);
  try {
    await action();
  } finally {
    clearInterval(watch);
  }
  return most;
}

describe.each(ways)("%s: what can't be read is a typed error that says where", (_, read) => {
  test("no such file, nothing that matches, a directory, nothing at all", async () => {
    const missing = join(folder, "missing.jsonl");
    expect(await failure(read(missing))).toMatchObject({ code: "not_found", file: missing });
    const pattern = join(folder, "*.nothing");
    const nothing = await failure(read(pattern));
    expect(nothing).toMatchObject({ code: "no_match", file: pattern });
    expect(nothing.message).toContain(pattern);
    const directory = await failure(read(folder));
    expect(directory).toMatchObject({ code: "not_a_file", file: folder });
    expect(directory.message).toContain("*.jsonl");
    expect(await failure(read([]))).toMatchObject({ code: "empty" });
    expect(await failure(read(""))).toMatchObject({ code: "invalid_option" });
  });

  test("links in a circle", async () => {
    const loop = join(folder, "loop");
    mkdirSync(loop, { recursive: true });
    const [a, b] = [join(loop, "a.jsonl"), join(loop, "b.jsonl")];
    rmSync(a, { force: true });
    rmSync(b, { force: true });
    symlinkSync(a, b);
    symlinkSync(b, a);
    expect(await failure(read(a))).toMatchObject({ code: "link_loop", file: a });
    expect(await failure(read(join(loop, "*.jsonl")))).toMatchObject({ code: "no_match" });
  });

  test("a device without an end, which is given up at a limit, or at once where it can't be told what it is", async () => {
    expect(await failure(read("/dev/zero"))).toMatchObject({ code: "unknown_format", file: "/dev/zero" });
    const limits = { maxBytes: 32 * MIB, maxRowBytes: GIB };
    const error = await failure(read("/dev/zero", { container: "jsonl", limits }));
    expect(error).toMatchObject({ code: "too_large", file: "/dev/zero" });
    expect(error.byteOffset).toBeLessThanOrEqual(32 * MIB);
    expect(await failure(read("/dev/null"))).toMatchObject({ code: "empty" });
  });

  test("a pipe that nobody writes to waits until it is aborted", async () => {
    const path = join(folder, `pipe-${Math.random()}`);
    execFileSync("mkfifo", [path]);
    await expect(read(path, { signal: AbortSignal.timeout(100) })).rejects.toThrow(/abort|timeout/i);
    // Somebody has to open it, or opening it waits for ever.
    await (await open(path, "r+")).close();
  });

  test("a file that gets shorter while it is read", async () => {
    const path = file("shrinking.jsonl", row.repeat(100_000));
    const error = await failure(
      read(path, {
        threads: 0,
        map: (columns, place) => {
          if (place.row === 1) truncateSync(path, row.length);
          return { row: columns };
        },
      }),
    );
    expect(error).toMatchObject({ code: "unreadable", file: path });
    expect(error.message).toContain("shorter");
  });

  test.skipIf(isRoot)("a file that this user may not read", async () => {
    const path = file("secret.jsonl", row);
    chmodSync(path, 0);
    const error = await failure(read(path));
    expect(error).toMatchObject({ code: "unreadable", file: path });
    expect(error.message).toContain("chmod");
  });

  test("half a character in a stream of text", async () => {
    const source = (async function* () {
      yield row;
      yield '{"messages":"\ud83d';
      yield '"}\n';
    })();
    expect(await failure(read(source))).toMatchObject({ code: "unreadable", byteOffset: row.length + 13 });
  });

  test("a gzip bomb, with little memory", async () => {
    const path = file(
      "bomb.jsonl.gz",
      gzipSync(Buffer.concat([Buffer.from(row), Buffer.alloc(300 * MIB, 32)])),
    );
    const limits = { maxRowBytes: 400 * MIB };
    let error: DataError | undefined;
    const grown = await growth(async () => {
      // Where its line may be as long as the bomb, how far it expands ends it.
      error = await failure(read(path, { limits }));
    });
    expect(error).toMatchObject({ code: "too_large", file: path });
    expect(error?.byteOffset).toBeLessThan(80 * MIB);
    expect(grown).toBeLessThan(250 * MIB);
  });
});

describe("a line without an end", () => {
  test("of 10 GiB is refused by readRecords as soon as it is too long", async () => {
    const path = sparse("ten.jsonl", row, 10 * GIB);
    let error: DataError | undefined;
    const grown = await growth(async () => {
      error = await failure(readAll(path));
    });
    expect(error).toMatchObject({ code: "invalid_row", file: path, line: 2, byteOffset: row.length });
    expect(grown).toBeLessThan(100 * MIB);
  });

  test("is a finding of check, which reads on to its end, with little memory", {
    timeout: 240_000,
  }, async () => {
    // Checking takes the checksum of each byte: 10 GiB are as much work as five of these, and no more memory.
    const path = sparse("two.jsonl", row.repeat(12), 2 * GIB);
    const places: unknown[] = [];
    const grown = await growth(async () => {
      const { findings, files } = await check(path, { rules: { duplicate: "off" } });
      places.push(
        ...findings.map(({ rule, place }) => ({ rule, line: place.line, byteOffset: place.byteOffset })),
      );
      expect(files[0]?.bytes).toBe(2 * GIB);
    });
    expect(places).toEqual([{ rule: "line-too-long", line: 13, byteOffset: 12 * row.length }]);
    expect(grown).toBeLessThan(120 * MIB);
  });

  test("in a JSON array and in a CSV is refused with its place", async () => {
    const array = sparse("ten.json", `[${row},"`, 10 * GIB);
    const element = await failure(readAll(array));
    expect(element).toMatchObject({ code: "invalid_row", line: 2, byteOffset: row.length + 2 });
    const table = sparse("ten.csv", 'prompt,completion\nHi,"', 10 * GIB);
    expect(await failure(check(table))).toMatchObject({ code: "too_large", line: 2, byteOffset: 18 });
  });
});

test("rows that are given as objects may hold anything", async () => {
  const circular: Record<string, unknown> = { role: "user" };
  circular.content = circular;
  const calls = [{ id: "a", type: "function", function: { name: "f", arguments: "{}" }, more: circular }];
  const rows = [
    { messages: [circular, { role: "assistant", content: "Hello" }] },
    {
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", tool_calls: calls },
      ],
    },
    {
      messages: [
        { role: "user", content: 5n },
        { role: "assistant", content: Symbol("Hello") },
      ],
    },
    { messages: new Map() },
    Object.create(null),
  ];
  const { findings } = await check(rows, { rules: { "too-few-rows": "off" } });
  expect(findings.map(({ rule, place, path }) => `${place.row} ${rule} ${path}`)).toEqual([
    "1 invalid-content $.messages[0].content",
    "2 invalid-field $",
    "3 invalid-content $.messages[0].content",
    "3 invalid-content $.messages[1].content",
    "4 missing-messages $.messages",
    "5 missing-messages $.messages",
  ]);
});
