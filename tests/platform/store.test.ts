import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase, StoreVersionError, tryLock } from "../../src/platform/store/database.ts";
import type { JobRow } from "../../src/platform/store/jobs.ts";
import { UnknownCursorError } from "../../src/platform/store/page.ts";
import { openStore, type Store } from "../../src/platform/store/store.ts";
import { temporaryDirectory } from "./test-platform.ts";

const directory = temporaryDirectory();
afterAll(directory.remove);

let count = 0;
let now = 1000;
let store: Store;
beforeEach(() => {
  now = 1000;
  store = openStore(join(directory.path, `${++count}.db`), () => now);
});

const job = (id: string, change: Partial<JobRow> = {}): JobRow => ({
  id,
  status: "queued",
  model: "base",
  result_model: `ft:base:local::${id}`,
  suffix: null,
  training_file: "file-1",
  training_sha256: "aa",
  validation_file: null,
  validation_sha256: null,
  seed: 1,
  requested: { n_epochs: "auto", batch_size: 4, learning_rate_multiplier: "auto" },
  metadata: null,
  counts: null,
  plan: null,
  created_at: now,
  estimated_finish: null,
  finished_at: null,
  fine_tuned_model: null,
  trained_tokens: null,
  result_file: null,
  error: null,
  ...change,
});

describe("the database", () => {
  test("keeps everything across a reopening, and migrates once", () => {
    const path = join(directory.path, "kept.db");
    const first = openStore(path, () => now);
    first.jobs.insert(job("a", { metadata: { k: "v" } }));
    first.close();
    const second = openStore(path, () => now);
    expect(second.jobs.get("a")).toEqual(job("a", { metadata: { k: "v" } }));
    second.close();
  });

  test("refuses a file of a newer version", () => {
    const path = join(directory.path, "newer.db");
    const database = openDatabase(path);
    database.run("PRAGMA user_version = 99");
    database.close();
    expect(() => openDatabase(path)).toThrow(StoreVersionError);
  });

  test("undoes a transaction that throws, and the one around it", () => {
    const boom = () =>
      store.transaction(() => {
        store.jobs.insert(job("a"));
        store.transaction(() => store.jobs.insert(job("b")));
        throw new Error("boom");
      });
    expect(boom).toThrow("boom");
    expect([store.jobs.get("a"), store.jobs.get("b")]).toEqual([undefined, undefined]);
  });

  test("gives a lock to one at a time", () => {
    const path = join(directory.path, "lock.db");
    const lock = tryLock(path);
    expect(lock).toBeDefined();
    expect(tryLock(path)).toBeUndefined();
    lock?.release();
    const next = tryLock(path);
    expect(next).toBeDefined();
    next?.release();
  });
});

describe("events", () => {
  test("are numbered without a gap, each job for itself", () => {
    for (const id of ["a", "b"]) store.jobs.insert(job(id));
    for (let i = 0; i < 5; i++) {
      store.events.append("a", { message: `a${i}` });
      store.events.append("b", { message: `b${i}` });
    }
    expect(store.events.behind("a", 2, 10).map(({ sequence, message }) => [sequence, message])).toEqual([
      [3, "a2"],
      [4, "a3"],
      [5, "a4"],
    ]);
  });

  test("have the metrics of a step once, however often it is trained", () => {
    store.jobs.insert(job("a"));
    expect(store.events.append("a", { message: "step 1", data: { step: 1 }, step: 1 })).toBe(true);
    expect(store.events.append("a", { message: "step 1 again", data: { step: 1 }, step: 1 })).toBe(false);
    expect(store.events.append("a", { message: "step 2", data: { step: 2 }, step: 2 })).toBe(true);
    expect(store.events.behind("a", 0, 10).map(({ sequence, message }) => [sequence, message])).toEqual([
      [1, "step 1"],
      [2, "step 2"],
    ]);
  });

  test("are paged from the newest, and a cursor of another job is none", () => {
    for (const id of ["a", "b"]) store.jobs.insert(job(id));
    for (let i = 1; i <= 5; i++) store.events.append("a", { message: String(i) });
    const first = store.events.list("a", { limit: 2 });
    expect([first.data.map(({ message }) => message), first.hasMore]).toEqual([["5", "4"], true]);
    const rest = store.events.list("a", { limit: 3, after: first.data[1]?.id });
    expect([rest.data.map(({ message }) => message), rest.hasMore]).toEqual([["3", "2", "1"], false]);
    expect(() => store.events.list("b", { limit: 3, after: first.data[1]?.id })).toThrow(UnknownCursorError);
  });
});

describe("jobs", () => {
  test("are found by their metadata, whatever is in a key", () => {
    const odd = `it's "odd".[0]$`;
    store.jobs.insert(job("a", { metadata: { [odd]: "1", team: "x" } }));
    store.jobs.insert(job("b", { metadata: { team: "x" } }));
    store.jobs.insert(job("c"));
    const ids = (metadata: Record<string, string> | null | undefined) =>
      store.jobs.list({ limit: 10, metadata }).data.map(({ id }) => id);
    expect(ids({ team: "x" })).toEqual(["b", "a"]);
    expect(ids({ team: "x", [odd]: "1" })).toEqual(["a"]);
    expect(ids({ team: "y" })).toEqual([]);
    expect(ids(null)).toEqual(["c"]);
    expect(ids(undefined)).toEqual(["c", "b", "a"]);
  });

  test("change in the named columns only", () => {
    store.jobs.insert(job("a"));
    store.jobs.update("a", {
      status: "failed",
      error: { code: "c", message: "m", param: null },
      finished_at: 5,
    });
    expect(store.jobs.get("a")).toEqual(
      job("a", { status: "failed", error: { code: "c", message: "m", param: null }, finished_at: 5 }),
    );
  });

  test("need their blobs until they have ended", () => {
    store.jobs.insert(job("a", { training_sha256: "aa", validation_sha256: "bb" }));
    expect([...store.blobReferences.all()].sort()).toEqual(["aa", "bb"]);
    expect(store.blobReferences.has("bb")).toBe(true);
    store.jobs.update("a", { status: "cancelled" });
    expect(store.blobReferences.has("aa")).toBe(false);
  });
});

describe("files", () => {
  test("expire, and are listed in both orders", () => {
    for (const [index, id] of ["a", "b", "c"].entries()) {
      store.files.insert({
        id,
        filename: id,
        purpose: "evals",
        bytes: 1,
        sha256: id,
        created_at: now,
        expires_at: index === 1 ? now + 10 : null,
      });
    }
    const ids = (order: "asc" | "desc") => store.files.list({ limit: 10, order }).data.map(({ id }) => id);
    expect(ids("asc")).toEqual(["a", "b", "c"]);
    now += 10;
    expect(ids("desc")).toEqual(["c", "a"]);
    expect(store.files.get("b")).toBeUndefined();
    expect(store.files.deleteExpired()).toEqual(["b"]);
  });
});

test("idempotency keys are known for a day", () => {
  store.idempotency.put("k", { fingerprint: "f", body: "{}" });
  now += 24 * 3600 - 1;
  expect(store.idempotency.get("k")).toEqual({ fingerprint: "f", body: "{}" });
  now += 1;
  expect(store.idempotency.get("k")).toBeUndefined();
});
