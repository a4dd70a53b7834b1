import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { lockRun } from "../../src/runs/lock.ts";
import { RunLockedError } from "../../src/runs.ts";
import { rejection } from "../client/wire-server.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";

const directory = temporaryDirectory();
let path = "";
let count = 0;

beforeEach(() => {
  path = join(directory.path, String(++count), "claims.lock");
});
afterAll(() => directory.remove());

/** A lock that was left by a process of which only this is known. */
async function left(holder: object): Promise<void> {
  const release = await lockRun("claims", path);
  await release();
  writeFileSync(path, JSON.stringify({ began: null, since: 0, token: "dead", host: hostname(), ...holder }));
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

test("a lock is held by one, and the other is told by whom", async () => {
  const release = await lockRun("claims", path);
  const error = await rejection(lockRun("claims", path));
  expect(error).toBeInstanceOf(RunLockedError);
  expect(error).toMatchObject({ run: "claims", path, holder: { pid: process.pid, host: hostname() } });
  await release();
  expect(readdirSync(join(path, ".."))).toEqual([]);
  await (await lockRun("claims", path))();
});

test("the lock of a process that lives is respected, and of one that has ended taken over", async () => {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
  await left({ pid: child.pid });
  expect(await rejection(lockRun("claims", path))).toMatchObject({ holder: { pid: child.pid } });
  child.kill("SIGKILL");
  await once(child, "exit");
  await (await lockRun("claims", path))();
  expect(readdirSync(join(path, ".."))).toEqual([]);
});

test.runIf(process.platform === "linux")("a number that another process has now is no holder", async () => {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
  await left({ pid: child.pid, began: "another-start/1" });
  await (await lockRun("claims", path))();
  child.kill("SIGKILL");
  await once(child, "exit");
});

test("of another machine nobody can tell, so the error says what to delete", async () => {
  await left({ pid: 1, host: "elsewhere" });
  const error = await rejection(lockRun("claims", path));
  expect(error).toMatchObject({ name: "RunLockedError", holder: { host: "elsewhere" } });
  expect(String(error)).toContain(path);
});

test("of many that want to take a dead lock over, exactly one does, again and again", async () => {
  const pid = await deadPid();
  for (let round = 0; round < 20; round++) {
    await left({ pid, token: `dead-${round}` });
    const takers = await Promise.allSettled(Array.from({ length: 8 }, () => lockRun("claims", path)));
    const releases = takers.flatMap((taker) => (taker.status === "fulfilled" ? [taker.value] : []));
    expect(releases).toHaveLength(1);
    for (const taker of takers) {
      if (taker.status === "rejected") expect(taker.reason).toBeInstanceOf(RunLockedError);
    }
    expect(existsSync(path)).toBe(true);
    for (const release of releases) await release();
    expect(readdirSync(join(path, ".."))).toEqual([]);
  }
});

test("one who died at taking over keeps nobody from it", async () => {
  const pid = await deadPid();
  await left({ pid, token: "dead" });
  writeFileSync(
    `${path}.dead`,
    JSON.stringify({ pid, host: hostname(), began: null, since: 0, token: "dead-too" }),
  );
  await (await lockRun("claims", path))();
  expect(readdirSync(join(path, ".."))).toEqual([]);
});
