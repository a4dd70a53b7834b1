import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { hashedFile } from "../../src/runs/hashed-file.ts";
import { splitRecords } from "../../src/runs/steps/split.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";

const { path: folder, remove } = temporaryDirectory();
mkdirSync(folder, { recursive: true });
afterAll(remove);

interface Head {
  readonly id: string;
  readonly group: string;
  readonly stratum?: string;
}

/** The part of each record, by its id. */
async function split(heads: readonly Head[], shares = { validation: 0.1, evaluation: 0.2 }, seed = 1) {
  const writer = await hashedFile(folder, "prepared", ".jsonl");
  for (const head of heads) {
    await writer.line(JSON.stringify({ ...head, sha256: "a".repeat(64), rows: [], items: [] }));
  }
  const { index, ...counts } = await splitRecords(await writer.finish(), shares, {
    folder,
    title: "split",
    seed,
  });
  const lines: { id: string; part: string }[] = readFileSync(join(folder, index.name), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { counts, parts: new Map(lines.map(({ id, part }) => [id, part])) };
}
const singles = (count: number, strata = 1): Head[] =>
  Array.from({ length: count }, (_, id) => ({ id: `r${id}`, group: `g${id}`, stratum: `s${id % strata}` }));

test("the shares hold in all and in each stratum", async () => {
  const { counts, parts } = await split(singles(400, 4));
  expect(counts).toEqual({ training: 280, validation: 40, evaluation: 80 });
  for (let stratum = 0; stratum < 4; stratum++) {
    const own = singles(400, 4).filter((one) => one.stratum === `s${stratum}`);
    const held = own.filter(({ id }) => parts.get(id) === "evaluation").length;
    expect(held).toBeGreaterThanOrEqual(18);
    expect(held).toBeLessThanOrEqual(22);
  }
});

test("groups stay whole, every record is in one part, and the order of the data doesn't matter", async () => {
  const heads = fc.uniqueArray(fc.record({ id: fc.uuid(), group: fc.string({ maxLength: 2 }) }), {
    selector: ({ id }) => id,
    minLength: 1,
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(heads, async (given) => {
      // With fewer, a part would be empty, and that is refused.
      fc.pre(new Set(given.map(({ group }) => group)).size >= 3);
      const { counts, parts } = await split(given);
      expect(parts.size).toBe(given.length);
      expect(counts.training + counts.validation + counts.evaluation).toBe(given.length);
      const byGroup = new Map(given.map(({ id, group }) => [group, parts.get(id)]));
      for (const { id, group } of given) expect(parts.get(id)).toBe(byGroup.get(group));
      const turned = await split([...given].reverse());
      expect(new Map([...turned.parts].sort())).toEqual(new Map([...parts].sort()));
    }),
    { numRuns: 30 },
  );
});

test("another seed draws other lots, and nothing is held out where nothing should be", async () => {
  const [one, other] = [await split(singles(100)), await split(singles(100), undefined, 2)];
  expect(one.parts).not.toEqual(other.parts);
  expect((await split(singles(5), { validation: 0, evaluation: 0 })).counts.training).toBe(5);
});
