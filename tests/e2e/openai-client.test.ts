import { createHash } from "node:crypto";
import OpenAI, { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LocalPlatform } from "../../src/local.ts";
import { hasPublicDescription } from "../contract/public-description.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { trainingFile } from "../platform/tiny-base.ts";
import { startTinyPlatform } from "../platform/tiny-platform.ts";
import { createWireValidator, type Exchange, recordingFetch } from "./wire-validator.ts";

/** The official client, as it comes from the registry, against the real platform. */
const directory = temporaryDirectory();
const exchanges: Exchange[] = [];
let platform: LocalPlatform;
let openai: OpenAI;

beforeAll(async () => {
  platform = await startTinyPlatform(directory.path);
  openai = new OpenAI({
    baseURL: platform.baseURL,
    apiKey: platform.apiKey,
    fetch: recordingFetch(exchanges),
    maxRetries: 0,
  });
});
afterAll(async () => {
  await platform.close();
  directory.remove();
});

const upload = async (text: string) =>
  await openai.files.create({ file: await toFile(Buffer.from(text), "train.jsonl"), purpose: "fine-tune" });

async function ended(id: string) {
  for (;;) {
    const job = await openai.fineTuning.jobs.retrieve(id);
    if (["succeeded", "failed", "cancelled"].includes(job.status)) return job;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("the official client", () => {
  test("creates, lists, reads and deletes files", async () => {
    const text = trainingFile(4);
    const file = await upload(text);
    expect(file).toMatchObject({ bytes: text.length, purpose: "fine-tune", filename: "train.jsonl" });
    const listed: string[] = [];
    for await (const item of openai.files.list({ limit: 1 })) listed.push(item.id);
    expect(listed).toContain(file.id);
    expect(await (await openai.files.content(file.id)).text()).toBe(text);
    expect(await openai.files.delete(file.id)).toMatchObject({ deleted: true });
    expect(await thrownBy(openai.files.retrieve(file.id))).toBeInstanceOf(OpenAI.NotFoundError);
  });

  test("uploads a file in three parts", async () => {
    const text = Buffer.from(trainingFile(30));
    const upload = await openai.uploads.create({
      filename: "train.jsonl",
      purpose: "fine-tune",
      bytes: text.length,
      mime_type: "text/jsonl",
    });
    expect(upload.status).toBe("pending");
    const size = Math.ceil(text.length / 3);
    const part_ids = [];
    for (let at = 0; at < text.length; at += size) {
      const data = await toFile(text.subarray(at, at + size), "part");
      part_ids.push((await openai.uploads.parts.create(upload.id, { data })).id);
    }
    expect(part_ids).toHaveLength(3);
    const md5 = createHash("md5").update(text).digest("hex");
    const completed = await openai.uploads.complete(upload.id, { part_ids, md5 });
    expect(completed).toMatchObject({ status: "completed", file: { bytes: text.length } });
    const content = await openai.files.content(completed.file?.id ?? "");
    expect(Buffer.from(await content.arrayBuffer()).equals(text)).toBe(true);
    const cancelled = await openai.uploads.create({
      filename: "f",
      purpose: "fine-tune",
      bytes: 1,
      mime_type: "text/jsonl",
    });
    expect((await openai.uploads.cancel(cancelled.id)).status).toBe("cancelled");
  });

  test("fine-tunes, follows, and talks to the model", async () => {
    const file = await upload(trainingFile(60));
    const validation = await upload(trainingFile(12));
    const made = await openai.fineTuning.jobs.create({
      model: "photon-nano",
      training_file: file.id,
      validation_file: validation.id,
      suffix: "claims",
      seed: 5,
      metadata: { team: "claims" },
      method: {
        type: "supervised",
        supervised: { hyperparameters: { n_epochs: 4, batch_size: 16, learning_rate_multiplier: 4 } },
      },
    });
    expect(made.status).toBe("validating_files");
    const job = await ended(made.id);
    expect(job).toMatchObject({
      status: "succeeded",
      error: null,
      seed: 5,
      hyperparameters: { n_epochs: 4, batch_size: 16, learning_rate_multiplier: 4 },
      metadata: { team: "claims" },
    });
    expect(job.fine_tuned_model).toMatch(/^ft:photon-nano:local:claims:\w{8}$/);
    expect(job.trained_tokens).toBeGreaterThan(1000);
    expect(job.finished_at).toBeGreaterThanOrEqual(job.created_at);

    const listed: string[] = [];
    for await (const item of openai.fineTuning.jobs.list({ limit: 5 })) listed.push(item.id);
    expect(listed[0]).toBe(job.id);

    const events = [];
    for await (const event of openai.fineTuning.jobs.listEvents(job.id, { limit: 7 })) events.unshift(event);
    expect(events[0]?.message).toBe(`Created fine-tuning job: ${job.id}`);
    expect(events.at(-1)?.message).toBe("The job has successfully completed");
    const metrics = events.filter(({ type }) => type === "metrics").map(({ data }) => data);
    expect(metrics).toHaveLength(16);
    expect(metrics[3]).toMatchObject({
      step: 4,
      total_steps: 16,
      epoch: 1,
      full_valid_loss: expect.any(Number),
    });

    const checkpoints = [];
    for await (const checkpoint of openai.fineTuning.jobs.checkpoints.list(job.id, { limit: 2 }))
      checkpoints.push(checkpoint);
    expect(checkpoints.map(({ step_number }) => step_number)).toEqual([16, 12, 8]);
    const names = (await openai.models.list()).data.map(({ id }) => id);
    expect(names).toEqual(
      expect.arrayContaining([
        "photon-nano",
        job.fine_tuned_model,
        checkpoints[1]?.fine_tuned_model_checkpoint,
      ]),
    );

    const results = await (await openai.files.content(job.result_files[0] ?? "")).text();
    expect(results.split("\n")).toHaveLength(18);
    expect(results).toMatch(/^step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n1,\d/);

    await talk(job.fine_tuned_model ?? "");
    await talk(checkpoints[1]?.fine_tuned_model_checkpoint ?? "");

    const model = await openai.models.retrieve(job.fine_tuned_model ?? "");
    expect(model).toMatchObject({ job: job.id, base: "photon-nano", owned_by: "local", context_length: 96 });
    expect(await openai.models.delete(model.id)).toMatchObject({ deleted: true });
    expect(await thrownBy(openai.models.retrieve(model.id))).toBeInstanceOf(OpenAI.NotFoundError);
  });

  async function talk(model: string): Promise<void> {
    const asked = {
      model,
      temperature: 0,
      max_tokens: 12,
      messages: [{ role: "user" as const, content: "When must I report hail?" }],
    };
    const whole = await openai.chat.completions.create(asked);
    const text = whole.choices[0]?.message.content ?? "";
    expect(text).not.toBe("");
    expect(whole.usage?.total_tokens).toBe(
      (whole.usage?.prompt_tokens ?? 0) + (whole.usage?.completion_tokens ?? 0),
    );

    let streamed = "";
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of await openai.chat.completions.create({
      ...asked,
      stream: true,
      stream_options: { include_usage: true },
    })) {
      streamed += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage;
    }
    expect(streamed).toBe(text);
    expect(usage).toEqual(whole.usage);

    const helper = openai.chat.completions.stream(asked);
    expect(await helper.finalContent()).toBe(text);

    const stopped = await openai.chat.completions.create({ ...asked, stop: [text.slice(2, 4)] });
    expect(stopped.choices[0]).toMatchObject({
      finish_reason: "stop",
      message: { content: text.slice(0, text.indexOf(text.slice(2, 4))) },
    });

    const sampled = { ...asked, temperature: 1, top_p: 0.9, seed: 3, n: 3 };
    const [a, b] = [
      await openai.chat.completions.create(sampled),
      await openai.chat.completions.create(sampled),
    ];
    expect(a.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(a.choices).toEqual(b.choices);
  }

  test("reads log-probabilities, of a whole answer as of a stream", async () => {
    const asked = {
      model: "photon-nano",
      messages: [{ role: "user" as const, content: "When must I report hail?" }],
      max_tokens: 8,
      seed: 5,
      logprobs: true,
      top_logprobs: 3,
      frequency_penalty: 0.5,
      logit_bias: { 300: 2 },
      n: 2,
    };
    const whole = await openai.chat.completions.create(asked);
    expect(whole.choices).toHaveLength(2);
    for (const { logprobs } of whole.choices) {
      expect(logprobs?.refusal).toBeNull();
      expect(logprobs?.content?.length).toBeGreaterThan(0);
      for (const { top_logprobs } of logprobs?.content ?? []) expect(top_logprobs).toHaveLength(3);
    }
    const streamed = await openai.chat.completions.stream(asked).finalChatCompletion();
    expect(streamed.choices.map(({ logprobs }) => logprobs)).toEqual(
      whole.choices.map(({ logprobs }) => logprobs),
    );
  });

  test("cancels, pauses and resumes a job", async () => {
    const file = await upload(trainingFile(60));
    const start = {
      model: "photon-nano",
      training_file: file.id,
      hyperparameters: { n_epochs: 50, batch_size: 1 },
    };
    const first = await openai.fineTuning.jobs.create(start);
    while ((await openai.fineTuning.jobs.retrieve(first.id)).status !== "running")
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await openai.fineTuning.jobs.pause(first.id)).status).toBe("paused");
    const second = await openai.fineTuning.jobs.create({ ...start, hyperparameters: { n_epochs: 1 } });
    // The trainer is free for others while a job is paused.
    expect((await ended(second.id)).status).toBe("succeeded");
    const atPause = await openai.fineTuning.jobs.listEvents(first.id, { limit: 1000 });
    const steps = atPause.data.filter(({ type }) => type === "metrics").length;
    expect((await openai.fineTuning.jobs.resume(first.id)).status).toBe("queued");
    const goesOn = async () =>
      (await openai.fineTuning.jobs.listEvents(first.id, { limit: 1 })).data[0]?.type === "metrics";
    while (!(await goesOn())) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await openai.fineTuning.jobs.cancel(first.id)).status).toBe("cancelled");
    const all = [];
    for await (const event of openai.fineTuning.jobs.listEvents(first.id, { limit: 1000 }))
      all.unshift(event);
    const numbers = all.filter(({ type }) => type === "metrics").map(({ data }) => Object(data).step);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers.length).toBeGreaterThan(steps);
  });

  test("gets its own error classes", async () => {
    const stranger = new OpenAI({
      baseURL: platform.baseURL,
      apiKey: "wrong",
      fetch: recordingFetch(exchanges),
      maxRetries: 0,
    });
    expect(await thrownBy(stranger.models.list())).toBeInstanceOf(OpenAI.AuthenticationError);
    const chat = (more: object) =>
      thrownBy(
        openai.chat.completions.create({
          model: "photon-nano",
          messages: [{ role: "user", content: "x" }],
          ...more,
        }),
      );
    const missing = await chat({ model: "gpt-x" });
    expect(missing).toBeInstanceOf(OpenAI.NotFoundError);
    expect(missing).toMatchObject({ code: "model_not_found", requestID: expect.stringMatching(/^req_/) });
    const refused = await chat({ top_logprobs: 2 });
    expect(refused).toBeInstanceOf(OpenAI.BadRequestError);
    expect(refused).toMatchObject({ param: "top_logprobs" });
    const unknownToken = await chat({ logit_bias: { 99999: 1 } });
    expect(unknownToken).toBeInstanceOf(OpenAI.BadRequestError);
    expect(unknownToken).toMatchObject({ param: "logit_bias.99999" });
    const long = await chat({ messages: [{ role: "user", content: "hail ".repeat(300) }], stream: true });
    expect(long).toBeInstanceOf(OpenAI.BadRequestError);
    expect(long).toMatchObject({
      code: "context_length_exceeded",
      message: expect.stringMatching(/\d+ tokens.*96/),
    });
    expect(await thrownBy(openai.models.delete("photon-nano"))).toBeInstanceOf(OpenAI.PermissionDeniedError);
    expect(await thrownBy(openai.fineTuning.jobs.retrieve("ftjob-x"))).toBeInstanceOf(OpenAI.NotFoundError);
  });
});

describe.skipIf(!hasPublicDescription)("by the public description", () => {
  test("every response so far is as described", () => {
    const validate = createWireValidator();
    const faults = exchanges.flatMap((exchange) =>
      validate(exchange).map((fault) => `${exchange.method} ${exchange.path} (${exchange.status}): ${fault}`),
    );
    expect(faults).toEqual([]);
    expect(exchanges.length).toBeGreaterThan(60);
    expect(new Set(exchanges.map(({ status }) => status))).toEqual(new Set([200, 400, 401, 403, 404]));
  });
});
