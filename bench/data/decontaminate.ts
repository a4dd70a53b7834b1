/**
 * Decontaminating a large file beside reading it and nothing else, in one run:
 *
 *   npx tsx bench/data/decontaminate.ts [--megabytes 1024] [--items 10000] [--seed 1]
 *
 * The file is made from a seed in the system's folder for temporary files, and deleted at the end. It ends with 1 if a
 * target isn't reached. What is measured is the built package in `dist`.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { drawTable } from "../client/table.ts";
import { CHANGES, type Planted, writeContaminatedFile } from "./contaminated-file.ts";

const MOST_MEMORY = 300e6;
const LEAST_SPEED = 40;

interface Found {
  readonly row: number;
  readonly verdict: "drop" | "review";
  readonly itemId: string;
}

interface Measured {
  readonly bytes: number;
  readonly seconds: number;
  readonly peak: number;
  readonly found?: readonly Found[];
}

const run = promisify(execFile);

/** Measures decontamination, prints a table, and says whether the targets were reached. */
export async function benchDecontamination({
  megabytes = 1024,
  items = 10_000,
  seed = 1,
}: {
  megabytes?: number;
  items?: number;
  seed?: number;
} = {}): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "fermion-bench-decontamination-"));
  try {
    const { rows, bytes } = writeContaminatedFile(folder, { bytes: megabytes * 2 ** 20, items, seed });
    const measure = async (program: string): Promise<Measured> => {
      console.error(`${program} …`);
      const child = fileURLToPath(new URL("decontaminate-process.mjs", import.meta.url));
      const { stdout } = await run(process.execPath, [child, program, folder], { maxBuffer: 2 ** 28 });
      return JSON.parse(stdout);
    };
    const reading = await measure("readline");
    const whole = await measure("decontaminate");
    const compare = await measure("compare");
    const speed = compare.bytes / 1e6 / compare.seconds;
    const fileSpeed = (seconds: number) => (bytes / 1e6 / seconds).toFixed(0);
    const megabytesOf = (peak: number) => (peak / 1e6).toFixed(0);
    const yesOrNo = (reached: boolean) => (reached ? "yes" : "NO");
    console.log(
      drawTable(
        `${(bytes / 1e9).toFixed(2)} GB of chat JSONL, ${rows.toLocaleString("en")} rows, ${items} items`,
        [
          {
            name: "node:readline + JSON.parse, one thread",
            values: { "MB/s": fileSpeed(reading.seconds), "peak MB": megabytesOf(reading.peak) },
          },
          {
            name: "decontaminate(), with the same reading",
            values: {
              "MB/s": fileSpeed(whole.seconds),
              "peak MB": megabytesOf(whole.peak),
              target: "< 300 MB",
              reached: yesOrNo(whole.peak < MOST_MEMORY),
            },
          },
          {
            name: "comparing alone, MB/s of text",
            values: {
              "MB/s": speed.toFixed(0),
              target: `≥ ${LEAST_SPEED} MB/s`,
              reached: yesOrNo(speed >= LEAST_SPEED),
            },
          },
        ],
      ),
    );
    const right = showRecall(folder, rows, whole.found ?? []);
    return whole.bytes === rows && whole.peak < MOST_MEMORY && speed >= LEAST_SPEED && right;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Prints how many of the planted items were found, and says whether nothing else was, and nothing verbatim missed. */
function showRecall(folder: string, rows: number, found: readonly Found[]): boolean {
  const planted: Planted[] = JSON.parse(readFileSync(join(folder, "planted.json"), "utf8"));
  const key = ({ row, itemId }: { row: number; itemId: string }) => `${row} ${itemId}`;
  const expected = new Set(planted.map(key));
  const verdicts = new Map(found.map((one) => [key(one), one.verdict]));
  const wrong = found.filter((one) => !expected.has(key(one)));
  const share = (change: string, verdict: string) => {
    const of = planted.filter((one) => one.change === change);
    return of.filter((one) => verdicts.get(key(one)) === verdict).length / Math.max(1, of.length);
  };
  console.log(
    drawTable(
      `What was found of ${planted.length} planted items; found besides: ${wrong.length} in ${rows - planted.length} rows`,
      CHANGES.map((change) => ({
        name: change === "verbatim" ? change : `${change} edited`,
        values: { drop: share(change, "drop").toFixed(3), review: share(change, "review").toFixed(3) },
      })),
    ),
  );
  return wrong.length === 0 && share("verbatim", "drop") >= 0.999;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { megabytes: { type: "string" }, items: { type: "string" }, seed: { type: "string" } },
  });
  const given = Object.entries(values).map(([name, value]) => [name, Number(value)]);
  if (!(await benchDecontamination(Object.fromEntries(given)))) process.exitCode = 1;
}
