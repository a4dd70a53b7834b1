import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cli, ended, startCli } from "./built-cli.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fermion-cli-data-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (name: string, content: string | Uint8Array) => writeFileSync(join(directory, name), content);
const read = (name: string) => readFileSync(join(directory, name), "utf8");
const words = "hail storm frost fire flood theft fall ice smoke wind glass water".split(" ");
const row = (word: string, role = "user") =>
  JSON.stringify({
    messages: [
      { role, content: `By when must damage by ${word} be reported to the office?` },
      { role: "assistant", content: `Of ${word} we want to hear within ${word.length} days.` },
    ],
  });
const sound = `${words.map((word) => row(word)).join("\n")}\n`;
const wrong = `${sound}${row("rain", "Human")}\n{broken\n`;

describe("fermion data", () => {
  test("without a file, it shows how it is used", async () => {
    const group = await cli(directory, "data");
    expect([group.status, group.stderr]).toEqual([2, expect.stringContaining("fermion data")]);
    for (const name of ["check", "preview"]) {
      const { status, stderr } = await cli(directory, "data", name);
      expect(status).toBe(2);
      expect(stderr).toMatch(/missing required argument[\s\S]*Usage: fermion data/);
      const help = await cli(directory, "data", name, "--help");
      expect([help.status, help.stdout]).toEqual([0, expect.stringMatching(/Exit status:\n {2}0 /)]);
    }
  });
});

describe("fermion data check", () => {
  test("ends with 0 for data without an error, and says what was not looked at", async () => {
    write("a.jsonl", sound);
    const { status, stdout, stderr } = await cli(directory, "data", "check", "a.jsonl");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("12 rows without an error");
    expect(stdout).toContain("Tokens were not counted");
    const counted = await cli(directory, "data", "check", "a.jsonl", "--base", "photon-nano");
    expect(counted.stdout).toMatch(/an epoch +[\d,]+ tokens of photon-nano/);
    expect(counted.stdout).not.toContain("Tokens were not counted");
  });

  test("ends with 1 for errors, each with its file and line", async () => {
    write("a.jsonl", sound);
    write("b.jsonl.gz", gzipSync(wrong));
    const { status, stdout } = await cli(directory, "data", "check", "*.jsonl*");
    expect(status).toBe(1);
    expect(stdout).toContain("b.jsonl.gz:14: The line is no JSON");
    expect(stdout).toContain("b.jsonl.gz:13 $.messages[0].role");
    const ignored = await cli(
      directory,
      "data",
      "check",
      "b.jsonl.gz",
      "--ignore",
      "invalid-json",
      "--rules",
      "unknown-role=warning",
    );
    expect([ignored.status, ignored.stdout]).toEqual([0, expect.stringContaining("warning unknown-role")]);
  });

  test("ends with 2 for what can't be read, and for wrong usage", async () => {
    write("a.jsonl", sound);
    for (const [args, message] of [
      [["none.jsonl"], /There is no file none\.jsonl/],
      [["a.jsonl", "--ignore", "no-such-rule"], /no-such-rule, which is no rule/],
      [["a.jsonl", "--method", "magic"], /Allowed choices are supervised, dpo/],
      [["a.jsonl", "--rules", "duplicate=loud"], /"off", "error", "warning" or "info"/],
      [["a.jsonl", "--html", "a.jsonl"], /ends with \.html/],
      [["a.jsonl", "--redact"], /--redact needs --fix/],
      [["a.jsonl", "--base", "no-such-model"], /no-such-model/],
      [["a.jsonl", "--epochs", "0"], /whole number from 1/],
    ] as const) {
      const { status, stderr, stdout } = await cli(directory, "data", "check", ...args);
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(message);
    }
    expect(read("a.jsonl")).toBe(sound);
  });

  test("prints JSON, writes a page, and estimates the cost", async () => {
    write("a.csv", `question,answer\n${words.map((word) => `What of ${word}?,It is ${word}.`).join("\n")}\n`);
    write("v.csv", "question,answer\nWhat of rain?,It is wet.\n");
    const { status, stdout } = await cli(
      directory,
      "data",
      "check",
      "a.csv",
      ...["--map", "prompt=question,completion=answer", "--json", "--html", "page.html"],
      ...["--base", "photon-nano", "--validation", "v.csv", "--no-near-duplicates", "--max-findings", "3"],
      ...["--price-per-million", "8", "--currency", "EUR", "--epochs", "2"],
    );
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      ok: true,
      rows: 12,
      validationRows: 1,
      estimate: { epochs: 2, cost: { currency: "EUR" } },
    });
    expect(report.estimate.cost.amount).toBeCloseTo((report.tokens.trained * 2 * 8) / 1e6, 9);
    expect(read("page.html")).toContain("<title>Data check: v.csv, a.csv</title>");
  });

  test("has no colours where none are wanted", async () => {
    write("a.jsonl", wrong);
    // A pipe is no terminal.
    expect((await cli(directory, "data", "check", "a.jsonl")).stdout).not.toContain("\x1b[");
  });

  test("ends quietly when nobody reads on", async () => {
    write("a.jsonl", Array.from({ length: 3_000 }, () => "{").join("\n"));
    const child = startCli(directory, ["data", "check", "a.jsonl", "--json"]);
    child.stdout?.once("data", () => child.stdout?.destroy());
    const { status, stderr } = await ended(child);
    expect([status, stderr]).toEqual([1, ""]);
  });
});

describe("fermion data check --fix", () => {
  test("writes a copy without errors, what it couldn't mend, and a log; the file itself stays", async () => {
    write("a.jsonl", wrong);
    const { status, stdout } = await cli(directory, "data", "check", "a.jsonl", "--fix");
    expect(status).toBe(1);
    expect(stdout).toMatch(/mended +1\n[\s\S]*put aside +1,[\s\S]*copy: +a\.mended\.jsonl/);
    expect(stdout).toMatch(/After mending:\n.*13 rows without an error/);
    expect(read("a.jsonl")).toBe(wrong);
    expect(read("a.mended.jsonl")).toBe(`${sound}${row("rain")}\n`);
    expect(read("a.rejected.jsonl")).toBe("{broken\n");
    expect(read("a.mending.jsonl").trim().split("\n")).toHaveLength(2);

    const again = await cli(directory, "data", "check", "a.jsonl", "--fix");
    expect([again.status, again.stderr]).toEqual([
      2,
      expect.stringContaining("a.mended.jsonl is there already"),
    ]);
    const forced = await cli(directory, "data", "check", "a.mended.jsonl", "--fix", "--out", "b.jsonl");
    expect(forced.status).toBe(0);
    expect(read("b.jsonl")).toBe(read("a.mended.jsonl"));
    expect(
      (await cli(directory, "data", "check", "b.jsonl", "--fix", "--out", "b.jsonl", "--force")).status,
    ).toBe(2);
  });

  test("mends many files, redacts, leaves duplicates out, and prints JSON", async () => {
    write("a.jsonl", `${sound}${row("lena.vogt@posteo.de")}\n`);
    write("b.jsonl", sound);
    const options = ["--fix", "--redact", "--deduplicate", "--out", "all.jsonl", "--json"];
    const { status, stdout } = await cli(directory, "data", "check", "?.jsonl", ...options);
    expect(status).toBe(0);
    const { before, mended, after } = JSON.parse(stdout);
    expect(before.counts.map(({ rule }: { rule: string }) => rule)).toContain("personal-email");
    expect(mended).toMatchObject([
      { files: ["a.jsonl", "b.jsonl"], rows: 25, kept: 13, duplicates: 12, redaction: { changedRows: 1 } },
    ]);
    expect(after).toMatchObject({ ok: true, rows: 13 });
    expect(after.counts.map(({ rule }: { rule: string }) => rule)).not.toContain("personal-email");
    const each = await cli(directory, "data", "check", "a.jsonl", "b.jsonl", "--fix");
    expect(each.stdout).toMatch(/a\.mended\.jsonl[\s\S]*b\.mended\.jsonl/);
  });

  test("checks the copy of a table as what it is, and the validation data as the table that it is", async () => {
    const table = (lines: readonly string[]) => `question,answer\n${lines.join("\n")}\n`;
    write("a.csv", table(words.map((word) => `What of ${word}?,It is ${word}.`)));
    write("v.csv", table(["What of hail?,It is hail."]));
    const options = [
      "--map",
      "prompt=question,completion=answer",
      "--validation",
      "v.csv",
      "--fix",
      "--json",
    ];
    const { status, stdout } = await cli(directory, "data", "check", "a.csv", ...options);
    const { before, mended, after } = JSON.parse(stdout);
    expect(mended).toMatchObject([{ rows: 12, kept: 12, changed: 0, out: "a.mended.jsonl" }]);
    expect(after).toMatchObject({ rows: 12, validationRows: 1, usableRows: 12 });
    // A row that is on both sides is for a person to decide.
    for (const report of [before, after])
      expect(report.counts).toMatchObject([{ rule: "leakage", count: 1 }]);
    expect(status).toBe(1);
  });

  test("leaves nothing half written when it is interrupted", async () => {
    write("big.jsonl", sound.repeat(15_000));
    const args = ["big.jsonl", "--no-near-duplicates", "--ignore", "duplicate", "--fix"];
    const child = startCli(directory, ["data", "check", ...args]);
    const end = ended(child);
    // The copy has begun.
    while (child.exitCode === null && !readdirSync(directory).some((name) => name.endsWith(".tmp"))) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.kill("SIGINT");
    const { status, stderr } = await end;
    expect([status, stderr]).toEqual([130, expect.stringContaining("Interrupted")]);
    expect(readdirSync(directory)).toEqual(["big.jsonl"]);
  });
});

describe("fermion data preview", () => {
  test("shows what is learned of a row, as text and as JSON", async () => {
    write("a.jsonl", `\n${wrong}`);
    const { status, stdout } = await cli(directory, "data", "preview", "a.jsonl", "--row", "2");
    expect(status).toBe(0);
    expect(stdout.split("\n").slice(0, 5)).toEqual([
      "Row 2 of a.jsonl, line 3",
      "",
      "<|begin|>",
      "<|user|>By when must damage by storm be reported to the office?<|end|>",
      "<|assistant|>«Of storm we want to hear within 5 days.<|end|>»",
    ]);
    const json = JSON.parse(
      (await cli(directory, "data", "preview", "a.jsonl", "--row", "2", "--json")).stdout,
    );
    expect(json).toMatchObject({ place: { row: 2, line: 3 }, model: "photon-nano", trained: true });
    const learned = json.dialogues[0].tokens.filter((token: { learned: boolean }) => token.learned);
    expect(learned.map(({ text }: { text: string }) => text).join("")).toBe(
      "Of storm we want to hear within 5 days.<|end|>",
    );
    const listed = await cli(directory, "data", "preview", "a.jsonl", "--tokens");
    expect(listed.stdout).toMatch(/ {2}"<\|end\|>" {2}learned\n/);
  });

  test("ends with 1 for a row with an error, and with 2 where there is no such row", async () => {
    write("a.jsonl", wrong);
    const human = await cli(directory, "data", "preview", "a.jsonl", "--row", "13");
    expect([human.status, human.stdout]).toEqual([1, expect.stringContaining("error unknown-role")]);
    for (const [number, message] of [
      ["14", /Row 14 of a\.jsonl, line 14 can't be shown/],
      ["15", /There is no row 15 in a\.jsonl: it has 14 rows/],
      ["0", /whole number from 1/],
    ] as const) {
      const { status, stderr } = await cli(directory, "data", "preview", "a.jsonl", "--row", number);
      expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
    }
  });
});
