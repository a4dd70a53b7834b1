import { expect, test } from "vitest";
import { check } from "../../../src/data.ts";
import { createRandom } from "../../../src/engine/random.ts";
import { FILE_KINDS, type FileKind } from "./valid-files.ts";

const SEED = 4;
const ROWS_EACH = 1000;
/** Of each kind so many files; together more than 100,000 rows. */
const FILES: Readonly<Record<string, number>> = { chat: 40, preferences: 14 };
const FILES_OF_OTHERS = 6;

/**
 * Rows of chance are in no language, so that they are in a mix of languages says nothing. That tools can't be trained on
 * yet is no fault of a row.
 */
const rules = { "language-mix": "off", "tools-unsupported": "off" } as const;

async function findingsIn(kind: FileKind, number: number) {
  const random = createRandom(SEED, number);
  const rows = Array.from({ length: ROWS_EACH }, (_, index) => kind.row(random, number * ROWS_EACH + index));
  const file = kind.file(random, rows);
  const report = await check(new TextEncoder().encode(file), {
    method: kind.method,
    rules,
    // It takes half of the time, and words of chance are never nearly the same.
    nearDuplicates: number % 4 === 0,
    ...kind.options,
  });
  expect(report.rows).toBe(ROWS_EACH);
  // With findings, what they are says more.
  if (report.findings.length === 0) expect(report.usableRows).toBe(ROWS_EACH);
  return report.findings.map((finding) => ({
    ...finding,
    // What is needed to see it again.
    seed: [SEED, number],
    value: rows[(finding.place.row ?? 1) - 1],
  }));
}

test.each(FILE_KINDS)(
  "$name: nothing is found in rows that are valid",
  { timeout: 240_000 },
  async (kind) => {
    for (let number = 0; number < (FILES[kind.name] ?? FILES_OF_OTHERS); number++) {
      expect(await findingsIn(kind, number)).toEqual([]);
    }
  },
);

test("more than 100,000 rows are looked at", () => {
  const files = FILE_KINDS.reduce((sum, { name }) => sum + (FILES[name] ?? FILES_OF_OTHERS), 0);
  expect(files * ROWS_EACH).toBeGreaterThan(100_000);
});
