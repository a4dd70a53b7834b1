import { isUtf8 } from "node:buffer";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dpoRowSchema, supervisedRowSchema } from "../../../src/contract/training-rows.ts";
import { type CheckOptions, type CheckReport, check, DataError, dataRules } from "../../../src/data.ts";
import { createRandom, type Random } from "../../../src/engine/random.ts";
import { mutatedBytes, mutatedJson } from "./mutations.ts";
import { FILE_KINDS } from "./valid-files.ts";
import { chatRow, preferenceRow } from "./valid-rows.ts";

const SEED = 40;
type Method = "supervised" | "dpo";
const severities = new Map(dataRules.map(({ name, severity }) => [name, severity]));

/** What no row with these has, if the contract takes it. */
const SHAPE_RULES = new Set([
  "invalid-utf8",
  "invalid-json",
  "not-an-object",
  "wrong-method",
  "unknown-field",
  "missing-messages",
  "empty-messages",
  "invalid-message",
  "unknown-role",
  "invalid-content",
  "invalid-weight",
  "missing-assistant",
  "nothing-weighted",
  "invalid-preference",
]);

const options = (method: Method): CheckOptions => ({
  method,
  container: "jsonl",
  shape: method === "dpo" ? "preference" : "chat",
  rules: { "too-few-rows": "off", "tools-unsupported": "off", "language-mix": "off" },
  nearDuplicates: false,
  maxFindings: 1_000_000,
  threads: 0,
});

/** Lines of rows that were changed as values, and as bytes; the first is as it was, because a file is known by it. */
function mutatedLines(random: Random, method: Method, rows: number): Buffer {
  const row = method === "dpo" ? preferenceRow : chatRow;
  const lines = Array.from({ length: rows }, (_, number) => {
    const value = row(random, number);
    if (number === 0) return Buffer.from(JSON.stringify(value));
    if (random.below(3) > 0) return Buffer.from(mutatedJson(random, value));
    return mutatedBytes(random, Buffer.from(JSON.stringify(value)));
  });
  return Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));
}

interface Line {
  readonly byteOffset: number;
  readonly bytes: Buffer;
}

function linesOf(file: Buffer): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < file.length; ) {
    const found = file.indexOf(10, start);
    const end = found < 0 ? file.length : found;
    lines.push({ byteOffset: start, bytes: file.subarray(start, end) });
    start = end + 1;
  }
  return lines;
}

/** Whether the contract takes a line, or it is none; told without anything of what checks. */
function isTaken({ bytes }: Line, method: Method): boolean {
  if (/^[ \t\r]*$/.test(bytes.toString("latin1"))) return true;
  if (!isUtf8(bytes)) return false;
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8").replace(/^\ufeff/, ""));
    return (method === "dpo" ? dpoRowSchema : supervisedRowSchema).safeParse(value).success;
  } catch {
    return false;
  }
}

function expectSound({ findings }: CheckReport, lines: readonly Line[]): void {
  for (const { rule, place, path, message, remedy, severity } of findings) {
    const line = lines[(place.line ?? 0) - 1];
    expect({ rule, at: place.byteOffset }).toEqual({ rule, at: line?.byteOffset });
    expect([rule, severity]).toEqual([rule, severities.get(rule)]);
    expect(path.startsWith("$") && message.endsWith(".") && remedy !== "").toBe(true);
  }
}

test.each<Method>(["supervised", "dpo"])(
  "of mutated rows (%s), those have an error that the contract refuses, and the places are theirs",
  { timeout: 240_000 },
  async (method) => {
    let taken = 0;
    let refused = 0;
    for (let number = 0; number < 20; number++) {
      const random = createRandom(SEED, number);
      const file = mutatedLines(random, method, 500);
      const lines = linesOf(file);
      const report = await check(file, options(method));
      expectSound(report, lines);
      const wrong = new Map<number, Set<string>>();
      for (const { severity, rule, place } of report.findings) {
        if (severity !== "error") continue;
        wrong.set(place.line ?? 0, (wrong.get(place.line ?? 0) ?? new Set()).add(rule));
      }
      for (const [index, line] of lines.entries()) {
        const rules = [...(wrong.get(index + 1) ?? [])];
        const verdict = isTaken(line, method);
        if (verdict) taken++;
        else refused++;
        const agrees = verdict ? !rules.some((rule) => SHAPE_RULES.has(rule)) : rules.length > 0;
        if (!agrees) {
          expect.fail(
            `seed ${SEED}, ${number}: the contract ${verdict ? "takes" : "refuses"} this line, and the errors are [${rules}]: ${line.bytes.toString().slice(0, 2000)}`,
          );
        }
      }
    }
    // Both have to come often, or this says nothing.
    expect(Math.min(taken, refused)).toBeGreaterThan(500);
  },
);

test("files of every kind, changed anywhere, give a report or an error that is typed", {
  timeout: 240_000,
}, async () => {
  let reports = 0;
  let errors = 0;
  for (const [index, kind] of FILE_KINDS.entries()) {
    for (let number = 0; number < 150; number++) {
      const random = createRandom(SEED, index, number);
      const rows = Array.from({ length: 4 }, (_, row) => kind.row(random, row));
      const changed = rows.map((row): unknown =>
        random.below(4) === 0 ? JSON.parse(mutatedJson(random, row, 3)) : row,
      );
      const objects = changed.filter((row) => typeof row === "object" && row !== null);
      const file = Buffer.from(kind.file(random, objects));
      const bytes = random.below(4) === 0 ? file : mutatedBytes(random, file);
      try {
        const report = await check(bytes, { method: kind.method, ...kind.options, nearDuplicates: false });
        for (const { rule } of report.findings) expect(severities.has(rule)).toBe(true);
        reports++;
      } catch (error) {
        if (!(error instanceof DataError)) {
          throw new Error(`seed ${SEED}, ${index}, ${number} (${kind.name})`, { cause: error });
        }
        expect(error.file).toBe("<input>");
        errors++;
      }
    }
  }
  expect(reports).toBeGreaterThan(300);
  expect(errors).toBeGreaterThan(30);
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fermion-mutated-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("threads find what one thread finds", { timeout: 240_000 }, async () => {
  const random = createRandom(SEED, 1000);
  const some = mutatedLines(random, "supervised", 1500);
  // Threads start once that is worth it.
  const file = Buffer.concat(Array.from({ length: Math.ceil((9 * 1024 * 1024) / some.length) }, () => some));
  const path = join(folder, "mutated.jsonl");
  writeFileSync(path, file);
  const alone = await check(path, { ...options("supervised"), nearDuplicates: true });
  const together = await check(path, { ...options("supervised"), nearDuplicates: true, threads: 2 });
  expect(alone.findings.length).toBeGreaterThan(1000);
  expect(together).toEqual(alone);
});
