import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check } from "../../src/data.ts";
import { Fermion } from "../../src/index.ts";
import type { LocalPlatform } from "../../src/local.ts";
import { customize, type RunProgress, runs } from "../../src/runs.ts";
import { rejection } from "../client/wire-server.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { startTinyPlatform } from "../platform/tiny-platform.ts";
import { deadlineRecords, deadlines } from "./deadlines.ts";

const directory = temporaryDirectory();
const where = { directory: join(directory.path, "runs") };
let platform: LocalPlatform;
let client: Fermion;
let count = 0;

beforeAll(async () => {
  platform = await startTinyPlatform(directory.path);
  client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
});
afterAll(async () => {
  await platform.close();
  directory.remove();
});

/** A run of its own; a long one goes on for as long as a test needs. */
function aRun({ long = false } = {}) {
  return {
    ...where,
    name: `run-${++count}`,
    vertical: deadlines,
    base: "photon-nano",
    data: deadlineRecords(60),
    evaluate: false,
    hyperparameters: long ? { n_epochs: 20, batch_size: 1 } : { n_epochs: 1 },
  } as const;
}
const jobsOf = async (name: string) =>
  (await client.fineTuning.jobs.list({ metadata: { fermion_run: name } })).data;
const filesOf = async (name: string) =>
  (await client.files.list()).data.filter(({ filename }) => filename.startsWith(`${name}.`));
/** Does something once, with the first step that is trained. */
function atFirstStep(action: () => void) {
  let done = false;
  return ({ ...progress }: RunProgress) => {
    if (!done && progress.type === "job" && progress.update.type === "metrics") {
      done = true;
      action();
    }
  };
}

describe("data with errors", () => {
  test("is refused with its places before anything is sent, and mended goes on as the same version", async () => {
    const run = aRun();
    const path = join(directory.path, "broken.jsonl");
    const lines = deadlineRecords(60).map((record) => JSON.stringify(record));
    writeFileSync(
      path,
      [...lines.slice(0, 10), '{"id":"deadline-10"}', lines[3], ...lines.slice(11)].join("\n"),
    );
    const error = await rejection(customize(client, { ...run, data: path }));
    expect(error).toMatchObject({ name: "RunDataError", run: run.name, count: 4 });
    expect(error).toMatchObject({
      findings: [
        { rule: "record-shape", path: "$.topic", place: { file: path, line: 11 } },
        { rule: "record-shape" },
        { rule: "record-shape" },
        { rule: "repeated-id", place: { file: path, line: 12 } },
      ],
    });
    expect(String(error)).toContain("broken.jsonl, line 11");
    expect(await filesOf(run.name)).toEqual([]);
    writeFileSync(path, lines.join("\n"));
    expect(await customize(client, { ...run, data: path })).toMatchObject({ version: 1, changes: [] });
  });

  test("is found in rows by all rules, with the line", async () => {
    const { vertical: _, ...run } = aRun();
    const path = join(directory.path, "rows.jsonl");
    const rows = deadlineRecords(20).flatMap((record) => deadlines.dialogues(record));
    const key = `sk-${"a1B2".repeat(12)}`;
    const leak = {
      messages: [
        { role: "user", content: `My key is ${key}` },
        { role: "assistant", content: "Noted." },
      ],
    };
    writeFileSync(path, [...rows, leak].map((row) => JSON.stringify(row)).join("\n"));
    const { counts } = await check(path);
    const [found] = counts.filter(({ rule }) => /key|secret/.test(rule));
    expect(found).toBeDefined();
    const named = { [found?.rule ?? ""]: "error" } as const;
    const error = await rejection(customize(client, { ...run, data: path, check: { rules: named } }));
    expect(error).toMatchObject({
      name: "RunDataError",
      findings: [{ rule: found?.rule, place: { line: 21 } }],
    });
    expect(String(error)).not.toContain(key);
    expect(await filesOf(run.name)).toEqual([]);
    expect(await customize(client, { ...run, data: path, check: false })).toMatchObject({ version: 1 });
  });
});

describe("a budget", () => {
  const inference = { "*": { perMillionInputTokens: 0, perMillionOutputTokens: 10 } };
  const prices = { currency: "EUR", training: { perMillionTokens: 1_000 }, inference };

  test("of cost is kept before anything is sent", async () => {
    const run = { ...aRun(), prices };
    const error = await rejection(customize(client, { ...run, budget: { cost: 0.5 } }));
    expect(error).toMatchObject({ name: "RunBudgetError", budget: "cost", limit: 0.5, spent: false });
    expect(await filesOf(run.name)).toEqual([]);
    const result = await customize(client, { ...run, budget: { cost: 100 } });
    expect(result.cost).toBeCloseTo(((result.trainedTokens ?? 0) * 1_000) / 1_000_000);
  });

  test("of cost that can't be known is refused", async () => {
    const run = aRun();
    expect(await rejection(customize(client, { ...run, budget: { cost: 1 } }))).toMatchObject({
      name: "ConfigurationError",
    });
    const open = { ...run, prices, hyperparameters: { n_epochs: "auto" as const } };
    expect(String(await rejection(customize(client, { ...open, budget: { cost: 1 } })))).toContain(
      "n_epochs",
    );
  });

  test("of time leaves the job, and the next call attaches to it", async () => {
    const run = aRun({ long: true });
    const error = await rejection(customize(client, { ...run, budget: { time: 2_000 } }));
    expect(error).toMatchObject({ name: "RunBudgetError", budget: "time", limit: 2_000 });
    // On a busy machine the time may be over before there is a job.
    const before = await jobsOf(run.name);
    const { job } = await customize(client, run);
    const after = await jobsOf(run.name);
    expect(after.map(({ id }) => id)).toEqual([job]);
    for (const { id, status } of before)
      expect({ id, status }).not.toMatchObject({ id: job, status: "cancelled" });
  });
});

describe("an interruption", () => {
  test("by Ctrl-C leaves the job as asked, and nothing of itself", async () => {
    const run = aRun({ long: true });
    const before = process.listenerCount("SIGINT");
    const onProgress = atFirstStep(() => process.emit("SIGINT"));
    const error = await rejection(customize(client, { ...run, onProgress }));
    const [job] = await jobsOf(run.name);
    expect(error).toMatchObject({ name: "RunInterruptedError", job: job?.id, jobWas: "left" });
    expect(process.listenerCount("SIGINT")).toBe(before);
    expect((await customize(client, run)).job).toBe(job?.id);
  });

  test("by a signal cancels the job as asked, and the next call makes another", async () => {
    const run = aRun({ long: true });
    const controller = new AbortController();
    const how = {
      onInterrupt: "cancel",
      signal: controller.signal,
      onProgress: atFirstStep(() => controller.abort()),
    } as const;
    const error = await rejection(customize(client, { ...run, ...how }));
    const [job] = await jobsOf(run.name);
    expect(error).toMatchObject({ name: "RunInterruptedError", job: job?.id, jobWas: "cancelled" });
    expect(job?.status).toBe("cancelled");
    const result = await customize(client, run);
    expect(result.version).toBe(1);
    expect(result.job).not.toBe(job?.id);
    expect(await jobsOf(run.name)).toHaveLength(2);
  });

  test("before it has begun sends nothing", async () => {
    const run = aRun();
    const signal = AbortSignal.abort();
    expect(await rejection(customize(client, { ...run, signal }))).toMatchObject({
      name: "RunInterruptedError",
      job: undefined,
    });
    expect(await filesOf(run.name)).toEqual([]);
  });
});

describe("a guard", () => {
  const nervous = { divergingLoss: { factor: 1, steps: 1 } };

  test("cancels the job, doesn't pay for the same again, and gives way when it is loosened", async () => {
    const run = aRun({ long: true });
    const error = await rejection(customize(client, { ...run, guards: nervous }));
    const [job] = await jobsOf(run.name);
    expect(error).toMatchObject({ name: "RunStoppedError", reason: "diverging", job: job?.id });
    expect(job?.status).toBe("cancelled");
    expect(await rejection(customize(client, { ...run, guards: nervous }))).toMatchObject({
      name: "RunStoppedError",
      job: job?.id,
    });
    expect(await jobsOf(run.name)).toHaveLength(1);
    expect((await runs.show(run.name, 1, where)).stopped).toMatchObject({ guard: "diverging", job: job?.id });
    await customize(client, run);
    expect(await jobsOf(run.name)).toHaveLength(2);
  });

  test("lets a job be that had succeeded before it was heard of", async () => {
    const run = aRun({ long: true });
    const controller = new AbortController();
    const stop = { signal: controller.signal, onProgress: atFirstStep(() => controller.abort()) };
    await rejection(customize(client, { ...run, ...stop }));
    const [job] = await jobsOf(run.name);
    await client.fineTuning.jobs.wait(job?.id ?? "");
    expect(await customize(client, { ...run, guards: nervous })).toMatchObject({ job: job?.id });
  });
});

test("an alias stays where it is when the gate isn't passed, unless it is forced", async () => {
  const run = { ...aRun(), promote: "desk" };
  expect((await customize(client, run)).promotion).toEqual({ alias: "desk", outcome: "held", forced: false });
  expect(await client.models.aliases.list()).toEqual([]);
  const forced = await customize(client, { ...run, promote: { alias: "desk", force: true } });
  expect(forced.promotion).toEqual({ alias: "desk", outcome: "moved", forced: true });
  expect(await client.models.aliases.retrieve("desk")).toMatchObject({ model: forced.model });
  await client.models.aliases.delete("desk");
});

test("two calls of one run don't go on at the same time", async () => {
  const run = aRun();
  const both = await Promise.allSettled([customize(client, run), customize(client, run)]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const [refused] = both.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(refused).toMatchObject({ name: "RunLockedError", holder: { pid: process.pid } });
  expect(await jobsOf(run.name)).toHaveLength(1);
});

test("on a platform that was emptied, all that lay on it is made again", async () => {
  const run = aRun();
  const first = await customize(client, run);
  for (const file of await filesOf(run.name)) await client.files.delete(file.id);
  // Its model alone is gone: it was deleted, and isn't made again unasked.
  await client.models.delete(first.model);
  expect(await customize(client, run)).toEqual(first);
  const elsewhere = await startTinyPlatform(join(directory.path, "elsewhere"));
  try {
    const other = new Fermion({ baseURL: elsewhere.baseURL, apiKey: elsewhere.apiKey });
    const second = await customize(other, run);
    expect(second.version).toBe(1);
    expect(second.job).not.toBe(first.job);
    expect(second.receipt.weights).toEqual(first.receipt.weights);
  } finally {
    await elsewhere.close();
  }
});
