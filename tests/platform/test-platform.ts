import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBlobs } from "../../src/platform/blobs.ts";
import { createFileLibrary } from "../../src/platform/file-library.ts";
import { createChanges } from "../../src/platform/jobs/changes.ts";
import { createJobLifecycle } from "../../src/platform/jobs/lifecycle.ts";
import { createModelCatalog } from "../../src/platform/models.ts";
import type { Platform } from "../../src/platform/platform.ts";
import { createHandle } from "../../src/platform/server.ts";
import { createInference } from "../../src/platform/serving/inference.ts";
import { openStore } from "../../src/platform/store/store.ts";
import { createTargets } from "../../src/platform/webhooks/targets.ts";
import { writeTinyBase } from "./tiny-base.ts";

/** A directory that is gone when the tests of the file are over. */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "fermion-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * A platform without a socket and without a runner: requests go to `handle`, time goes where the test puts it, and jobs
 * stay in the status in which the test or a request leaves them.
 */
export async function createTestPlatform(
  options: { allowedOrigins?: readonly string[]; webhookHosts?: readonly string[] } = {},
) {
  const directory = temporaryDirectory();
  const dataDir = join(directory.path, "data");
  const base = join(directory.path, "base");
  await writeTinyBase(base);
  mkdirSync(dataDir);
  const clock = { now: 1_800_000_000 };
  const now = () => clock.now;
  const store = openStore(join(dataDir, "platform.db"), now);
  const blobs = createBlobs(join(dataDir, "blobs"));
  const library = createFileLibrary(store, blobs, now);
  const models = await createModelCatalog({ "photon-nano": base }, dataDir, store);
  const changes = createChanges();
  const lifecycle = createJobLifecycle({ store, library, changes, webhooks: { wake: () => {} }, now });
  const logged: string[] = [];
  const log = (message: string) => logged.push(message);
  const inference = createInference(log);
  const closing = new AbortController();
  const platform: Platform = {
    version: "0.0.0",
    apiKey: "key",
    allowedOrigins: options.allowedOrigins ?? [],
    store,
    blobs,
    library,
    models,
    changes,
    lifecycle,
    runner: { wake: () => {} },
    inference,
    webhookTargets: createTargets(options.webhookHosts ?? []),
    now,
    closing: closing.signal,
    log,
  };
  const handle = createHandle(platform);
  const request = async (method: string, path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", "Bearer key");
    let { body = null } = init;
    if (body instanceof FormData) {
      // Node 24's own body of a form rejects where nobody hears it when a refusal leaves it half read.
      const form = new Response(body);
      if (!headers.has("content-type")) headers.set("content-type", form.headers.get("content-type") ?? "");
      body = await form.arrayBuffer();
    }
    return await handle(new Request(`http://127.0.0.1${path}`, { ...init, method, headers, body }));
  };
  return {
    platform,
    dataDir,
    clock,
    logged,
    request,
    get: (path: string) => request("GET", path),
    /** Sends JSON. */
    post: (path: string, body?: unknown, headers: Record<string, string> = {}) =>
      request(
        "POST",
        path,
        body === undefined
          ? { headers }
          : { body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } },
      ),
    /** Sends a file. */
    upload: (text: string, fields: Record<string, string> = { purpose: "fine-tune" }, headers = {}) =>
      request("POST", "/v1/files", { body: fileForm(text, fields), headers }),
    async close() {
      closing.abort();
      await inference.close();
      store.close();
      directory.remove();
    },
  };
}

/** A form with a file in the field `file`. */
export function fileForm(text: string | Uint8Array<ArrayBuffer>, fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("file", new File([text], "train.jsonl"));
  return form;
}

/** The body of a response, which must be an error of this status. */
export async function errorOf(response: Response, status: number): Promise<Record<string, unknown>> {
  const body: unknown = await response.json();
  if (response.status !== status) {
    throw new Error(`expected ${status}, got ${response.status}: ${JSON.stringify(body)}`);
  }
  if (!response.headers.get("x-request-id")) throw new Error("there is no x-request-id");
  if (typeof body !== "object" || body === null || !("error" in body))
    throw new Error("there is no envelope");
  const { error } = body;
  if (typeof error !== "object" || error === null) throw new Error("the envelope is empty");
  return { ...error };
}
