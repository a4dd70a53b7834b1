/**
 * Uploads to a server in a process of its own that throws everything away: how fast, and in how much memory.
 *
 *   npm run build && npx tsx bench/client/upload.ts [--rounds 5] [--megabytes 256,1024] [--json]
 *
 * Each sender is a process of its own, and all take turns in every round. A figure is the median over the rounds, of
 * the ratio to raw http too. Raw http is Node's own request around a read stream; it hashes nothing, and neither do
 * `files.create` and `openai`. `files.upload` sends the SHA-256 of each part and the MD5 of the whole.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as z from "zod";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    megabytes: { type: "string", default: "256,1024" },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(options.rounds);
const sizes = options.megabytes.split(",").map(Number);

const SENDERS = ["raw", "create", "upload", "openai"] as const;
type Sender = (typeof SENDERS)[number];
const NAMES: Readonly<Record<Sender, string>> = {
  raw: "raw http",
  create: "fermion files.create",
  upload: "fermion files.upload",
  openai: "openai files.create",
};

const script = fileURLToPath(new URL("upload-process.mjs", import.meta.url));
const readySchema = z.object({ baseURL: z.string() });
const resultSchema = z.object({
  seconds: z.number(),
  cpuSeconds: z.number(),
  idle: z.number(),
  peak: z.number(),
});

function start(args: readonly string[]) {
  return spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

async function firstLine(child: ReturnType<typeof start>): Promise<unknown> {
  for await (const line of createInterface({ input: child.stdout })) {
    return JSON.parse(line);
  }
  throw new Error("a process of the benchmark ended without a word");
}

async function measure(sender: Sender, baseURL: string, path: string) {
  const child = start([sender, baseURL, path]);
  const ended = once(child, "exit");
  const result = resultSchema.parse(await firstLine(child));
  await ended;
  return result;
}

async function writeFile(path: string, megabytes: number): Promise<void> {
  const file = await open(path, "wx");
  const block = Buffer.alloc(1024 ** 2);
  for (let i = 0; i < megabytes; i++) {
    block.fill(i & 255);
    await file.write(block);
  }
  await file.close();
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

const directory = mkdtempSync(join(tmpdir(), "fermion-bench-"));
const sink = start(["sink"]);
try {
  const { baseURL } = readySchema.parse(await firstLine(sink));
  const table: object[] = [];
  for (const megabytes of sizes) {
    const path = join(directory, `${megabytes}.jsonl`);
    await writeFile(path, megabytes);
    const results = new Map<Sender, z.infer<typeof resultSchema>[]>(SENDERS.map((sender) => [sender, []]));
    for (let round = 0; round < rounds; round++) {
      for (const sender of SENDERS) {
        results.get(sender)?.push(await measure(sender, baseURL, path));
      }
    }
    const raw = results.get("raw") ?? [];
    for (const [sender, measured] of results) {
      const toRaw = measured.map(({ seconds }, round) => (raw[round]?.seconds ?? Number.NaN) / seconds);
      table.push({
        MB: megabytes,
        sender: NAMES[sender],
        "MB/s": Math.round(median(measured.map(({ seconds }) => megabytes / seconds))),
        "× raw": Number(median(toRaw).toFixed(2)),
        "CPU s": Number(median(measured.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2)),
        "idle MB": Math.round(median(measured.map(({ idle }) => idle)) / 1024 ** 2),
        "peak MB": Math.round(median(measured.map(({ peak }) => peak)) / 1024 ** 2),
        "over idle MB": Math.round(median(measured.map(({ idle, peak }) => peak - idle)) / 1024 ** 2),
      });
    }
    rmSync(path);
  }
  if (options.json) {
    console.log(JSON.stringify(table, null, 2));
  } else {
    console.log(
      `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}, ${rounds} rounds, medians`,
    );
    console.table(table);
  }
} finally {
  sink.kill();
  rmSync(directory, { recursive: true, force: true });
}
