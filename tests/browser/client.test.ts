import { createHash } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { signWebhook } from "../../src/index.ts";
import type { LocalPlatform } from "../../src/local.ts";
import { chunk } from "../client/samples.ts";
import { eventStream, sse, wireServer } from "../client/wire-server.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { trainingFile } from "../platform/tiny-base.ts";
import { startTinyPlatform } from "../platform/tiny-platform.ts";
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
  platform = await startTinyPlatform(directory.path, { allowedOrigins: [site.origin] });
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

const MEGABYTE = 1024 ** 2;

/** Four parts of a megabyte, the last of which is short. */
async function chooseLargeFile(): Promise<{ size: number; sha256: string }> {
  const buffer = Buffer.from("Wann muß ich das melden?\n".repeat(150_000)).subarray(0, 3.5 * MEGABYTE);
  await page.setInputFiles("#file", { name: "groß.txt", mimeType: "text/plain", buffer });
  return { size: buffer.length, sha256: createHash("sha256").update(buffer).digest("hex") };
}

test("a page uploads a large file in parts, with progress, and the platform gets it whole", async () => {
  const chosen = await chooseLargeFile();
  const { file, progress } = await page.evaluate(async (options) => {
    const source = document.querySelector("input")?.files?.[0];
    if (!source) throw new Error("No file was chosen.");
    const progress: { bytes: number; fraction: number | undefined; parts: number | undefined }[] = [];
    const file = await new fermionPackage.Fermion(options).files.upload(source, {
      purpose: "user_data",
      partSize: 1024 ** 2,
      onProgress: ({ bytes, fraction, parts }) => progress.push({ bytes, fraction, parts: parts?.total }),
    });
    return { file, progress };
  }, connection);
  expect(file).toMatchObject({ filename: "groß.txt", bytes: chosen.size, sha256: chosen.sha256 });
  expect(progress.at(-1)).toEqual({ bytes: chosen.size, fraction: 1, parts: 4 });
  const counts = progress.map(({ bytes }) => bytes);
  // How many reports lie between is a matter of time: there are at most ten a second.
  expect(counts[0]).toBe(0);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
});

test("an upload goes on after the page was loaded again, with its state in localStorage", async () => {
  const chosen = await chooseLargeFile();
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") sent.push(new URL(request.url()).pathname.replace(/upload_\w+/, "ID"));
  });
  const upload = (abortAfter: number) =>
    page.evaluate(
      async ({ options, abortAfter }) => {
        const source = document.querySelector("input")?.files?.[0];
        if (!source) throw new Error("No file was chosen.");
        const { APIUserAbortError, Fermion } = fermionPackage;
        const controller = new AbortController();
        let saved = 0;
        try {
          return await new Fermion(options).files.upload(source, {
            purpose: "user_data",
            partSize: 1024 ** 2,
            concurrency: 1,
            signal: controller.signal,
            resume: {
              load: (key) => localStorage.getItem(key),
              save: (key, state) => {
                localStorage.setItem(key, state);
                if (Object.keys(JSON.parse(state).parts).length >= abortAfter && saved++ === 0) {
                  controller.abort();
                }
              },
              remove: (key) => localStorage.removeItem(key),
            },
          });
        } catch (error) {
          return error instanceof APIUserAbortError ? "aborted" : String(error);
        }
      },
      { options: connection, abortAfter },
    );
  expect(await upload(2)).toBe("aborted");
  await page.reload();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  await chooseLargeFile();
  sent.length = 0;
  expect(await upload(Number.POSITIVE_INFINITY)).toMatchObject({
    bytes: chosen.size,
    sha256: chosen.sha256,
  });
  expect(sent.filter((path) => path.endsWith("/ID/parts"))).toHaveLength(2);
  expect(sent.at(-1)).toMatch(/ID\/complete$/);
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
});

test("a webhook is verified where it is looked at, and a forged one refused", async () => {
  const secrets = `whsec_${Buffer.from("a secret of a page in a browser").toString("base64")}`;
  const event = { id: "evt_1", type: "fine_tuning.job.succeeded", data: { id: "ftjob-1" } };
  const { body, headers } = await signWebhook(event, { secrets });
  const verdict = await page.evaluate(
    async ({ body, headers, secrets }) => {
      const { unwrapWebhook, WebhookVerificationError } = fermionPackage;
      const unwrapped = await unwrapWebhook(body, new Headers(headers), { secrets });
      const error = await unwrapWebhook(`${body} `, headers, { secrets }).catch((thrown: unknown) => thrown);
      return { unwrapped, refused: error instanceof WebhookVerificationError };
    },
    { body, headers, secrets },
  );
  expect(verdict).toMatchObject({ unwrapped: event, refused: true });
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
