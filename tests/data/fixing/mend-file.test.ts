import {
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { check, mendFile } from "../../../src/data.ts";
import { assistant, user } from "../checking/rows.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fermion-mend-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const at = (name: string) => join(directory, name);
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(at(name), content);
  return at(name);
};
const read = (name: string) => readFileSync(at(name), "utf8");
const sound = JSON.stringify({ messages: [user, assistant] });
const human = sound.replace("user", "Human");
const unanswered = JSON.stringify({ messages: [user] });

describe("mendFile", () => {
  test("writes the copy, what was put aside, and a log, and counts", async () => {
    const source = write("claims.jsonl", [sound, human, "", unanswered, "{broken", sound].join("\n"));
    const before = readFileSync(source);
    const report = await mendFile(source, { out: at("claims.mended.jsonl"), deduplicate: true });
    expect(report).toEqual({
      rows: 5,
      kept: 1,
      changed: 0,
      rejected: 2,
      duplicates: 2,
      blankLines: 1,
      rules: [
        { rule: "duplicate", mended: 2, rejected: 0 },
        { rule: "blank-line", mended: 1, rejected: 0 },
        { rule: "invalid-json", mended: 0, rejected: 1 },
        { rule: "last-not-assistant", mended: 0, rejected: 1 },
        { rule: "missing-assistant", mended: 0, rejected: 1 },
      ],
      redaction: undefined,
      out: at("claims.mended.jsonl"),
      rejectedFile: at("claims.rejected.jsonl"),
      log: at("claims.mending.jsonl"),
    });
    expect(read("claims.mended.jsonl")).toBe(`${sound}\n`);
    expect(read("claims.rejected.jsonl")).toBe(`${unanswered}\n{broken\n`);
    const log = read("claims.mending.jsonl")
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(log[0]).toEqual({
      outcome: "removed",
      file: source,
      row: 2,
      line: 2,
      rule: "duplicate",
      path: "$",
      done: "It repeats row 1 of what is kept, and was removed.",
    });
    expect(log).toHaveLength(6);
    expect(readFileSync(source)).toEqual(before);
  });

  test("logs what was changed, and no value that was redacted", async () => {
    const mail = "lena.vogt@posteo.de";
    const source = write("mails.jsonl", human.replace("hail", `hail at ${mail}`));
    const report = await mendFile(source, { out: at("out.jsonl"), redact: true });
    expect(report).toMatchObject({ kept: 1, changed: 1, rejectedFile: undefined });
    expect(report.redaction).toMatchObject({ changedRows: 1, replaced: { "personal-email": 1 } });
    expect(read("out.jsonl")).toContain("[EMAIL_1]");
    const log = read("out.mending.jsonl");
    expect(log).not.toContain(mail);
    expect(
      log
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).rule),
    ).toEqual(["unknown-role", "personal-email"]);
    expect(JSON.parse(log.split("\n")[0] ?? "").outcome).toBe("changed");
  });

  test("reads every format, many files, streams and rows", async () => {
    const csv = write("a.csv", "prompt,completion\nHail?,Nine days.\n");
    const gz = write("b.jsonl.gz", gzipSync(`${human}\n`));
    const json = write("c.json", JSON.stringify([{ instruction: "Hail?", output: "Nine." }]));
    const parquet = write(
      "d.parquet",
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: "prompt", data: ["Storm?"] },
            { name: "completion", data: ["Ten."] },
          ],
        }),
      ),
    );
    const report = await mendFile([csv, gz, json, parquet], { out: at("all.jsonl") });
    expect(report).toMatchObject({ rows: 4, kept: 4, rejected: 0 });
    const answers = read("all.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).messages[1].content);
    expect(answers).toEqual(["Nine days.", "Within nine days.", "Nine.", "Ten."]);
    const stream = await mendFile(Readable.from([`${human}\n${sound}\n`]), { out: at("stream.jsonl") });
    expect(stream).toMatchObject({ rows: 2, changed: 1 });
    expect(await mendFile([JSON.parse(sound)], { out: at("rows.jsonl") })).toMatchObject({
      rows: 1,
      kept: 1,
    });
    expect(read("rows.jsonl")).toBe(`${sound}\n`);
  });

  test("reads the dialogues of a Parquet file as check does", async () => {
    const { messages } = JSON.parse(sound);
    const data = [JSON.stringify(messages), JSON.stringify(messages).replace("user", "narrator")];
    const buffer = parquetWriteBuffer({ columnData: [{ name: "messages", data }] });
    const source = write("dialogues.parquet", new Uint8Array(buffer));
    const { rows, usableRows } = await check(source);
    expect({ rows, usableRows }).toEqual({ rows: 2, usableRows: 1 });
    expect(await mendFile(source, { out: at("dialogues.jsonl") })).toMatchObject({
      rows: 2,
      kept: 1,
      rejected: 1,
    });
    expect(read("dialogues.jsonl")).toBe(`${sound}\n`);
  });

  test("never writes over what is there, unless it is told to, and never over the source", async () => {
    const source = write("claims.jsonl", `${human}\n${unanswered}\n`);
    for (const name of ["claims.mended.jsonl", "claims.rejected.jsonl", "claims.mending.jsonl"]) {
      write(name, "mine");
      const refused = mendFile(source, { out: at("claims.mended.jsonl") });
      await expect(refused).rejects.toMatchObject({ name: "DataError", code: "exists", file: at(name) });
      rmSync(at(name));
    }
    write("claims.mended.jsonl", "mine");
    await mendFile(source, { out: at("claims.mended.jsonl"), force: true });
    expect(read("claims.mended.jsonl")).toBe(`${sound}\n`);

    symlinkSync(source, at("symbolic.jsonl"));
    linkSync(source, at("hard.jsonl"));
    for (const out of ["claims.jsonl", "symbolic.jsonl", "hard.jsonl"].map(at)) {
      await expect(mendFile(source, { out, force: true })).rejects.toMatchObject({ code: "invalid_option" });
    }
    await expect(mendFile(source, { out: at("x.jsonl"), log: at("x.jsonl") })).rejects.toThrow(/Two files/);
    expect(read("claims.jsonl")).toBe(`${human}\n${unanswered}\n`);
  });

  test("leaves nothing of an earlier time beside a new copy", async () => {
    const out = at("claims.mended.jsonl");
    await mendFile(write("claims.jsonl", `${human}\n${unanswered}\n`), { out });
    await mendFile(write("claims.jsonl", `${sound}\n`), { out, force: true });
    expect(readdirSync(directory).sort()).toEqual(["claims.jsonl", "claims.mended.jsonl"]);
  });

  test("leaves no file when it is cancelled or fails", async () => {
    const rows = Array.from({ length: 20_000 }, () => human).join("\n");
    const source = write("claims.jsonl", rows);
    const controller = new AbortController();
    const cancelled = mendFile(source, {
      out: at("new/claims.mended.jsonl"),
      signal: controller.signal,
      onProgress: (count) => {
        if (count === 15_000) controller.abort(new Error("enough"));
      },
    });
    await expect(cancelled).rejects.toThrow("enough");
    expect(readdirSync(at("new"))).toEqual([]);
    const cut = write("cut.jsonl.gz", gzipSync(rows).subarray(0, 300));
    await expect(mendFile(cut, { out: at("new/cut.jsonl") })).rejects.toMatchObject({ code: "damaged" });
    expect(readdirSync(at("new"))).toEqual([]);
    await expect(mendFile(at("none.jsonl"), { out: at("new/x.jsonl") })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});
