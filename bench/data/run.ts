/**
 * Checking and decontaminating a large file beside reading it and nothing else, in one run:
 *
 *   npm run bench:data [-- --megabytes 1024] [-- --rounds 3]
 *
 * The file is made from a seed in the system's folder for temporary files, and deleted at the end. It ends with 1 if a
 * target isn't reached. What is measured is the built package in `dist`.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, loadavg, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { drawTable, median } from "../client/table.ts";
import { writeChatFile } from "./chat-file.ts";
import { benchDecontamination } from "./decontaminate.ts";

const { values: options } = parseArgs({
  options: {
    megabytes: { type: "string", default: "1024" },
    rounds: { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "readline,loop,check,check-near,decontaminate" },
  },
});

/** What is measured, and the least share of the baseline's speed that it has to reach. */
const PROGRAMS = [
  { name: "readline", title: "node:readline + JSON.parse, one thread (the baseline)" },
  { name: "loop", title: "fastest line loop by hand + JSON.parse, one thread" },
  { name: "check", title: "check(), all rules but near duplicates", least: 0.5 },
  { name: "check-near", title: "check(), all rules", least: 0.2 },
].filter(({ name }) => options.only.split(",").includes(name));

const MOST_MEMORY = 200e6;

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "fermion-bench-data-"));
try {
  const path = join(folder, "rows.jsonl");
  const load = loadavg()[0] ?? 0;
  const { rows, bytes } = await writeChatFile(
    path,
    Number(options.megabytes) * 2 ** 20,
    Number(options.seed),
  );
  const taken = new Map(PROGRAMS.map(({ name }) => [name, { seconds: [] as number[], peak: 0 }]));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const { name } of PROGRAMS) {
      console.error(`${name}, round ${round + 1} …`);
      const child = fileURLToPath(new URL("check-process.mjs", import.meta.url));
      const { stdout, stderr } = await run(process.execPath, [child, name, path]);
      if (stderr && round === 0) console.error(stderr.trim());
      const result: { rows: number; seconds: number; peak: number } = JSON.parse(stdout);
      if (result.rows !== rows) throw new Error(`${name} has seen ${result.rows} of ${rows} rows.`);
      const all = taken.get(name);
      all?.seconds.push(result.seconds);
      if (all) all.peak = Math.max(all.peak, result.peak);
    }
  }
  const speedOf = (name: string) => bytes / 1e6 / median(taken.get(name)?.seconds ?? []);
  let missed = 0;
  const table = PROGRAMS.map(({ name, title, least }) => {
    const ratio = speedOf(name) / speedOf("readline");
    const { peak } = taken.get(name) ?? { peak: 0 };
    const reached = least === undefined || (ratio >= least && peak < MOST_MEMORY);
    if (!reached) missed++;
    return {
      name: title,
      values: {
        "MB/s": speedOf(name).toFixed(0),
        ": readline": ratio.toFixed(2),
        ": loop": (speedOf(name) / speedOf("loop")).toFixed(2),
        "peak MB": (peak / 1e6).toFixed(0),
        target: least === undefined ? "" : `≥ ${least}, < 200 MB`,
        reached: least === undefined ? "" : reached ? "yes" : "NO",
      },
    };
  });
  console.log(
    drawTable(
      `${(bytes / 1e9).toFixed(2)} GB of chat JSONL, ${rows.toLocaleString("en")} rows; medians of ${options.rounds} rounds`,
      table,
    ),
  );
  const busy = load > 0.7 ? `; the machine was busy before (load ${load.toFixed(1)})` : "";
  console.log(
    `Node ${process.version}, ${platform()}, ${availableParallelism()} × ${cpus()[0]?.model.trim()}${busy}`,
  );
  if (missed > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

if (options.only.split(",").includes("decontaminate")) {
  const reached = await benchDecontamination({
    megabytes: Number(options.megabytes),
    seed: Number(options.seed),
  });
  if (!reached) process.exitCode = 1;
}
