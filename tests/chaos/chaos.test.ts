import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type ServedPlatform, servePlatform } from "../e2e/served.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { writeTinyBase } from "../platform/tiny-base.ts";
import { chaosRun, type Outcome, planOf, proxyFor } from "./run.ts";
import { isFull, seeds } from "./scale.ts";
import { truthOf } from "./truth.ts";
import { problemsOf, report } from "./verdict.ts";

/** Upload, job, follow, stream, through a proxy that does what networks do. */

// A run mostly waits, for its turn to train and before it tries again.
vi.setConfig({ testTimeout: 240_000, maxConcurrency: isFull ? 24 : 10 });

const directory = temporaryDirectory();
const platforms: ServedPlatform[] = [];
const outcomes: Outcome[] = [];
const unheard: unknown[] = [];
const onUnheard = (reason: unknown) => unheard.push(reason);

beforeAll(async () => {
  process.on("unhandledRejection", onUnheard);
  const base = join(directory.path, "base");
  await writeTinyBase(base);
  // A platform trains one job at a time; two keep two cores busy.
  const program = new URL("serve.ts", import.meta.url);
  const start = (name: string) => servePlatform(join(directory.path, name), base, program);
  platforms.push(...(await Promise.all([start("first"), start("second")])));
}, 60_000);

afterAll(async () => {
  process.off("unhandledRejection", onUnheard);
  await Promise.all(platforms.map((platform) => platform.end("SIGTERM")));
  directory.remove();
}, 60_000);

describe.concurrent("ends with the right result or a typed error:", () => {
  test.each(seeds)("run %i", async (seed) => {
    const platform = platforms[seed % platforms.length];
    if (!platform) throw new Error("there is no platform");
    const plan = planOf(seed);
    await using proxy = await proxyFor(plan, platform);
    const outcome = await chaosRun(plan, platform, proxy);
    outcomes.push(outcome);
    const problems = await problemsOf(outcome, truthOf(platform), platform.apiKey);
    if (problems.length > 0) throw new Error(report(outcome, problems));
  });
});

describe("when all is over", () => {
  test("no run has two jobs, and none two files", async () => {
    for (const platform of platforms) {
      const truth = truthOf(platform);
      const names = (await truth.jobs()).map(({ metadata }) => metadata?.run);
      expect(twice(names)).toEqual([]);
      const keyless = new Set(
        outcomes.filter(({ plan }) => plan.ignoresKeys).map(({ plan }) => `${plan.name}.jsonl`),
      );
      const files = (await truth.files())
        .map(({ filename }) => filename)
        .filter((name) => /^run-\d+\.jsonl$/.test(name) && !keyless.has(name));
      expect(twice(files)).toEqual([]);
    }
  });

  test("no rejection was left unheard", () => expect(unheard.map((reason) => inspect(reason))).toEqual([]));

  // A client that always failed would have passed all of the above.
  test("enough runs came to their end, in spite of faults", () => {
    const ended = outcomes.filter(({ failure }) => !failure);
    const disturbed = ended.filter(({ proxy }) => proxy.done.length > 0);
    if (isFull) console.log(summary());
    if (seeds.length > 1) {
      expect(ended.length).toBeGreaterThan(outcomes.length * 0.4);
      expect(disturbed.length).toBeGreaterThan(outcomes.length * 0.15);
    }
  });

  test.runIf(isFull)("every kind of fault has hit every step that it can", () => {
    const hit = new Set(
      outcomes.flatMap(({ proxy }) => proxy.done.map(({ purpose, fault }) => `${purpose} ${fault.kind}`)),
    );
    const anywhere = ["upload", "create", "events", "chat"].flatMap((purpose) =>
      ["reset", "status", "page", "cut", "trickle", "hold"].map((kind) => `${purpose} ${kind}`),
    );
    // Lists are asked only when streams bring nothing, so what hits them is left to timing.
    const somewhere = [
      "poll status",
      "events repeat",
      "events shuffle",
      "events forget",
      "chat pings",
      "chat error-event",
    ];
    expect([...anywhere, ...somewhere].filter((name) => !hit.has(name))).toEqual([]);
  });
});

function twice<Item>(items: readonly Item[]): Item[] {
  return items.filter((item, index) => items.indexOf(item) < index);
}

/** How many runs ended how, and what was done to them. */
function summary(): string {
  const ends = counted(
    outcomes.map(({ failure }) =>
      failure ? `${failure.step}: ${failure.error instanceof Error ? failure.error.name : "?"}` : "well",
    ),
  );
  const faults = counted(
    outcomes.flatMap(({ proxy }) => proxy.done.map(({ purpose, fault }) => `${purpose}: ${fault.kind}`)),
  );
  return `Runs ended\n${ends}\nFaults\n${faults}`;
}

function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `  ${String(count).padStart(5)}  ${name}`)
    .join("\n");
}
