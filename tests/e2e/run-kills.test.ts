import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { createRandom } from "../../src/engine/random.ts";
import { Fermion } from "../../src/index.ts";
import { readRunFile } from "../../src/runs/run-file.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { writeTinyBase } from "../platform/tiny-base.ts";
import { type ServedPlatform, servePlatform } from "./served.ts";

/** `npm run soak:runs` has 50; here are a few of them. */
const KILLS = Number(process.env.RUN_KILLS ?? 8);
const SEED = Number(process.env.RUN_SEED ?? 1);
/** A run is left alone after so many, so that some runs have many kills and others few. */
const MOST_KILLS_OF_A_RUN = 6;

const directory = temporaryDirectory();
const runs = join(directory.path, "runs");
const program = join(directory.path, "run-child.mjs");
const random = createRandom(SEED);
let child: ChildProcess | undefined;
let platform: ServedPlatform;
let client: Fermion;

beforeAll(async () => {
  const base = join(directory.path, "base");
  await writeTinyBase(base);
  platform = await servePlatform(join(directory.path, "data"), base);
  client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
  mkdirSync(runs);
  symlinkSync(join(import.meta.dirname, "../../node_modules"), join(directory.path, "node_modules"));
  // One file that starts at once: the test starts it often.
  await build({
    entryPoints: [join(import.meta.dirname, "run-child.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    packages: "external",
  });
});
afterAll(async () => {
  child?.kill("SIGKILL");
  await platform.end("SIGKILL");
  directory.remove();
});

const outputSchema = z.object({
  result: z.looseObject({
    model: z.string(),
    job: z.string(),
    comparison: z.looseObject({
      scores: z.record(z.string(), z.unknown()),
      verdict: z.looseObject({ passed: z.boolean(), interval: z.unknown(), suite: z.unknown() }),
    }),
    promotion: z.unknown(),
    receipt: z.looseObject({ weights: z.array(z.unknown()), files: z.unknown(), data: z.unknown() }),
  }),
  counts: z.record(z.string(), z.number()),
});
type Output = z.infer<typeof outputSchema>;

/** @param moment - when it ends itself; or after how many milliseconds it is ended */
async function attempt(name: string, moment: readonly string[] | number): Promise<Output | "killed"> {
  const how = typeof moment === "number" ? [] : moment;
  const started = spawn(process.execPath, [program, runs, name, platform.baseURL, platform.apiKey, ...how], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  child = started;
  let said = "";
  let complained = "";
  started.stdout.on("data", (piece) => {
    said += piece;
  });
  started.stderr.on("data", (piece) => {
    complained += piece;
  });
  const timer = typeof moment === "number" ? setTimeout(() => started.kill("SIGKILL"), moment) : undefined;
  await once(started, "close");
  clearTimeout(timer);
  if (started.signalCode === "SIGKILL") {
    return "killed";
  }
  expect(complained).toBe("");
  return outputSchema.parse(JSON.parse(said));
}

/** What has to be the same however often a run was killed. */
function essence({ result: { comparison, promotion, receipt } }: Output) {
  const { passed, interval, suite } = comparison.verdict;
  const { weights, files, data } = receipt;
  return {
    scores: comparison.scores,
    passed,
    interval,
    hash: z.object({ hash: z.string() }).parse(suite).hash,
    promoted: z.object({ outcome: z.string() }).parse(promotion),
    weights,
    files,
    data,
  };
}

async function all<Item>(pages: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

/** There is one job, one model and one file of each kind, and the result is about them. */
async function expectOnce(name: string, { result }: Output) {
  const jobs = await all(client.fineTuning.jobs.list({ metadata: { fermion_run: name } }));
  expect(jobs.map(({ id }) => id)).toEqual([result.job]);
  const models = (await all(client.models.list())).filter(
    // The states of its training have names of their own.
    ({ id }) => id.includes(`:${name}:`) && !id.includes(":ckpt-step-"),
  );
  expect(models.map(({ id }) => id)).toEqual([result.model]);
  const files = (await all(client.files.list({ purpose: "fine-tune" }))).map(({ filename }) => filename);
  const own = files
    .filter((filename) => filename.startsWith(`${name}.`))
    .map((filename) => filename.replace(/-[0-9a-f]{12}\.jsonl$/, ""));
  expect(own.sort()).toEqual([`${name}.training`, `${name}.validation`]);
  const history = await client.models.aliases.history(`${name}-desk`);
  expect(history.map(({ model }) => model)).toEqual([result.model]);
}

test(`killed ${KILLS} times at moments of all kinds, runs end with one job, one model, the same result`, {
  timeout: 60_000 + KILLS * 15_000,
}, async () => {
  const undisturbed = await attempt("undisturbed", []);
  if (undisturbed === "killed") throw new Error("nobody was to kill it");
  await expectOnce("undisturbed", undisturbed);
  expect(undisturbed.result.comparison.verdict.passed).toBe(true);
  const { counts } = undisturbed;

  const moment = (): readonly string[] | number => {
    const kinds = ["rename", "rename", "request", "request", "append", "time"];
    const kind = kinds[random.below(kinds.length)] ?? "time";
    const side = random.below(2) === 0 ? "before" : "after";
    return kind === "time"
      ? 200 + random.below(4_000)
      : [kind, String(1 + random.below(counts[kind] ?? 1)), side];
  };
  let kills = 0;
  const moments: string[] = [];
  for (let run = 1; kills < KILLS; run++) {
    const name = `run-${run}`;
    for (let own = 0; ; ) {
      const chosen = own < MOST_KILLS_OF_A_RUN && kills < KILLS ? moment() : [];
      const output = await attempt(name, chosen);
      // Whatever there is, is whole.
      await readRunFile(name, join(runs, `${name}.json`));
      if (output === "killed") {
        own++;
        kills++;
        moments.push(`${name} ${String(chosen)}`);
        continue;
      }
      await expectOnce(name, output);
      expect(essence(output), moments.join("\n")).toEqual(essence(undisturbed));
      break;
    }
  }
  expect(kills).toBe(KILLS);
});
