import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import {
  APIConnectionError,
  BadRequestError,
  Fermion,
  FineTuningJobFailedError,
  InternalServerError,
  RateLimitError,
  StreamStalledError,
  StreamTruncatedError,
  toFile,
} from "../../src/index.ts";
import { type LocalPlatform, LocalPlatformOptionError } from "../../src/local.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { trainingFile } from "../platform/tiny-base.ts";
import { startTinyPlatform } from "../platform/tiny-platform.ts";

/** What the client makes of a platform that does things wrong on purpose. */
vi.setConfig({ testTimeout: 120_000 });

const directory = temporaryDirectory();
const logged: string[] = [];
let platform: LocalPlatform;
let client: Fermion;

beforeAll(async () => {
  platform = await startTinyPlatform(directory.path, { faults: [], log: (message) => logged.push(message) });
  client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
});
afterEach(() => platform.faults.clear());
afterAll(async () => {
  await platform.close();
  directory.remove();
});

const messages = [{ role: "user" as const, content: "When must I report theft?" }];
const chat = { model: "photon-nano", messages, seed: 1, max_completion_tokens: 30 };
const asking = (fault: string) => ({ headers: { "x-fermion-fault": fault } });
const struck = () => platform.faults.struck.map(({ fault }) => fault.kind);

async function send(text = trainingFile(20)) {
  const file = await toFile(Buffer.from(text), "train.jsonl");
  return (await client.files.create({ file, purpose: "fine-tune" })).id;
}

async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  return await promise.then(
    () => expect.fail("it should have been rejected"),
    (error: unknown) => error,
  );
}

describe("a 429", () => {
  test("is waited for, and the call succeeds", async () => {
    platform.faults.add({ kind: "rate_limit", retryAfter: 1, on: { path: "/v1/models" } });
    const { response } = await client.models.list().withResponse();
    expect(response.attempts).toBe(2);
    expect(struck()).toEqual(["rate_limit"]);
    expect(platform.faults.struck[0]?.request).toMatchObject({ method: "GET", path: "/v1/models" });
  });

  test("is an error at once where the wait that it asks for is too long", async () => {
    const hurried = new Fermion({
      baseURL: platform.baseURL,
      apiKey: platform.apiKey,
      maxRetryDelay: 1_999,
    });
    platform.faults.add({ kind: "rate_limit", retryAfter: 2 });
    expect(await rejection(hurried.models.list())).toMatchObject({ status: 429, retryAfter: 2 });
    expect((await hurried.models.list()).data.length).toBeGreaterThan(0);
  });

  test("has the envelope and the header", async () => {
    const error = await rejection(
      client.models.list({ maxRetries: 0, ...asking("rate-limit; retry-after=7") }),
    );
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ status: 429, code: "rate_limit_exceeded", retryAfter: 7 });
    expect(error).toMatchObject({ requestId: platform.faults.struck[0]?.request?.id });
  });
});

describe("an answer that is lost behind the work", () => {
  test.each([
    { kind: "error_after_work", on: { method: "POST" } } as const,
    { kind: "connection_reset", afterWork: true, on: { method: "POST" } } as const,
  ])("still makes one job: $kind", async (fault) => {
    const training_file = await send();
    platform.faults.add(fault);
    const metadata = { batch: fault.kind };
    const hyperparameters = { n_epochs: 1, max_steps: 1 };
    const job = await client.fineTuning.jobs.create({
      model: "photon-nano",
      training_file,
      metadata,
      hyperparameters,
    });
    expect(struck()).toEqual([fault.kind]);
    const all = await client.fineTuning.jobs.list({ metadata });
    expect(all.data.map(({ id }) => id)).toEqual([job.id]);
    await client.fineTuning.jobs.wait(job.id);
  });

  test("is an error to whoever doesn't try again, and the file is there", async () => {
    const before = (await client.files.list()).data.length;
    const file = await toFile(Buffer.from(trainingFile(10)), "lost.jsonl");
    const error = await rejection(
      client.files.create({ file, purpose: "fine-tune" }, { maxRetries: 0, ...asking("error-after-work") }),
    );
    expect(error).toBeInstanceOf(InternalServerError);
    expect((await client.files.list()).data).toHaveLength(before + 1);
  });

  test("is not lost where nothing was done", async () => {
    platform.faults.add({ kind: "error_after_work" });
    const error = await rejection(client.fineTuning.jobs.retrieve("ftjob-none"));
    expect(error).toMatchObject({ status: 404 });
    expect(struck()).toEqual([]);
  });
});

test("a connection that is reset does nothing, and is tried again", async () => {
  const before = (await client.files.list()).data.length;
  const lone = await rejection(client.files.list({}, { maxRetries: 0, ...asking("connection-reset") }));
  expect(lone).toBeInstanceOf(APIConnectionError);
  platform.faults.add({ kind: "connection_reset", on: { method: "POST", path: "/v1/files" } });
  await send();
  expect(struck()).toEqual(["connection_reset", "connection_reset"]);
  expect((await client.files.list()).data).toHaveLength(before + 1);
});

describe("a stream", () => {
  test.each([0, 3])("that is cut behind %i pieces of text ends as truncated, with these", async (after) => {
    const whole: string[] = [];
    for await (const text of client.chat.completions.stream(chat).text()) whole.push(text);
    expect(whole.length).toBeGreaterThan(5);

    platform.faults.add({ kind: "cut_stream", after });
    const stream = client.chat.completions.stream(chat);
    const pieces: string[] = [];
    const error = await rejection(
      (async () => {
        for await (const text of stream.text()) pieces.push(text);
      })(),
    );
    expect(error).toBeInstanceOf(StreamTruncatedError);
    expect(pieces.join("")).toBe(whole.slice(0, after).join(""));
    expect(error).toMatchObject({
      received: { choices: [{ message: { content: whole.slice(0, after).join("") } }] },
    });
    // The next one is whole again.
    expect(await client.chat.completions.stream(chat).finalContent()).toBe(whole.join(""));
  });

  test("that stalls ends by the client's own clock, with what had come", async () => {
    const stream = client.chat.completions.stream(chat, {
      idleTimeout: 3_000,
      ...asking("stall-stream; after=2"),
    });
    const error = await rejection(stream.finalMessage());
    expect(error).toBeInstanceOf(StreamStalledError);
    expect(error).toMatchObject({ idleTimeout: 3_000 });
    if (!(error instanceof StreamStalledError)) return;
    expect(error.received?.choices[0]?.message.content).toMatch(/./);
    expect(struck()).toEqual(["stall_stream"]);
  });

  test("of a job's events that is cut again and again is followed without a gap", async () => {
    const job = await client.fineTuning.jobs.create({
      model: "photon-nano",
      training_file: await send(),
      hyperparameters: { n_epochs: 4, batch_size: 4 },
    });
    platform.faults.add({ kind: "cut_stream", after: 4, times: 3 });
    const steps: number[] = [];
    for await (const update of client.fineTuning.jobs.follow(job.id)) {
      if (update.type === "metrics") steps.push(update.metrics.step);
    }
    expect(steps).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(struck()).toEqual(["cut_stream", "cut_stream", "cut_stream"]);
  });
});

describe("a crash of training", () => {
  const hyperparameters = { n_epochs: 10, batch_size: 2 };
  async function weightsOf(job: string) {
    const { fine_tuned_model } = await client.fineTuning.jobs.wait(job);
    const { files } = await client.models.retrieve(fine_tuned_model ?? "");
    return files?.find(({ name }) => name === "model.safetensors")?.sha256;
  }

  test("costs nothing: the weights are those of a job without one", async () => {
    const params = { model: "photon-nano", training_file: await send(), seed: 3, hyperparameters };
    const expected = await weightsOf((await client.fineTuning.jobs.create(params)).id);
    expect(expected).toMatch(/^[0-9a-f]{64}$/);
    platform.faults.add({ kind: "training_crash", step: 70 }, { kind: "training_crash", step: 3, times: 2 });
    const job = await client.fineTuning.jobs.create(params);
    const other = await client.fineTuning.jobs.create(
      { ...params, suffix: "by-header" },
      asking("training-crash; step=5"),
    );
    expect(await weightsOf(job.id)).toBe(expected);
    expect(await weightsOf(other.id)).toBe(expected);
    expect(
      platform.faults.struck.map(({ fault, job }) => ("step" in fault ? [fault.step, job] : undefined)),
    ).toEqual([
      [3, job.id],
      [3, job.id],
      [70, job.id],
      [5, other.id],
    ]);
    expect(logged.filter((message) => message.startsWith("The training process of"))).toHaveLength(4);
    expect(logged[0]).toContain("ended with signal SIGKILL behind step 2.");
    const events = await client.fineTuning.jobs.listEvents(job.id, { limit: 1000 });
    expect(events.data.filter(({ level }) => level === "warn").map(({ data }) => data)).toEqual([
      { step: 69 },
      { step: 2 },
      { step: 2 },
    ]);
  });

  test("at one step, four times, fails the job with the step", async () => {
    platform.faults.add({ kind: "training_crash", step: 6, times: 4 });
    const job = await client.fineTuning.jobs.create({
      model: "photon-nano",
      training_file: await send(),
      hyperparameters,
    });
    const error = await rejection(client.fineTuning.jobs.wait(job.id));
    expect(error).toBeInstanceOf(FineTuningJobFailedError);
    expect(error).toMatchObject({ message: expect.stringContaining("crashed 4 times behind step 5") });
  });
});

test("a body that is read slowly arrives whole, and its sender sees how far it is", async () => {
  // More than the system buffers, so that the sender has to wait.
  const text = `${"x".repeat(1023)}\n`.repeat(24 * 1024);
  platform.faults.add({
    kind: "slow_request_body",
    bytesPerSecond: 8 * 1024 ** 2,
    on: { path: "/v1/files" },
  });
  const progress: number[] = [];
  const file = await client.files.create(
    { file: await toFile(Buffer.from(text), "large.txt"), purpose: "user_data" },
    { onProgress: ({ bytes }) => progress.push(bytes) },
  );
  expect(file.bytes).toBe(text.length);
  expect(progress.filter((bytes) => bytes < text.length).length).toBeGreaterThan(5);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(struck()).toEqual(["slow_request_body"]);
});

describe("the header", () => {
  test("that asks for what there isn't is refused with what there is", async () => {
    const error = await rejection(client.models.list(asking("fire")));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: "invalid_fault", param: "x-fermion-fault" });
    expect(error).toMatchObject({ message: expect.stringContaining("rate-limit, error-after-work") });
    const misplaced = await rejection(client.models.list(asking("training-crash; step=1")));
    expect(misplaced).toMatchObject({ status: 400, code: "invalid_fault" });
  });

  test("does nothing without the key", async () => {
    const answer = await fetch(`${platform.baseURL}/models`, {
      headers: { "x-fermion-fault": "rate-limit" },
    });
    expect(answer.status).toBe(401);
    expect(struck()).toEqual([]);
  });

  test("does nothing at a platform that was started without faults, and none can be added to it", async () => {
    const plain = temporaryDirectory();
    const sound = await startTinyPlatform(plain.path);
    try {
      const { baseURL, apiKey } = sound;
      const other = new Fermion({ baseURL, apiKey });
      expect((await other.models.list(asking("rate-limit"))).data).toHaveLength(1);
      expect((await other.models.list(asking("fire"))).data).toHaveLength(1);
      expect(() => sound.faults.add({ kind: "rate_limit" })).toThrow(LocalPlatformOptionError);
      expect(sound.faults.struck).toEqual([]);
    } finally {
      await sound.close();
      plain.remove();
    }
  });
});

test("a platform isn't started with a fault that can't be meant", async () => {
  const faults = [{ kind: "cut_stream" as const, after: -1 }];
  const error = await rejection(startTinyPlatform(directory.path, { faults }));
  expect(error).toBeInstanceOf(LocalPlatformOptionError);
  expect(error).toMatchObject({ option: "faults", message: expect.stringContaining("`after` must be") });
});
