import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  Fermion,
  FineTuningJobFailedError,
  NotFoundError,
  PermissionDeniedError,
  toFile,
} from "../../src/index.ts";
import type { LocalPlatform } from "../../src/local.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { trainingFile } from "../platform/tiny-base.ts";
import { startTinyPlatform } from "../platform/tiny-platform.ts";

/** The package's own client against its own platform: the main job, whole. */
const directory = temporaryDirectory();
let platform: LocalPlatform;
let client: Fermion;

beforeAll(async () => {
  platform = await startTinyPlatform(directory.path);
  client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
});
afterAll(async () => {
  await platform.close();
  directory.remove();
});

const send = async (text: string) =>
  await client.files.create({ file: await toFile(Buffer.from(text), "train.jsonl"), purpose: "fine-tune" });

test("uploads with progress, fine-tunes, follows to the end, and streams an answer", async () => {
  const text = trainingFile(60);
  const progress: number[] = [];
  const file = await client.files.create(
    { file: await toFile(Buffer.from(text), "train.jsonl"), purpose: "fine-tune" },
    { onProgress: ({ bytes }) => progress.push(bytes) },
  );
  expect(progress.at(-1)).toBeGreaterThanOrEqual(text.length);

  const job = await client.fineTuning.jobs.create({
    model: "photon-nano",
    training_file: file.id,
    validation_file: (await send(trainingFile(12))).id,
    suffix: "claims",
    seed: 1,
    hyperparameters: { n_epochs: 20, batch_size: 4, learning_rate_multiplier: 4 },
  });
  const statuses: string[] = [];
  const steps: number[] = [];
  const messages: string[] = [];
  for await (const update of client.fineTuning.jobs.follow(job.id)) {
    if (update.type === "status") statuses.push(update.job.status);
    else if (update.type === "metrics") steps.push(update.metrics.step);
    else messages.push(update.event.message);
  }
  expect(statuses.at(-1)).toBe("succeeded");
  expect(statuses).toEqual(expect.arrayContaining(["validating_files", "running", "succeeded"]));
  expect(steps).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  expect(messages.at(-1)).toBe("The job has successfully completed");

  const { fine_tuned_model } = await client.fineTuning.jobs.wait(job.id);
  const stream = client.chat.completions.stream({
    model: fine_tuned_model ?? "",
    temperature: 0,
    messages: [
      { role: "system", content: "You answer for an insurer." },
      { role: "user", content: "When must I report theft? (2)" },
    ],
  });
  let answer = "";
  for await (const piece of stream.text()) answer += piece;
  expect(answer).toBe("You must report theft within a week.");
  expect((await stream.finalMessage()).content).toBe(answer);
});

describe("a job with a bad file", () => {
  test("fails in validation with every line that can't be used, and trains nothing", async () => {
    const lines = trainingFile(30).trimEnd().split("\n");
    lines[2] = "{broken";
    lines[6] = (lines[6] ?? "").replace('"assistant"', '"asistant"');
    lines[11] = '{"messages": []}';
    lines[12] = '{"messages": [{"role": "user", "content": "Anyone?"}]}';
    const job = await client.fineTuning.jobs.create({
      model: "photon-nano",
      training_file: (await send(lines.join("\n"))).id,
    });
    const error = await client.fineTuning.jobs.wait(job.id).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FineTuningJobFailedError);
    const failed = await client.fineTuning.jobs.retrieve(job.id);
    expect(failed).toMatchObject({
      status: "failed",
      fine_tuned_model: null,
      trained_tokens: null,
      error: {
        code: "invalid_training_file",
        param: "training_file",
        line_count: 4,
        lines: [
          { line: 3, reason: "not JSON (expected property name or '}')" },
          { line: 7 },
          { line: 12, reason: "the dialogue is empty" },
          { line: 13 },
        ],
      },
    });
    expect(failed.error?.message).toContain(
      "4 of 30 rows can't be used: line 3: not JSON (expected property name or '}'); line 7: role",
    );
    const events = (await client.fineTuning.jobs.listEvents(job.id)).data;
    expect(events[0]).toMatchObject({ level: "error", data: { line_count: 4 } });
    expect(events.every(({ type }) => type === "message")).toBe(true);
  });

  test("fails for its validation file, and for too few rows", async () => {
    const [good, bad, few] = [
      await send(trainingFile(12)),
      await send("nonsense\n"),
      await send(trainingFile(9)),
    ];
    const start = async (training_file: string, validation_file?: string) => {
      const job = await client.fineTuning.jobs.create({
        model: "photon-nano",
        training_file,
        validation_file,
      });
      await client.fineTuning.jobs.wait(job.id).catch(() => undefined);
      return (await client.fineTuning.jobs.retrieve(job.id)).error;
    };
    expect(await start(good.id, bad.id)).toMatchObject({
      code: "invalid_validation_file",
      param: "validation_file",
    });
    expect(await start(few.id)).toMatchObject({ code: "invalid_n_examples", param: "training_file" });
  });

  test("fails when training leaves the numbers", async () => {
    const job = await client.fineTuning.jobs.create({
      model: "photon-nano",
      training_file: (await send(trainingFile(30))).id,
      hyperparameters: { learning_rate_multiplier: 1e30, n_epochs: 3 },
    });
    await client.fineTuning.jobs.wait(job.id).catch(() => undefined);
    expect((await client.fineTuning.jobs.retrieve(job.id)).error).toMatchObject({
      code: "training_diverged",
      param: "hyperparameters",
      message: expect.stringMatching(/step \d+/),
    });
  });
});

test("warns about rows that are cut to the context", async () => {
  const long = JSON.stringify({
    messages: [
      { role: "user", content: "When must I report hail?" },
      { role: "assistant", content: "You must report hail within a week. ".repeat(40) },
    ],
  });
  const job = await client.fineTuning.jobs.create({
    model: "photon-nano",
    training_file: (await send(`${trainingFile(10)}${long}\n`)).id,
    hyperparameters: { n_epochs: 1 },
  });
  await client.fineTuning.jobs.wait(job.id);
  const events = (await client.fineTuning.jobs.listEvents(job.id)).data;
  expect(events.find(({ level }) => level === "warn")?.message).toMatch(
    /^1 row of the training file .* line 11\.$/,
  );
});

describe("errors", () => {
  const ask = (model = "photon-nano") => ({ model, messages: [{ role: "user" as const, content: "Hello" }] });

  test("have the client's own classes", async () => {
    const stranger = new Fermion({ baseURL: platform.baseURL, apiKey: "wrong", maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(AuthenticationError);
    await expect(client.chat.completions.create(ask("gpt-x"))).rejects.toBeInstanceOf(NotFoundError);
    await expect(client.models.delete("photon-nano")).rejects.toBeInstanceOf(PermissionDeniedError);
    await expect(
      client.fineTuning.jobs.create({ model: "photon-nano", training_file: "x", method: { type: "dpo" } }),
    ).rejects.toBeInstanceOf(BadRequestError);
    const file = await send(trainingFile(10));
    const params = { model: "photon-nano", training_file: file.id };
    const { id } = await client.fineTuning.jobs.create(params, { idempotencyKey: "k" });
    expect((await client.fineTuning.jobs.create(params, { idempotencyKey: "k" })).id).toBe(id);
    await expect(
      client.fineTuning.jobs.create({ ...params, seed: 5 }, { idempotencyKey: "k" }),
    ).rejects.toBeInstanceOf(ConflictError);
    await client.fineTuning.jobs.wait(id);
    await expect(client.fineTuning.jobs.cancel(id)).rejects.toBeInstanceOf(ConflictError);
  });

  test("leave no answer behind that nobody wants", async () => {
    // Many streams are begun and given up; if their slots weren't freed, the last one would wait for ever.
    for (let i = 0; i < 12; i++) {
      const stream = client.chat.completions.stream({ ...ask(), temperature: 1 });
      const reading = stream.finalMessage();
      if (i % 2) stream.abort();
      await reading.catch((error: unknown) => expect(error).toBeInstanceOf(APIUserAbortError));
    }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => client.chat.completions.create({ ...ask(), max_tokens: 20, seed: 1 })),
    );
    expect(new Set(answers.map(({ choices }) => choices[0]?.message.content)).size).toBe(1);
  });
});
