/**
 * Being told by a webhook when a job has ended, instead of waiting for it. Run it with
 * `npm run build && npx tsx examples/webhooks.ts`; it needs no key, no GPU and no network.
 */
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { Fermion, toFile, type WebhookEvent, WebhookVerificationError } from "fermion";
import { startLocalPlatform } from "fermion/local";

const dataDir = ".fermion/webhooks";
rmSync(dataDir, { recursive: true, force: true });
const platform = await startLocalPlatform({ dataDir, port: 0 });
const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });

// 1. A receiver. It answers at once, and what is to be done comes afterwards.
let secret = "";
let told: (event: WebhookEvent) => void = () => {};
const jobHasEnded = new Promise<WebhookEvent>((resolve) => {
  told = resolve;
});
const receiver = createServer(async (request, response) => {
  try {
    const event = await client.webhooks.unwrap(await bytesOf(request), request.headers, secret);
    response.writeHead(204).end();
    told(event);
  } catch (error) {
    response.writeHead(error instanceof WebhookVerificationError ? 400 : 500).end();
    console.error(error);
  }
}).listen(0, "127.0.0.1");
await once(receiver, "listening");
const address = receiver.address();
const port = typeof address === "object" && address ? address.port : 0;

try {
  // 2. Register it. The secret is in this answer alone.
  const endpoint = await client.webhooks.endpoints.create({ url: `http://127.0.0.1:${port}/webhooks` });
  secret = endpoint.secret;

  // 3. Start a job, which a dozen dialogues and a few steps keep short.
  const dialogues = readFileSync(new URL("data/claims.train.jsonl", import.meta.url), "utf8");
  const few = dialogues.split("\n").slice(0, 12).join("\n");
  const { id: training_file } = await client.files.upload(toFile(few, "few.jsonl"), { purpose: "fine-tune" });
  const job = await client.fineTuning.jobs.create({
    model: "photon-nano",
    training_file,
    method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 1, max_steps: 4 } } },
  });
  console.log(`created a job: ${job.status}`);

  // 4. Be told. The event says that something has happened; the job says how things are.
  const event = await jobHasEnded;
  if (event.type !== "fine_tuning.job.succeeded") throw new Error(`The job has not succeeded: ${event.type}`);
  const { fine_tuned_model } = await client.fineTuning.jobs.retrieve(event.data.id);
  console.log(`told by a webhook: ${event.type}, the model is ${fine_tuned_model}`);
} finally {
  receiver.closeAllConnections();
  receiver.close();
  await platform.close();
}

/** The body byte for byte as it came: that is what was signed. */
async function bytesOf(request: IncomingMessage): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}
