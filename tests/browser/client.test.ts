import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type LocalPlatform, startLocalPlatform } from "../../src/local.ts";
import { chunk } from "../client/samples.ts";
import { eventStream, sse, wireServer } from "../client/wire-server.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { trainingFile, writeTinyBase } from "../platform/tiny-base.ts";
import { launchChromium } from "./chromium.ts";
import { crossOrigin } from "./cross-origin.ts";
import { type PageServer, servePage } from "./page-server.ts";

/**
 * The built package on a page in Chromium, against a real platform of another origin. What stands within `evaluate`
 * runs in the page, where the package is `fermionPackage`.
 */
const directory = temporaryDirectory();
let site: PageServer;
let platform: LocalPlatform;
let browser: Browser;
let page: Page;
let connection: { baseURL: string; apiKey: string };
let complaints: string[];

beforeAll(async () => {
  site = await servePage();
  const base = join(directory.path, "base");
  await writeTinyBase(base);
  const dataDir = join(directory.path, "data");
  platform = await startLocalPlatform({
    dataDir,
    port: 0,
    threads: 1,
    bases: { "photon-nano": base },
    allowedOrigins: [site.origin],
  });
  connection = { baseURL: platform.baseURL, apiKey: platform.apiKey };
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await platform?.close();
  await site?.[Symbol.asyncDispose]();
  directory.remove();
});

beforeEach(async () => {
  page = await browser.newPage();
  complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // The browser itself reports each status above 399 and each broken connection like this.
    if (!message.text().startsWith("Failed to load resource:")) {
      complaints.push(`${message.type()}: ${message.text()}`);
    }
  });
  await page.goto(site.origin);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
});
afterEach(async () => {
  await page.close();
  // Neither an exception that nobody caught, nor a header that may not be set, nor a breach of the page's policy.
  expect(complaints).toEqual([]);
});

test("a page uploads a chosen file, fine-tunes, follows to the end, and streams an answer", async () => {
  const training = {
    name: "größe.jsonl",
    mimeType: "application/jsonl",
    buffer: Buffer.from(trainingFile(60)),
  };
  await page.setInputFiles("#file", training);
  const seen = await page.evaluate(async (options) => {
    const { Fermion } = fermionPackage;
    const client = new Fermion(options);
    const input = document.querySelector("input");
    const chosen = input?.files?.[0];
    if (!chosen) throw new Error("No file was chosen.");

    const progress: { bytes: number; fraction: number | undefined }[] = [];
    const file = await client.files.create(
      { file: chosen, purpose: "fine-tune" },
      { onProgress: ({ bytes, fraction }) => progress.push({ bytes, fraction }) },
    );
    const job = await client.fineTuning.jobs.create({
      model: "photon-nano",
      training_file: file.id,
      seed: 1,
      hyperparameters: { n_epochs: 20, batch_size: 4, learning_rate_multiplier: 4 },
    });
    const statuses: string[] = [];
    const steps: number[] = [];
    for await (const update of client.fineTuning.jobs.follow(job.id)) {
      if (update.type === "status") statuses.push(update.job.status);
      if (update.type === "metrics") steps.push(update.metrics.step);
    }
    const { fine_tuned_model: model } = await client.fineTuning.jobs.wait(job.id);
    const stream = client.chat.completions.stream({
      model,
      temperature: 0,
      messages: [
        { role: "system", content: "You answer for an insurer." },
        { role: "user", content: "When must I report theft? (2)" },
      ],
    });
    const texts: string[] = [];
    for await (const text of stream.text()) texts.push(text);
    const content = await (await client.files.content(file.id)).text();
    return { file, progress, statuses, steps, texts, usage: stream.usage, content };
  }, connection);

  const size = training.buffer.length;
  expect(seen.file).toMatchObject({ bytes: size, filename: training.name, purpose: "fine-tune" });
  expect(seen.content).toBe(training.buffer.toString());
  expect(seen.progress[0]).toEqual({ bytes: 0, fraction: 0 });
  expect(seen.progress.at(-1)).toEqual({ bytes: size, fraction: 1 });
  expect(seen.statuses.at(-1)).toBe("succeeded");
  expect(seen.steps).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  expect(seen.texts.join("")).toBe("You must report theft within a week.");
  expect(seen.texts.length).toBeGreaterThan(1);
  expect(seen.usage?.completion_tokens).toBeGreaterThan(0);
});

test("errors are typed, with the platform's words and the request id", async () => {
  const errors = await page.evaluate(async ({ baseURL, apiKey }) => {
    const { APIConnectionError, AuthenticationError, ConfigurationError, Fermion, NotFoundError } =
      fermionPackage;
    const stranger = new Fermion({ baseURL, apiKey: "wrong", maxRetries: 0 });
    const refused = await stranger.models.list().catch((error: unknown) => error);
    const client = new Fermion({ baseURL, apiKey, maxRetries: 0 });
    const missing = await client.models.retrieve("no-such-model").catch((error: unknown) => error);
    const nobody = new Fermion({ baseURL: "http://127.0.0.1:1/v1", apiKey, maxRetries: 0 });
    const unreached = await nobody.models.list().catch((error: unknown) => error);
    const unsent = await client.files
      .create({ file: { path: "claims.jsonl" }, purpose: "fine-tune" })
      .catch((error: unknown) => error);
    return {
      refused: refused instanceof AuthenticationError && {
        requestId: refused.requestId,
        text: String(refused),
      },
      missing: missing instanceof NotFoundError && { status: missing.status, code: missing.code },
      unreached: unreached instanceof APIConnectionError && String(unreached),
      unsent: unsent instanceof ConfigurationError ? "ConfigurationError" : String(unsent),
    };
  }, connection);
  expect(errors.refused).toMatchObject({ requestId: expect.stringMatching(/./) });
  expect(JSON.stringify(errors)).not.toContain(connection.apiKey);
  expect(errors.missing).toMatchObject({ status: 404 });
  expect(errors.unreached).toContain("http://127.0.0.1:1/v1");
  expect(errors.unsent).toBe("ConfigurationError");
});

test("a stream that breaks off is truncated, and has what came", async () => {
  await using server = await wireServer(
    crossOrigin(site.origin, async (response) => {
      eventStream(response);
      response.write(sse(chunk({ role: "assistant", content: "Half a" })));
      await new Promise((resolve) => setTimeout(resolve, 50));
      response.destroy();
    }),
  );
  const verdict = await page.evaluate(async (baseURL) => {
    const { Fermion, StreamTruncatedError } = fermionPackage;
    const client = new Fermion({ baseURL, apiKey: "key", maxRetries: 0 });
    const stream = client.chat.completions.stream({
      model: "m",
      messages: [{ role: "user", content: "Hi" }],
    });
    const error = await stream.finalMessage().catch((thrown: unknown) => thrown);
    return error instanceof StreamTruncatedError
      ? { text: error.received?.choices[0]?.message.content, isRetryable: error.isRetryable }
      : String(error);
  }, server.baseURL);
  expect(verdict).toEqual({ text: "Half a", isRetryable: true });
});

test("aborting a stream ends it as aborted, and frees its connection at once", async () => {
  let closed = false;
  await using server = await wireServer(
    crossOrigin(site.origin, (response) => {
      response.on("close", () => {
        closed = true;
      });
      eventStream(response);
      response.write(sse(chunk({ role: "assistant", content: "One" })));
    }),
  );
  const verdict = await page.evaluate(async (baseURL) => {
    const { APIUserAbortError, Fermion } = fermionPackage;
    const client = new Fermion({ baseURL, apiKey: "key", maxRetries: 0 });
    const controller = new AbortController();
    const stream = client.chat.completions.stream(
      { model: "m", messages: [{ role: "user", content: "Hi" }] },
      { signal: controller.signal },
    );
    const texts: string[] = [];
    try {
      for await (const text of stream.text()) {
        texts.push(text);
        controller.abort();
      }
      return "It ended as if it were whole.";
    } catch (error) {
      return { texts, aborted: error instanceof APIUserAbortError };
    }
  }, server.baseURL);
  expect(verdict).toEqual({ texts: ["One"], aborted: true });
  await expect.poll(() => closed).toBe(true);
});
