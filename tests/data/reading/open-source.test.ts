import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { DataError } from "../../../src/data/errors.ts";
import { type DataSource, type OpenOptions, openSource } from "../../../src/data/reading/open-source.ts";
import { temporaryFiles } from "../temporary-files.ts";
import { zstdFrame } from "./zstd-frames.ts";

const MIB = 1024 * 1024;
const row = '{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}\n';
const { folder, file } = temporaryFiles("fermion-open-");

async function read(source: DataSource, options?: OpenOptions) {
  const files: { file: string; container: string; compression: string; text: string }[] = [];
  for await (const opened of openSource(source, options)) {
    const chunks: Buffer[] = [];
    for await (const chunk of opened.bytes) chunks.push(Buffer.from(chunk));
    files.push({
      file: opened.file,
      container: opened.container,
      compression: opened.compression,
      text: Buffer.concat(chunks).toString(),
    });
  }
  return files;
}

async function failure(action: Promise<unknown>): Promise<DataError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof DataError) return error;
  throw new Error("It should have failed with a DataError", { cause: error });
}

async function drained(source: DataSource, options?: OpenOptions): Promise<number> {
  let length = 0;
  for await (const opened of openSource(source, options)) {
    for await (const chunk of opened.bytes) length += chunk.length;
  }
  return length;
}

describe("what can be opened", () => {
  const halves = async function* () {
    yield '{"a":"\ud83d';
    yield '\ude00"}\n';
  };
  const objects = async function* () {
    yield { a: 1 };
    yield { a: "ä" };
  };

  test.each<[string, () => DataSource, string, string]>([
    ["a path", () => file("a.jsonl", row), "a.jsonl", row],
    ["a URL", () => pathToFileURL(file("b c.jsonl", row)), "b c.jsonl", row],
    ["bytes", () => Buffer.from(row), "<input>", row],
    ["a blob", () => new Blob([row]), "<input>", row],
    ["a file with a name", () => new File([row], "picked.jsonl"), "picked.jsonl", row],
    ["a web stream", () => new Blob([row]).stream(), "<input>", row],
    ["text in halves of a character", halves, "<input>", '{"a":"😀"}\n'],
    ["rows", objects, "<input>", '{"a":1}\n{"a":"ä"}\n'],
    ["an array of rows", () => [{ a: 1 }], "<input>", '{"a":1}\n'],
  ])("%s", async (_, source, name, text) => {
    const [opened] = await read(source());
    expect(opened?.file.endsWith(name)).toBe(true);
    expect(opened).toMatchObject({ container: "jsonl", compression: "none", text });
  });

  test("a pipe", async () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    const writing = open(path, "w").then(async (handle) => {
      await handle.writeFile(row.repeat(10_000));
      await handle.close();
    });
    expect(await read(path)).toMatchObject([{ file: path, text: row.repeat(10_000) }]);
    await writing;
  });

  test("several, and what matches a pattern, in order", async () => {
    mkdirSync(join(folder, "many/deep"), { recursive: true });
    const [b, a] = [file("many/b.jsonl", row), file("many/a.jsonl", row)];
    const deep = file("many/deep/c.jsonl.gz", gzipSync(row));
    expect((await read([b, a])).map((opened) => opened.file)).toEqual([b, a]);
    expect((await read(join(folder, "many/**/*.jsonl*"))).map((opened) => opened.file)).toEqual([a, b, deep]);
    // A name with the characters of patterns is a name where there is such a file.
    const named = file("many/[1].jsonl", row);
    expect(await read(named)).toMatchObject([{ file: named }]);
    expect((await failure(read(join(folder, "many/[2].jsonl")))).code).toBe("no_match");
    expect((await failure(read(join(folder, "many/*.jsonl"), { glob: false }))).code).toBe("not_found");
  });

  test("gzip and zstd are known by their bytes, whatever the name", async () => {
    const gzip = file("gzip.jsonl", Buffer.concat([gzipSync(row), gzipSync(row)]));
    const zstd = file(
      "zstd.txt",
      Buffer.concat([
        zstdFrame([Buffer.from(row), { byte: 32, times: 5 }]),
        Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]),
        zstdFrame([Buffer.from("\n")]),
      ]),
    );
    expect(await read([gzip, zstd])).toMatchObject([
      { compression: "gzip", container: "jsonl", text: row + row },
      { compression: "zstd", container: "jsonl", text: `${row}     \n` },
    ]);
  });

  test.each([
    ['[{"a":1}]', "json-array"],
    ['\ufeff \n [{"a":1}]', "json-array"],
    ['{"a":1}', "jsonl"],
    ["question,answer\n1,2\n", "csv"],
    ["question;answer\n1;2\n", "csv"],
    ["question\tanswer, if any\n1\t2\n", "tsv"],
    ["PAR1 and more", "parquet"],
  ])("%j is told to be %s", async (text, container) => {
    expect(await read(Buffer.from(text))).toMatchObject([{ container }]);
  });
});

describe("what can't be opened is a typed error", () => {
  test("no such file, a directory, nothing that matches, a link that leads to itself", async () => {
    mkdirSync(join(folder, "loop"));
    symlinkSync(join(folder, "loop/link.jsonl"), join(folder, "loop/link.jsonl"));
    const missing = join(folder, "missing.jsonl");
    expect(await failure(read(missing))).toMatchObject({ code: "not_found", file: missing });
    expect(await failure(read(folder))).toMatchObject({ code: "not_a_file", file: folder });
    expect(await failure(read(`${folder}/*.nothing`))).toMatchObject({ code: "no_match" });
    expect(await failure(read(join(folder, "loop/link.jsonl")))).toMatchObject({ code: "link_loop" });
    expect(await failure(read(join(folder, "loop/*.jsonl")))).toMatchObject({ code: "no_match" });
    expect(await failure(read(new URL("http://example.com/a.jsonl")))).toMatchObject({
      code: "invalid_option",
    });
    expect(await failure(read([]))).toMatchObject({ code: "empty" });
  });

  test("a missing file is said before any other is read", async () => {
    const files = openSource([file("there.jsonl", row), join(folder, "missing.jsonl")]);
    expect(await failure(files.next())).toMatchObject({ code: "not_found" });
  });

  test("folders that are linked in a circle are gone through once", async () => {
    mkdirSync(join(folder, "circle/inner"), { recursive: true });
    const path = file("circle/inner/a.jsonl", row);
    symlinkSync(join(folder, "circle"), join(folder, "circle/inner/back"));
    symlinkSync(join(folder, "circle"), join(folder, "circle/inner/back.jsonl"));
    const elsewhere = file("circle/elsewhere", row);
    symlinkSync(elsewhere, join(folder, "circle/inner/b.jsonl"));
    const found = await read(join(folder, "circle/**/*.jsonl"));
    expect(found.map((opened) => opened.file)).toEqual([path, join(folder, "circle/inner/b.jsonl")]);
  });

  test.each([
    ["nothing", ""],
    ["a byte-order mark alone", "\ufeff"],
    ["nothing, compressed", gzipSync("")],
  ])("%s", async (_, content) => {
    expect(await failure(read(file("nothing.jsonl", content)))).toMatchObject({ code: "empty" });
  });

  test("UTF-16", async () => {
    const error = await failure(read(file("wide.jsonl", Buffer.from(`\ufeff${row}`, "utf16le"))));
    expect(error).toMatchObject({ code: "unreadable", line: 1, byteOffset: 0 });
    expect(error.message).toContain("UTF-16");
  });

  test("half a character in text", async () => {
    const source = (async function* () {
      yield "ab\ud800cd";
    })();
    expect(await failure(read(source))).toMatchObject({ code: "unreadable", file: "<input>" });
  });

  test("what is neither JSON nor columns", async () => {
    expect(await failure(read(Buffer.from("just words\nand more")))).toMatchObject({
      code: "unknown_format",
    });
  });

  test("an abort ends it, also while it waits", async () => {
    const controller = new AbortController();
    const waiting = (async function* () {
      yield Buffer.from(row);
      await new Promise<void>((resolve) => {
        controller.abort(new Error("enough"));
        setTimeout(resolve, 1e8).unref();
      });
      yield Buffer.from(row);
    })();
    await expect(drained(waiting, { signal: controller.signal })).rejects.toThrow("enough");
  });
});

describe("compressed files that are wrong", () => {
  const text = row.repeat(5000);
  const noise = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i * 31 + (i >> 3)) % 251));

  test.each([
    ["gzip", gzipSync(Buffer.concat([Buffer.from(text), noise]))],
    ["zstd", zstdFrame([Buffer.from(text.slice(0, 100_000)), { byte: 10, times: 1000 }, noise])],
  ])("%s, cut anywhere", async (compression, whole) => {
    for (const share of [0.1, 0.5, 0.9, 1 - 1 / whole.length]) {
      const half = whole.subarray(0, Math.floor(whole.length * share));
      const error = await failure(drained(file("half", half), { container: "jsonl" }));
      expect(error).toMatchObject({ code: "damaged", file: join(folder, "half") });
      expect(error.byteOffset).toBeTypeOf("number");
      expect(error.message).toContain(compression);
    }
  });

  test("gzip with a wrong checksum, and bytes that are none", async () => {
    const wrong = gzipSync(text);
    wrong.writeUInt32LE(1, wrong.length - 8);
    expect(await failure(drained(wrong))).toMatchObject({ code: "damaged" });
    expect(await failure(drained(Buffer.from([0x1f, 0x8b, 9, 9, 9, 9])))).toMatchObject({ code: "damaged" });
    expect(await failure(drained(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 9, 9, 9, 9])))).toBeInstanceOf(
      DataError,
    );
  });

  test.each<[string, () => Uint8Array]>([
    // 300 MiB of spaces, compressed twice over would be a file of some KB.
    ["gzip", () => gzipSync(Buffer.alloc(300 * MIB, 32))],
    ["zstd", () => zstdFrame(Array.from({ length: 80_000 }, () => ({ byte: 32, times: 131_072 })))],
  ])("a bomb of %s is given up, with little memory", async (_, make) => {
    const bomb = make();
    const before = process.memoryUsage().rss;
    const error = await failure(drained(bomb, { container: "jsonl" }));
    expect(error).toMatchObject({ code: "too_large", file: "<input>" });
    expect(error.byteOffset).toBeLessThan(80 * MIB);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MIB);
  });

  test("a zstd frame that asks for a huge window is refused", async () => {
    const error = await failure(drained(zstdFrame([Buffer.from(row)], { windowLog: 31 })));
    expect(error).toMatchObject({ code: "too_large" });
  });

  test("a file that is larger than allowed", async () => {
    const options = { limits: { maxBytes: 100_000 } };
    expect(await failure(drained(gzipSync(text), options))).toMatchObject({ code: "too_large" });
    expect(await drained(gzipSync(text.slice(0, 99_000)), options)).toBe(99_000);
  });
});
