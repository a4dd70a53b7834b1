import {
  APIUserAbortError,
  AuthenticationError,
  ConfigurationError,
  Fermion,
  toFile,
} from "../../src/index.ts";

/** What an application does, on a runtime that has `fetch` and little else. fetch-only.test.ts bundles and starts it. */
export async function program(baseURL: string, apiKey: string) {
  const client = new Fermion({ baseURL, apiKey, maxRetries: 0 });
  const failure = (error: unknown) => error;

  const progress: number[] = [];
  const file = await client.files.create(
    { file: toFile("größe\n".repeat(100_000), "claims.jsonl"), purpose: "fine-tune" },
    { onProgress: ({ bytes }) => progress.push(bytes) },
  );

  const params = { model: "photon-nano", messages: [{ role: "user" as const, content: "Hi" }] };
  const stream = client.chat.completions.stream(params);
  const texts: string[] = [];
  for await (const text of stream.text()) {
    texts.push(text);
  }

  const updates: string[] = [];
  for await (const update of client.fineTuning.jobs.follow("ftjob-1")) {
    updates.push(update.type === "status" ? update.job.status : update.event.message);
  }

  const controller = new AbortController();
  const endless = client.chat.completions.stream(
    { ...params, model: "endless" },
    { signal: controller.signal },
  );
  setTimeout(() => controller.abort(), 50);
  const aborted = await endless.finalMessage().catch(failure);

  const stranger = new Fermion({ baseURL, apiKey: "wrong", maxRetries: 0 });
  const refused = await stranger.models.list().catch(failure);
  const onDisk = await client.files.create({ file: { path: "x" }, purpose: "fine-tune" }).catch(failure);
  return {
    file,
    progress,
    texts,
    usage: stream.usage,
    updates,
    aborted: aborted instanceof APIUserAbortError,
    refused: refused instanceof AuthenticationError && refused.requestId,
    onDisk: onDisk instanceof ConfigurationError && onDisk.message,
    runtime: typeof process,
  };
}
