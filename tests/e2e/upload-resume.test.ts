import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { UploadStateStore } from "../../src/client/upload/options.ts";
import type { UploadProgress } from "../../src/client/upload-progress.ts";
import { createRandom } from "../../src/engine/random.ts";
import { rejection } from "../client/wire-server.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { type UploadPlatform, uploadPlatform } from "./upload-platform.ts";

const PART = 512 * 1024;
const PARTS = 16;
const CONCURRENCY = 4;
const bytes = randomBytes(PARTS * PART - 1_000);
const sha256 = createHash("sha256").update(bytes).digest("hex");
const params = { purpose: "user_data", partSize: PART, resume: true } as const;

let platform: UploadPlatform;
const directory = temporaryDirectory();
const path = join(directory.path, "calls.jsonl");
const program = join(directory.path, "upload-child.cjs");
const children: ChildProcess[] = [];

beforeAll(async () => {
  platform = await uploadPlatform();
  // One file that starts at once: the test starts it often.
  await build({
    entryPoints: [join(import.meta.dirname, "upload-child.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
});
beforeEach(() => {
  platform.reset();
  writeFileSync(path, bytes);
  for (const name of kept()) {
    throw new Error(`an earlier test left ${name}`);
  }
});
afterEach(() => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
  }
});
afterAll(async () => {
  await platform.close();
  directory.remove();
});

/** What lies beside the source: its state, the lock of it, and what a crash in the middle of writing leaves. */
const kept = () => readdirSync(directory.path).filter((name) => name.includes("fermion-upload"));
const stateName = () => kept().find((name) => name.endsWith(".json"));
const recorded = () => {
  const name = stateName();
  const state: unknown = name && JSON.parse(readFileSync(join(directory.path, name), "utf8"));
  return typeof state === "object" && state !== null && "parts" in state && typeof state.parts === "object"
    ? Object.keys(state.parts ?? {}).length
    : 0;
};
const partRequests = () => platform.passed.filter((request) => request.path.endsWith("/parts"));
const begun = () => platform.passed.filter((request) => request.path.endsWith("/uploads")).length;

/** Uploads in a process of its own, and kills it so long after the n-th request (from 1) has arrived. */
async function killedAfter(request: number, milliseconds = 0): Promise<void> {
  const earlier = new Set(platform.connections);
  const child = spawn(process.execPath, [program, platform.baseURL, platform.apiKey, path, String(PART)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  children.push(child);
  const dead = once(child, "exit");
  platform.rules.fate = (_path, index) => {
    if (index === request - 1) {
      setTimeout(() => child.kill("SIGKILL"), milliseconds);
    }
    return "pass";
  };
  // It never hears that it is done, or there would be nothing left to go on with.
  platform.rules.hold = (path) => (path.endsWith("/complete") ? dead : undefined);
  await dead;
  expect(child.signalCode).toBe("SIGKILL");
  await platform.settled(earlier);
  platform.rules.fate = () => "pass";
  platform.rules.hold = () => undefined;
}

const random = createRandom(20);
const points = Array.from({ length: 20 }, (_, index) => ({
  // From the first request to the last: creation, parts, completion.
  request: index === 0 ? 1 : index === 19 ? PARTS + 2 : 1 + random.below(PARTS + 2),
  milliseconds: random.below(15),
}));

describe("kill -9", () => {
  test.each(points)(
    "after request $request and $milliseconds ms: only what is missing goes again",
    async ({ request, milliseconds }) => {
      platform.rules.delay = 5;
      await killedAfter(request, milliseconds);
      const confirmed = partRequests().filter(({ status }) => status === 200).length;
      const before = recorded();
      // Each sender records a part before it sends the next.
      expect(before).toBeGreaterThanOrEqual(confirmed - CONCURRENCY);
      platform.passed.length = 0;
      platform.rules.delay = 0;

      const told: UploadProgress[] = [];
      const file = await platform
        .client()
        .files.upload(path, { ...params, onProgress: (progress) => told.push(progress) });
      expect(file).toMatchObject({ sha256, bytes: bytes.length, filename: "calls.jsonl" });
      expect(partRequests()).toHaveLength(PARTS - before);
      expect(told[0]?.parts).toEqual({ confirmed: before, total: PARTS });
      expect(told.at(-1)).toMatchObject({ bytes: bytes.length, parts: { confirmed: PARTS, total: PARTS } });
      expect(platform.files().map(({ id }) => id)).toEqual([file.id]);
      expect(kept()).toEqual([]);
    },
  );
});

describe("a source that changed meanwhile", () => {
  test.each([
    ["in its size", () => appendFileSync(path, "more")],
    [
      "in one byte, of a part that wasn't sent, its time as before",
      () => {
        const other = Buffer.from(bytes);
        other[bytes.length - 1] = (other[bytes.length - 1] ?? 0) ^ 1;
        writeFileSync(path, other);
      },
    ],
  ])("%s is refused, until it is as it was or its state is gone", async (_, change) => {
    utimesSync(path, 1_000_000_000, 1_000_000_000);
    await killedAfter(12);
    change();
    utimesSync(path, 1_000_000_000, 1_000_000_000);
    platform.passed.length = 0;
    const { files } = platform.client();
    const error = await rejection(files.upload(path, params));
    expect(error).toMatchObject({ name: "FileSourceError", code: "changed" });
    expect(String(error)).toContain(stateName());
    expect(platform.passed).toEqual([]);
    // Other times of the same content are no change.
    writeFileSync(path, bytes);
    expect((await files.upload(path, params)).sha256).toBe(sha256);
    expect(begun()).toBe(0);
  });
});

test("an upload that failed is left on the platform, and the next call goes on with it", async () => {
  platform.rules.fate = (path) => (path.endsWith("/parts") && partRequests().length > 10 ? 503 : "pass");
  const { files } = platform.client({ maxRetries: 0 });
  expect(await rejection(files.upload(path, params))).toMatchObject({ status: 503 });
  expect(platform.uploadStates()).toEqual(["pending"]);
  const before = recorded();
  expect(before).toBeGreaterThan(5);
  platform.rules.fate = () => "pass";
  platform.passed.length = 0;
  expect((await files.upload(path, params)).sha256).toBe(sha256);
  expect(partRequests()).toHaveLength(PARTS - before);
});

test("an upload that was aborted is left too", async () => {
  const controller = new AbortController();
  platform.rules.fate = () => {
    if (partRequests().length === 10) {
      controller.abort();
    }
    return "pass";
  };
  const { files } = platform.client();
  const aborted = await rejection(files.upload(path, { ...params, signal: controller.signal }));
  expect(aborted).toMatchObject({ name: "APIUserAbortError" });
  expect(kept()).toHaveLength(1);
  platform.passed.length = 0;
  expect((await files.upload(path, params)).sha256).toBe(sha256);
  expect(begun()).toBe(0);
});

test("what the platform refuses for good is not kept", async () => {
  platform.rules.fate = (path) => (path.endsWith("/complete") ? 422 : "pass");
  expect(await rejection(platform.client().files.upload(path, params))).toMatchObject({ status: 422 });
  expect(kept()).toEqual([]);
  expect(platform.uploadStates()).toEqual(["cancelled"]);
});

test.each([
  ["has expired", () => (platform.clock.now += 4_000)],
  [
    "was cancelled",
    () => {
      for (const { path } of platform.passed) {
        const id = /\/uploads\/([^/]+)/.exec(path)?.[1];
        if (id) platform.store.uploads.end(id, "cancelled", null);
      }
    },
  ],
])("an upload that %s on the platform is begun anew", async (_, end) => {
  await killedAfter(12);
  end();
  platform.passed.length = 0;
  expect((await platform.client().files.upload(path, params)).sha256).toBe(sha256);
  expect(begun()).toBe(1);
  expect(platform.files()).toHaveLength(1);
  expect(kept()).toEqual([]);
});

describe("a store of the caller's", () => {
  function memory(): UploadStateStore & { readonly states: Map<string, string> } {
    const states = new Map<string, string>();
    return {
      states,
      load: async (key) => states.get(key),
      save: async (key, state) => void states.set(key, state),
      remove: async (key) => void states.delete(key),
    };
  }
  const named = () => new File([new Uint8Array(bytes)], "calls.jsonl");

  test("keeps the state of any source that can be read again", async () => {
    for (const options of [{}, { fetch: globalThis.fetch }]) {
      platform.reset();
      const store = memory();
      platform.rules.fate = (path) => (path.endsWith("/parts") && partRequests().length > 10 ? 503 : "pass");
      const { files } = platform.client({ ...options, maxRetries: 0 });
      await rejection(files.upload(named(), { ...params, resume: store }));
      expect([...store.states.keys()]).toEqual([expect.stringMatching(/^fermion-upload-[0-9a-f]{64}$/)]);
      platform.rules.fate = () => "pass";
      expect((await files.upload(named(), { ...params, resume: store })).sha256).toBe(sha256);
      expect(begun()).toBe(1);
      expect(store.states.size).toBe(0);
    }
  });

  test("tells places apart: another purpose or name is another upload", async () => {
    const store = memory();
    platform.rules.fate = (path) => (path.endsWith("/parts") ? 503 : "pass");
    const { files } = platform.client({ maxRetries: 0 });
    await rejection(files.upload(named(), { ...params, resume: store }));
    await rejection(files.upload(named(), { ...params, purpose: "evals", resume: store }));
    await rejection(files.upload(named(), { ...params, filename: "b.jsonl", resume: store }));
    expect(store.states.size).toBe(3);
  });

  test("that forgets to remove gives the same file again, and no second one", async () => {
    const store = { ...memory(), remove: () => Promise.reject(new Error("the disk is gone")) };
    const { files } = platform.client();
    const error = await rejection(files.upload(named(), { ...params, resume: store }));
    expect(error).toMatchObject({ name: "UploadStateError", code: "unwritable" });
    expect(String(error)).toContain("the disk is gone");
    const [made] = platform.files();
    platform.passed.length = 0;
    const again = await files.upload(named(), { ...params, resume: { ...store, remove: () => undefined } });
    expect(again.id).toBe(made?.id);
    expect(partRequests()).toEqual([]);
    // A day later the platform doesn't know the request any more, but still the file.
    platform.clock.now += 25 * 3_600;
    platform.store.idempotency.dropExpired();
    const later = await files.upload(named(), { ...params, resume: { ...store, remove: () => undefined } });
    expect(later.id).toBe(made?.id);
    expect(platform.files()).toHaveLength(1);
  });

  test("that has something else there is an error that says so", async () => {
    for (const wrong of ["not JSON", "{}", '{"version":2}']) {
      const store = { ...memory(), load: () => wrong };
      const error = await rejection(platform.client().files.upload(named(), { ...params, resume: store }));
      expect(error).toMatchObject({ name: "UploadStateError", code: "unreadable" });
    }
    expect(platform.passed).toEqual([]);
  });
});

describe("two uploads of one file to one place", () => {
  test("don't run at the same time, in one process or in two", async () => {
    platform.rules.delay = 20;
    const { files } = platform.client();
    const first = files.upload(path, params);
    await expect.poll(begun).toBe(1);
    expect(await rejection(files.upload(path, params))).toMatchObject({
      name: "UploadStateError",
      code: "in_use",
    });
    const other = spawn(process.execPath, [program, platform.baseURL, platform.apiKey, path, String(PART)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    children.push(other);
    let said = "";
    other.stderr.on("data", (piece) => {
      said += piece;
    });
    const otherEnded = once(other, "exit");
    platform.rules.hold = (path) => (path.endsWith("/complete") ? otherEnded : undefined);
    await otherEnded;
    expect(said).toContain("in_use");
    await first;
    expect(platform.files()).toHaveLength(1);
    expect(kept()).toEqual([]);
    // Another place is another upload.
    platform.rules.hold = () => undefined;
    await Promise.all([files.upload(path, params), files.upload(path, { ...params, purpose: "evals" })]);
    expect(platform.files()).toHaveLength(3);
  });

  test("the lock of a process that is gone is taken over", async () => {
    await killedAfter(8);
    expect(kept().some((name) => name.endsWith(".lock"))).toBe(true);
    const { files } = platform.client();
    const both = await Promise.allSettled([files.upload(path, params), files.upload(path, params)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(platform.files()).toHaveLength(1);
    expect(existsSync(path)).toBe(true);
  });
});
