import { spawn } from "node:child_process";
import * as crypto from "node:crypto";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { FileLockedError, lockFile } from "../../src/client/file-lock.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { rejection } from "./wire-server.ts";

const node = { fs, os, crypto };
const directory = temporaryDirectory();
let path = "";
let count = 0;

beforeEach(() => {
  const folder = join(directory.path, String(++count));
  fs.mkdirSync(folder);
  path = join(folder, "state.lock");
});
afterAll(() => directory.remove());

/** A lock that was left by a process of which only this is known. */
function left(holder: object, at = path): void {
  const lock = { pid: process.pid, began: null, since: 0, token: "dead", host: os.hostname(), ...holder };
  fs.writeFileSync(at, JSON.stringify(lock));
}

/** Makes it look as if it had been touched last so many milliseconds ago. */
function touched(ago: number): void {
  const time = (Date.now() - ago) / 1_000;
  fs.utimesSync(path, time, time);
}

const beside = () => fs.readdirSync(join(path, ".."));

async function isTaken(options?: Parameters<typeof lockFile>[2]): Promise<boolean> {
  try {
    await (await lockFile(node, path, options))();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(FileLockedError);
    return false;
  }
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

async function withLivingProcess(work: (pid: number | undefined) => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
  try {
    await work(child.pid);
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}

test("a lock is held by one, and the other is told by whom", async () => {
  const release = await lockFile(node, path);
  expect(await rejection(lockFile(node, path))).toMatchObject({
    name: "FileLockedError",
    path,
    holder: { pid: process.pid, host: os.hostname() },
  });
  await release();
  expect(beside()).toEqual([]);
  expect(await isTaken()).toBe(true);
});

describe("a lock that was left", () => {
  test("is respected while its process lives, and taken over when it has ended", async () => {
    await withLivingProcess(async (pid) => {
      left({ pid });
      expect(await isTaken()).toBe(false);
    });
    expect(await isTaken()).toBe(true);
    expect(beside()).toEqual([]);
  });

  test.runIf(process.platform === "linux")(
    "is no lock where another process has its number now",
    async () => {
      await withLivingProcess(async (pid) => {
        left({ pid, began: "another-start/1" });
        expect(await isTaken()).toBe(true);
      });
      left({ pid: process.pid, began: "another-start/1" });
      expect(await isTaken()).toBe(true);
    },
  );

  test("of another machine stays, unless it has given no sign of life for as long as was said", async () => {
    left({ pid: 1, host: "elsewhere" });
    touched(120_000);
    expect(await isTaken()).toBe(false);
    expect(await isTaken({ deadAfter: 180_000 })).toBe(false);
    expect(await isTaken({ deadAfter: 60_000 })).toBe(true);
  });

  test.runIf(process.platform === "linux")(
    "of a process that sleeps stays, however long it sleeps",
    async () => {
      const release = await lockFile(node, path, { deadAfter: 1_000 });
      touched(60_000);
      expect(await isTaken({ deadAfter: 1_000 })).toBe(false);
      await release();
    },
  );

  test("before it was written is taken over, but not while it may be being written", async () => {
    fs.writeFileSync(path, '{"pid":');
    touched(6_000);
    expect(await isTaken()).toBe(true);
    fs.writeFileSync(path, "");
    const taking = isTaken();
    left({ pid: process.ppid });
    expect(await taking).toBe(false);
  });

  test("is taken over by exactly one of many that want to, again and again", async () => {
    const pid = await deadPid();
    for (let round = 0; round < 20; round++) {
      left({ pid, token: `dead-${round}` });
      const takers = await Promise.allSettled(Array.from({ length: 8 }, () => lockFile(node, path)));
      const releases = takers.flatMap((taker) => (taker.status === "fulfilled" ? [taker.value] : []));
      expect(releases).toHaveLength(1);
      for (const taker of takers) {
        if (taker.status === "rejected") expect(taker.reason).toBeInstanceOf(FileLockedError);
      }
      expect(fs.existsSync(path)).toBe(true);
      for (const release of releases) await release();
      expect(beside()).toEqual([]);
    }
  });

  test("is taken over also where one died at taking it over", async () => {
    const pid = await deadPid();
    left({ pid });
    left({ pid, token: "dead-too" }, `${path}.dead`);
    expect(await isTaken()).toBe(true);
    expect(beside()).toEqual([]);
  });
});

test("a lock that was lost to another isn't taken away from it", async () => {
  const release = await lockFile(node, path);
  left({ pid: process.ppid, token: "other" });
  await release();
  expect(await isTaken()).toBe(false);
});

test("a holder gives signs of life where they are asked for", async () => {
  const release = await lockFile(node, path, { deadAfter: 120 });
  touched(60_000);
  await expect.poll(() => Date.now() - fs.statSync(path).mtimeMs < 30_000).toBe(true);
  await release();
});

test("on a file system without second names a lock is held by one as well", async () => {
  const link = () => Promise.reject(Object.assign(new Error("not supported"), { code: "ENOTSUP" }));
  const without = { ...node, fs: { ...fs, promises: { ...fs.promises, link } } };
  const takers = await Promise.allSettled(Array.from({ length: 8 }, () => lockFile(without, path)));
  const releases = takers.flatMap((taker) => (taker.status === "fulfilled" ? [taker.value] : []));
  expect(releases).toHaveLength(1);
  for (const release of releases) await release();
  expect(beside()).toEqual([]);
});
