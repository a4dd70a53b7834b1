import fc from "fast-check";
import { expect, test } from "vitest";
import { dpoRowSchema } from "../../../src/contract/training-rows.ts";
import { check } from "../../../src/data/checking/check.ts";
import { parseTrainingRow } from "../../../src/platform/jobs/training-row.ts";
import { checkLines, nearlyRow } from "./rows.ts";

/** Rows by their numbers that have an error, of all these rows. */
async function refused(rows: readonly unknown[], method: "supervised" | "dpo"): Promise<Set<number>> {
  const { findings, rows: count } = await checkLines(
    rows.map((row) => JSON.stringify(row)),
    { method, maxFindings: 100_000, nearDuplicates: false, threads: 0 },
  );
  expect(count).toBe(rows.length);
  return new Set(findings.filter(({ severity }) => severity === "error").map(({ place }) => place.row ?? 0));
}

const blocks = fc.array(nearlyRow, { minLength: 100, maxLength: 100 });

test("a row has an error exactly if the platform refuses it", async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(blocks, async (rows) => {
      const wrong = await refused(rows, "supervised");
      for (const [index, row] of rows.entries()) {
        const verdict = parseTrainingRow(JSON.stringify(row));
        if (!("problem" in verdict)) taken++;
        expect([wrong.has(index + 1), JSON.stringify(row)]).toEqual([
          "problem" in verdict,
          JSON.stringify(row),
        ]);
      }
    }),
    { numRuns: 60 },
  );
  // Both verdicts have to come often, or this says nothing.
  expect(taken).toBeGreaterThan(600);
});

test("a preference row has an error exactly if the contract refuses it", async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(blocks, async (rows) => {
      const wrong = await refused(rows, "dpo");
      for (const [index, row] of rows.entries()) {
        const json = JSON.parse(JSON.stringify(row));
        const { success } = dpoRowSchema.safeParse(json);
        if (success) taken++;
        // Of tools, the local platform takes none, whatever the contract says.
        const hasTools = JSON.stringify(json).includes("tool");
        if (hasTools && success) continue;
        expect([wrong.has(index + 1), JSON.stringify(row)]).toEqual([!success, JSON.stringify(row)]);
      }
    }),
    { numRuns: 200 },
  );
  expect(taken).toBeGreaterThan(50);
});

test("rows given as objects are judged as lines are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(nearlyRow, { minLength: 20, maxLength: 20 }), async (rows) => {
      const objects = rows
        .map((row): unknown => JSON.parse(JSON.stringify(row)))
        .filter((row) => typeof row === "object" && row !== null && !Array.isArray(row));
      if (objects.length === 0) return;
      const rules = { "too-few-rows": "off" } as const;
      const fromLines = await checkLines(
        objects.map((row) => JSON.stringify(row)),
        { shape: "chat" },
      );
      const given = await check(objects as object[], { rules, shape: "chat" });
      const bare = (findings: typeof given.findings) =>
        findings.map(({ rule, path, place }) => `${place.row} ${rule} ${path}`);
      expect(bare(given.findings)).toEqual(bare(fromLines.findings));
    }),
    { numRuns: 30 },
  );
});
