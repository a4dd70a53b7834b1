import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Fermion, WebhookVerificationError } from "../../src/index.ts";
import { startLocalPlatform } from "../../src/local.ts";
import { rejection } from "../client/wire-server.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { trainingFile, writeTinyBase } from "../platform/tiny-base.ts";
import { type ReceivedWebhook, webhookReceiver } from "../platform/webhook-receiver.ts";
import { servePlatform } from "./served.ts";

const directory = temporaryDirectory();
const base = join(directory.path, "base");
beforeAll(() => writeTinyBase(base));
afterAll(directory.remove);

async function startJob(client: Fermion): Promise<string> {
  const file = new File([trainingFile(12)], "train.jsonl");
  const { id } = await client.files.create({ file, purpose: "fine-tune" });
  const job = await client.fineTuning.jobs.create({
    model: "photon-nano",
    training_file: id,
    hyperparameters: { n_epochs: 1, batch_size: 4 },
  });
  return job.id;
}

const headersOf = ({ headers }: ReceivedWebhook) => ({
  "webhook-id": String(headers["webhook-id"]),
  "webhook-timestamp": String(headers["webhook-timestamp"]),
  "webhook-signature": String(headers["webhook-signature"]),
});

test("a job that has ended is told to a receiver, which our client and the official one understand", async () => {
  await using receiver = await webhookReceiver();
  const platform = await startLocalPlatform({
    dataDir: join(directory.path, "told"),
    port: 0,
    threads: 1,
    bases: { "photon-nano": base },
  });
  try {
    const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
    const { endpoints } = client.webhooks;
    const { id, secret } = await endpoints.create({ url: `${receiver.url}/hook` });
    const jobId = await startJob(client);
    await receiver.has(1);
    const [webhook] = receiver.received;
    if (!webhook) throw new Error("nothing came");

    // Node's headers as they are: what a handler without a framework has.
    const event = await client.webhooks.unwrap(webhook.body, webhook.headers, secret);
    if (event.type !== "fine_tuning.job.succeeded") throw new Error(`it is ${event.type}`);
    expect(event.data.id).toBe(jobId);
    // Who is told that a job has succeeded can use its model at once.
    const job = await client.fineTuning.jobs.retrieve(event.data.id);
    expect(job).toMatchObject({ status: "succeeded", fine_tuned_model: expect.stringContaining("ft:") });

    const openai = new OpenAI({ apiKey: "key", webhookSecret: secret });
    expect(await openai.webhooks.unwrap(webhook.body, headersOf(webhook))).toEqual(event);

    const { secret: other } = await endpoints.rotateSecret(id);
    const error = await rejection(client.webhooks.unwrap(webhook.body, webhook.headers, other));
    expect(error).toBeInstanceOf(WebhookVerificationError);
    expect(await client.webhooks.unwrap(webhook.body, webhook.headers, [other, secret])).toEqual(event);
    expect((await endpoints.list()).data.map((endpoint) => endpoint.id)).toEqual([id]);
    await endpoints.delete(id);
  } finally {
    await platform.close();
  }
});

test("a platform that is killed before the receiver has answered tells it after its next start", async () => {
  await using receiver = await webhookReceiver((index) => (index === 0 ? "silence" : 204));
  const dataDir = join(directory.path, "killed");
  const first = await servePlatform(dataDir, base);
  const { secret } = await new Fermion({
    baseURL: first.baseURL,
    apiKey: first.apiKey,
  }).webhooks.endpoints.create({ url: receiver.url });
  const jobId = await startJob(new Fermion({ baseURL: first.baseURL, apiKey: first.apiKey }));
  await receiver.has(1);
  await first.end("SIGKILL");

  const second = await servePlatform(dataDir, base);
  try {
    await receiver.has(2);
    const [told, again] = receiver.received;
    if (!told || !again) throw new Error("nothing came");
    expect(again.headers["webhook-id"]).toBe(told.headers["webhook-id"]);
    const { webhooks } = new Fermion({ baseURL: second.baseURL, apiKey: second.apiKey });
    expect(await webhooks.unwrap(again.body, again.headers, secret)).toMatchObject({
      type: "fine_tuning.job.succeeded",
      data: { id: jobId },
    });
  } finally {
    await second.end("SIGTERM");
  }
});
