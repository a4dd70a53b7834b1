/**
 * One of the programs that are compared, in a process of its own so that its memory is its own:
 * `node check-process.mjs PROGRAM FILE`. Prints what it took as JSON.
 */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";

/** @type {Record<string, (path: string) => Promise<number>>} */
const programs = {
  /** The baseline: what a script does. */
  async readline(path) {
    let rows = 0;
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) {
      JSON.parse(line);
      rows++;
    }
    return rows;
  },
  /** The fastest loop that can be written by hand: one buffer, no iterator, no string but the row's. */
  async loop(path) {
    const file = await open(path);
    const memory = Buffer.allocUnsafe(1 << 20);
    let rows = 0;
    let held = 0;
    for (;;) {
      const { bytesRead } = await file.read(memory, held, memory.length - held, null);
      if (bytesRead === 0) break;
      const text = memory.subarray(0, held + bytesRead);
      let start = 0;
      for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10, start)) {
        JSON.parse(text.toString("utf8", start, end));
        rows++;
        start = end + 1;
      }
      memory.copyWithin(0, start, text.length);
      held = text.length - start;
    }
    await file.close();
    return rows;
  },
  check: (path) => check(path, false),
  "check-near": (path) => check(path, true),
};

/**
 * @param {string} path
 * @param {boolean} nearDuplicates
 */
async function check(path, nearDuplicates) {
  // By a name that the type checker doesn't follow: what is in dist/ may be older than the sources.
  const dist = new URL("../../dist/", import.meta.url);
  const fermion = await import(new URL("data.js", dist).href);
  const { loadChatTokenizer } = await import(new URL("local.js", dist).href);
  const report = await fermion.check(path, { tokenizer: await loadChatTokenizer(), nearDuplicates });
  process.stderr.write(`${JSON.stringify({ counts: report.counts, tokens: report.tokens })}\n`);
  return report.rows;
}

const [, , program = "", path = ""] = process.argv;
const run = programs[program];
if (!run) throw new RangeError(`There is no program ${program}.`);
const before = performance.now();
const rows = await run(path);
const seconds = (performance.now() - before) / 1000;
// Of the whole process, its threads included; in KiB.
const peak = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ rows, seconds, peak }));
