import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { check } from "../../../src/data/checking/check.ts";

/** More than is checked before a thread is worth starting, and enough for threads to overtake each other. */
const ROWS = 16_000;

const folder = mkdtempSync(join(tmpdir(), "fermion-threads-"));
const path = join(folder, "rows.jsonl");
const planted: string[] = [];

const dialogue = (question: string, answer: string) =>
  JSON.stringify({
    messages: [
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ],
  });

beforeAll(() => {
  const lines: string[] = [];
  let row = 0;
  const plant = (line: string, ...rules: string[]) => {
    lines.push(line);
    if (rules[0] !== "blank-line") row++;
    for (const rule of rules) planted.push(`${lines.length} ${rule}`);
  };
  for (let number = 0; number < ROWS; number++) {
    const question = `Question ${number} about hail in Zürich, which is ${"very ".repeat(number % 90)}long: what now?`;
    const plain = dialogue(question, `The answer to ${number} is in “section ${number % 7}” of the policy.`);
    const escaped = plain.replace("what now?", "write to lena.vogt\\u0040posteo.de");
    if (number % 997 === 3) plant(escaped, "personal-email");
    else if (number % 997 === 5) plant("   ", "blank-line");
    else if (number % 997 === 7) plant(plain.slice(0, -9), "invalid-json");
    else if (number % 997 === 11) plant(plain.replace('"user"', '"person"'), "unknown-role");
    else if (number % 997 === 13 && row > 0) plant(lines[4] ?? "", "duplicate");
    else if (number % 997 === 17) plant(plain.replace("now", "\\ud800"), "lone-surrogate");
    else if (number % 997 === 19)
      plant(plain.replace('{"messages"', '{"messages":1,"messages"'), "duplicate-key");
    else if (number % 997 === 23) plant(dialogue("x".repeat(20_000), "y"), "line-too-long");
    else plant(plain);
  }
  writeFileSync(path, `${lines.join("\n")}\n`);
});

afterAll(() => rmSync(folder, { recursive: true }));

test.each([0, 1, 2])("finds what was planted, in its order, with %i threads", async (threads) => {
  const report = await check(path, {
    threads,
    maxFindings: 10_000,
    nearDuplicates: false,
    limits: { maxRowBytes: 10_000 },
  });
  const found = report.findings
    .filter(({ place }) => place.line !== undefined)
    .map(({ place, rule }) => ({ line: place.line ?? 0, rule }));
  const sorted = (list: string[]) => list.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  expect(sorted(found.map(({ line, rule }) => `${line} ${rule}`))).toEqual(planted);
  expect(report.rows + planted.filter((each) => each.endsWith("blank-line")).length).toBe(ROWS);
});

test("says the same whichever thread has checked a row", async () => {
  const rules = { "near-duplicate": "off" } as const;
  const [none, one, two] = await Promise.all([0, 1, 2].map((threads) => check(path, { threads, rules })));
  expect(one).toEqual(none);
  expect(two).toEqual(none);
});
