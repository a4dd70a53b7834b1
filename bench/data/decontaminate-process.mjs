/**
 * One of the programs that are compared, in a process of its own so that its memory is its own:
 * `node decontaminate-process.mjs PROGRAM FOLDER`. Prints what it took as JSON.
 */
import { createReadStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

// By a name that the type checker doesn't follow: what is in dist/ may be older than the sources.
const dist = new URL("../../dist/", import.meta.url);
const fermion = await import(new URL("data.js", dist).href);

const [, , program = "", folder = ""] = process.argv;

async function* records() {
  const input = createReadStream(`${folder}/rows.jsonl`);
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    yield { row: JSON.parse(line) };
  }
}

const decontaminator = () =>
  fermion.createDecontaminator(JSON.parse(readFileSync(`${folder}/items.json`, "utf8")));

/** @type {Record<string, () => Promise<{ bytes: number, seconds: number, found?: unknown }>>} */
const programs = {
  /** The baseline: reading and nothing else. */
  async readline() {
    const before = performance.now();
    let rows = 0;
    for await (const _ of records()) rows++;
    return { bytes: rows, seconds: (performance.now() - before) / 1000 };
  },
  async decontaminate() {
    const before = performance.now();
    const found = [];
    let row = 0;
    for await (const { verdict, overlaps } of fermion.decontaminate(records(), decontaminator())) {
      if (verdict !== "kept") {
        for (const { verdict, itemId, words } of overlaps) found.push({ row, verdict, itemId, words });
      }
      row++;
    }
    return { bytes: row, seconds: (performance.now() - before) / 1000, found };
  },
  /** Comparing alone, of texts that are in memory. */
  async compare() {
    const texts = [];
    let bytes = 0;
    for await (const { row } of records()) {
      const said = row.messages.map((/** @type {{ content: string }} */ { content }) => content);
      texts.push(said);
      bytes += Buffer.byteLength(said.join(""));
      if (bytes > 64e6) break;
    }
    const compared = decontaminator();
    for (const said of texts.slice(0, 5_000)) compared.overlaps(said);
    const before = performance.now();
    for (const said of texts) compared.overlaps(said);
    return { bytes, seconds: (performance.now() - before) / 1000 };
  },
};

const run = programs[program];
if (!run) throw new RangeError(`There is no program ${program}.`);
const result = await run();
// Of the whole process; in KiB.
console.log(JSON.stringify({ ...result, peak: process.resourceUsage().maxRSS * 1024 }));
