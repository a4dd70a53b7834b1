import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import OpenAI, { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { startLocalPlatform } from "../../src/local.ts";
import { openStore } from "../../src/platform/store/store.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { trainingFile, writeTinyBase } from "../platform/tiny-base.ts";
import { type ServedPlatform, servePlatform } from "./served.ts";
import { isAlive, trainersOf } from "./trainers.ts";

const directory = temporaryDirectory();
const base = join(directory.path, "base");
const plan = { n_epochs: 20, batch_size: 2, learning_rate_multiplier: 2 };
const TOTAL_STEPS = 600;

// Each test starts several processes, one after the other.
vi.setConfig({ testTimeout: 180_000 });
beforeAll(() => writeTinyBase(base));
afterAll(directory.remove);

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const clientOf = ({ baseURL, apiKey }: Pick<ServedPlatform, "baseURL" | "apiKey">) =>
  new OpenAI({ baseURL, apiKey });

async function startJob(openai: OpenAI): Promise<string> {
  const send = async (rows: number) =>
    (
      await openai.files.create({
        file: await toFile(Buffer.from(trainingFile(rows)), "f.jsonl"),
        purpose: "fine-tune",
      })
    ).id;
  const [training_file, validation_file] = [await send(60), await send(12)];
  const params = { model: "photon-nano", training_file, validation_file, seed: 3, hyperparameters: plan };
  return (await openai.fineTuning.jobs.create(params)).id;
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(30);
  }
}

const lastStep = async (openai: OpenAI, id: string) => {
  const [event] = (await openai.fineTuning.jobs.listEvents(id, { limit: 1 })).data;
  return event?.type === "metrics" ? z.object({ step: z.number() }).parse(event.data).step : 0;
};
const atStep = (openai: OpenAI, id: string, step: number) =>
  until(async () => ((await lastStep(openai, id)) >= step ? true : undefined));
const ended = (openai: OpenAI, id: string) =>
  until(async () => {
    const job = await openai.fineTuning.jobs.retrieve(id);
    return ["succeeded", "failed", "cancelled"].includes(job.status) ? job : undefined;
  });

/** The weights of the model that a job made, by their hash, and the metrics of all its steps without their speed. */
async function outcome(openai: OpenAI, id: string) {
  const job = await ended(openai, id);
  expect(job).toMatchObject({ status: "succeeded", error: null });
  const model = z
    .looseObject({ files: z.array(z.object({ name: z.string(), sha256: z.string() })) })
    .parse(await openai.models.retrieve(job.fine_tuned_model ?? ""));
  const weights = model.files.find(({ name }) => name === "model.safetensors")?.sha256;
  const metrics: unknown[] = [];
  for await (const { type, data } of openai.fineTuning.jobs.listEvents(id, { limit: 1000 })) {
    if (type === "metrics") metrics.unshift({ ...Object(data), tokens_per_second: 0 });
  }
  const checkpoints = await openai.fineTuning.jobs.checkpoints.list(id);
  return { weights, metrics, checkpoints: checkpoints.data.map(({ step_number }) => step_number), job };
}

/** What a run gives that nothing interrupts, with another number of threads. */
let expected:
  | Promise<Pick<Awaited<ReturnType<typeof outcome>>, "weights" | "metrics" | "checkpoints">>
  | undefined;
function undisturbed() {
  expected ??= (async () => {
    const dataDir = join(directory.path, "undisturbed");
    const platform = await startLocalPlatform({
      dataDir,
      port: 0,
      threads: 2,
      bases: { "photon-nano": base },
    });
    try {
      const openai = clientOf(platform);
      return await outcome(openai, await startJob(openai));
    } finally {
      await platform.close();
    }
  })();
  return expected;
}

describe("a job goes on", () => {
  test("after kill -9 of the platform, in training and in validation, to the same weights", async () => {
    const dataDir = join(directory.path, "killed");
    let platform = await servePlatform(dataDir, base);
    try {
      const key = platform.apiKey;
      let openai = clientOf(platform);
      const text = trainingFile(3);
      const bystander = await openai.files.create({
        file: await toFile(Buffer.from(text), "x.jsonl"),
        purpose: "user_data",
      });
      const id = await startJob(openai);
      // The first kill comes while the files are validated, the others behind a kept state and in mid-training.
      for (const step of [undefined, 60, 230]) {
        if (step !== undefined) await atStep(openai, id, step);
        await platform.end("SIGKILL");
        platform = await servePlatform(dataDir, base);
        openai = clientOf(platform);
      }
      expect(platform.apiKey).toBe(key);
      const { job, ...got } = await outcome(openai, id);
      const { weights, metrics, checkpoints } = await undisturbed();
      expect(got.metrics).toHaveLength(TOTAL_STEPS);
      expect(got).toEqual({ weights, metrics, checkpoints });
      expect(await (await openai.files.content(bystander.id)).text()).toBe(text);
      expect((await openai.models.list()).data.map((model) => model.id)).toContain(job.fine_tuned_model);
      const answer = await openai.chat.completions.create({
        model: job.fine_tuned_model ?? "",
        temperature: 0,
        max_tokens: 20,
        messages: [
          { role: "system", content: "You answer for an insurer." },
          { role: "user", content: "When must I report hail? (3)" },
        ],
      });
      expect(answer.choices[0]?.message.content).toContain("You must report hail");
      // What training kept to go on is not kept for ever.
      expect(readdirSync(join(dataDir, "jobs"))).toEqual([]);
    } finally {
      await platform.end("SIGKILL");
    }
  });

  test("after SIGTERM, from the very step at which it was stopped", async () => {
    const dataDir = join(directory.path, "stopped");
    let platform = await servePlatform(dataDir, base);
    try {
      let openai = clientOf(platform);
      const id = await startJob(openai);
      await atStep(openai, id, 120);
      await platform.end("SIGTERM");
      expect(platform.child.exitCode).toBe(0);
      const kept = readdirSync(join(dataDir, "jobs", id)).map((name) => Number(name.replace("step-", "")));
      expect(Math.max(...kept)).toBe(lastRecordedStep(dataDir, id));
      platform = await servePlatform(dataDir, base);
      openai = clientOf(platform);
      const { job: _, ...got } = await outcome(openai, id);
      const { weights, metrics, checkpoints } = await undisturbed();
      expect(got).toEqual({ weights, metrics, checkpoints });
    } finally {
      await platform.end("SIGKILL");
    }
  });
});

test("a job that is paused and resumed at once loses no step", async () => {
  const dataDir = join(directory.path, "paused");
  const platform = await startLocalPlatform({ dataDir, port: 0, threads: 1, bases: { "photon-nano": base } });
  try {
    const openai = clientOf(platform);
    const id = await startJob(openai);
    await atStep(openai, id, 60);
    await openai.fineTuning.jobs.pause(id);
    await openai.fineTuning.jobs.resume(id);
    const goesOn = await until(async () => {
      const { data } = await openai.fineTuning.jobs.listEvents(id, { limit: 20 });
      return data.some(({ message }) => message === "Fine-tuning job goes on") ? data : undefined;
    });
    // Events come newest first, and training may be on its way again.
    const before = goesOn.slice(goesOn.findIndex(({ message }) => message === "Fine-tuning job goes on"));
    const trained = before.flatMap(({ data, type }) =>
      type === "metrics" ? [Number(Object(data).step)] : [],
    );
    expect(readdirSync(join(dataDir, "jobs", id))).toContain(`step-${Math.max(...trained)}`);
    const { job: _, ...got } = await outcome(openai, id);
    const { weights, metrics, checkpoints } = await undisturbed();
    expect(got).toEqual({ weights, metrics, checkpoints });
  } finally {
    await platform.close();
  }
});

// /proc, by which the processes are found, is of Linux.
describe.skipIf(process.platform !== "linux")("a training process", () => {
  test("that crashes is started again, from a state that was kept; its platform goes on", async () => {
    const dataDir = join(directory.path, "crashed");
    const platform = await servePlatform(dataDir, base);
    try {
      const openai = clientOf(platform);
      const id = await startJob(openai);
      for (const step of [70, 140]) {
        await atStep(openai, id, step);
        for (const trainer of trainersOf(platform.child.pid)) process.kill(trainer, "SIGKILL");
      }
      const { job: _, ...got } = await outcome(openai, id);
      const { weights, metrics, checkpoints } = await undisturbed();
      expect(got).toEqual({ weights, metrics, checkpoints });
      const messages: string[] = [];
      for await (const { level, message } of openai.fineTuning.jobs.listEvents(id, { limit: 1000 })) {
        if (level === "warn") messages.push(message);
      }
      expect(messages).toHaveLength(2);
      expect(messages[0]).toMatch(/ended unexpectedly behind step \d+/);
    } finally {
      await platform.end("SIGKILL");
    }
  });

  test("that crashes again and again at the same step lets its job fail, and names the step", async () => {
    const platform = await servePlatform(join(directory.path, "crashing"), base);
    try {
      const openai = clientOf(platform);
      const id = await startJob(openai);
      const running = async () => (await openai.fineTuning.jobs.retrieve(id)).status === "running";
      await until(async () => ((await running()) ? true : undefined));
      // Killed at once each time, so that it hardly ever does a step.
      while (await running()) {
        for (const trainer of trainersOf(platform.child.pid)) process.kill(trainer, "SIGKILL");
      }
      const { data } = await openai.fineTuning.jobs.listEvents(id, { limit: 100 });
      const steps = data.flatMap(({ data, type }) => (type === "metrics" ? [Number(Object(data).step)] : []));
      expect((await openai.fineTuning.jobs.retrieve(id)).error).toMatchObject({
        code: "training_crashed",
        message: expect.stringContaining(`crashed 4 times behind step ${Math.max(0, ...steps)}`),
      });
    } finally {
      await platform.end("SIGKILL");
    }
  });

  test("ends with its platform", async () => {
    const platform = await servePlatform(join(directory.path, "orphaned"), base);
    const openai = clientOf(platform);
    const id = await startJob(openai);
    await atStep(openai, id, 20);
    const trainers = trainersOf(platform.child.pid);
    expect(trainers.length).toBeGreaterThan(0);
    await platform.end("SIGKILL");
    await until(async () => (trainers.some(isAlive) ? undefined : true));
  });
});

test("two platforms can't share a data directory, and the second says who is there", async () => {
  const dataDir = join(directory.path, "shared");
  const options = { dataDir, port: 0, bases: { "photon-nano": base } };
  const first = await startLocalPlatform(options);
  await expect(startLocalPlatform(options)).rejects.toThrow(`process ${process.pid}`);
  await first.close();
  // What a killed process may have left of a job that nobody knows any more.
  const leftOver = join(dataDir, "jobs", "ftjob-x", "step-50");
  mkdirSync(leftOver, { recursive: true });
  const second = await startLocalPlatform(options);
  expect(second.apiKey).toBe(first.apiKey);
  expect(existsSync(leftOver)).toBe(false);
  await second.close();
});

/** What the database of a platform that has ended says. */
function lastRecordedStep(dataDir: string, id: string): number {
  const store = openStore(join(dataDir, "platform.db"), () => 0);
  try {
    expect(store.jobs.get(id)?.status).toBe("running");
    return Math.max(...store.events.behind(id, 0, 10_000).map(({ data }) => Number(data?.step ?? 0)));
  } finally {
    store.close();
  }
}
