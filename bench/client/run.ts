/**
 * The client beside the official `openai` package and beside what is possible at best, in one run:
 *
 *   npm run bench:client [-- --only streaming,upload,import,bundle] [-- --write]
 *
 * `--write` puts the table into docs/explanation/performance.md. It ends with 1 if a target isn't reached. What is
 * measured is the built package in `dist`; everything stays on this machine, and takes some minutes.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, platform } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundleSizeBench } from "./bundle-size.ts";
import { type Comparison, markdownComparisons, printComparisons } from "./comparison.ts";
import { importTimeBench } from "./import-time.ts";
import { streamingComparisons } from "./streaming-comparison.ts";
import { uploadComparisons } from "./upload-comparison.ts";

/** Where the page begins that `--write` makes. */
const INTRODUCTION = `# How fast it is

## The client

The client beside the official \`openai\` package, and beside the floor: the same done by hand with \`fetch\` or
\`node:http\` and as little else as possible. Both packages talk to the same small server on the same machine. Figures
of other machines differ; what the columns say of each other should not. To measure on yours:

\`\`\`sh
npm run bench:client -- --write
\`\`\`
`;

const parts: Readonly<Record<string, () => Promise<Comparison[]>>> = {
  streaming: streamingComparisons,
  upload: uploadComparisons,
  import: importTimeBench,
  bundle: bundleSizeBench,
};

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: Object.keys(parts).join(",") },
    write: { type: "boolean", default: false },
  },
});

const load = loadavg()[0] ?? 0;
const comparisons: Comparison[] = [];
for (const name of options.only.split(",")) {
  const part = parts[name];
  if (!part) {
    throw new RangeError(`There is no part ${name}; there are ${Object.keys(parts).join(", ")}.`);
  }
  console.error(`${name} …`);
  comparisons.push(...(await part()));
}

const busy = load > 0.7 ? `; the machine was busy before (load ${load.toFixed(1)})` : "";
const machine =
  `Node ${process.version}, ${platform()}, ${availableParallelism()} × ${cpus()[0]?.model.trim() ?? "unknown processor"}, ` +
  `openai ${version("openai")}${busy}`;
const missed = comparisons.filter(({ reached }) => reached === false);

console.log(machine);
printComparisons(comparisons);
if (missed.length > 0) {
  console.log(
    `${missed.length} not reached: ${missed.map(({ name, unit }) => `${name} (${unit})`).join("; ")}`,
  );
  process.exitCode = 1;
}
if (options.write) {
  writeSection(`${markdownComparisons(comparisons)}\n\nMedians, of one run: ${machine}.`);
}

function version(name: string): string {
  const text = readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), "utf8");
  return String(JSON.parse(text).version);
}

/** Puts the table between its two marks, or at the end of the page if there are none yet. */
function writeSection(table: string): void {
  const path = fileURLToPath(new URL("../../docs/explanation/performance.md", import.meta.url));
  const [begin, end] = ["<!-- made by npm run bench:client -- --write -->", "<!-- end of bench:client -->"];
  const page = existsSync(path) ? readFileSync(path, "utf8") : INTRODUCTION;
  const section = `${begin}\n\n${table}\n\n${end}`;
  const [start, stop] = [page.indexOf(begin), page.indexOf(end)];
  writeFileSync(
    path,
    start >= 0 && stop > start
      ? page.slice(0, start) + section + page.slice(stop + end.length)
      : `${page.trimEnd()}\n\n${section}\n`,
  );
  console.error(`written to ${path}`);
}
