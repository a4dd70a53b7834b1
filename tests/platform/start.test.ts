import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Libsql from "libsql";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startLocalPlatform } from "../../src/local.ts";
import { temporaryDirectory } from "./test-platform.ts";
import { writeTinyBase } from "./tiny-base.ts";

const directory = temporaryDirectory();
const base = join(directory.path, "base");
beforeAll(() => writeTinyBase(base));
afterAll(directory.remove);

test("a platform starts beside files that a file manager left, and tidies up folders that jobs left", async () => {
  const dataDir = join(directory.path, "untidy");
  const models = join(dataDir, "models");
  mkdirSync(join(models, "ftjob-killed", "step-50"), { recursive: true });
  mkdirSync(join(models, "ftjob-deleted"));
  writeFileSync(join(models, ".DS_Store"), "");
  const platform = await startLocalPlatform({ dataDir, port: 0, bases: { "photon-nano": base } });
  await platform.close();
  expect(readdirSync(models)).toEqual([".DS_Store"]);
});

test("a platform survives that what has expired can't be taken away", async () => {
  const dataDir = join(directory.path, "expiring");
  const logged: string[] = [];
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const platform = await startLocalPlatform({
      dataDir,
      port: 0,
      bases: { "photon-nano": base },
      log: (message) => logged.push(message),
    });
    const database = new Libsql(join(dataDir, "platform.db"));
    database.exec("DROP TABLE idempotency_keys");
    database.close();
    vi.advanceTimersByTime(10 * 60_000);
    vi.useRealTimers();
    expect(logged).toEqual([expect.stringContaining("idempotency_keys")]);
    await platform.close();
  } finally {
    vi.useRealTimers();
  }
});
