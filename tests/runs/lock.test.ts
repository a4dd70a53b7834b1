import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { lockRun } from "../../src/runs/lock.ts";
import { RunLockedError } from "../../src/runs.ts";
import { rejection } from "../client/wire-server.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";

const directory = temporaryDirectory();
const path = join(directory.path, "folder", "claims.lock");

afterAll(() => directory.remove());

test("a run is worked on by one process, and the other is told by which", async () => {
  const release = await lockRun("claims", path);
  const error = await rejection(lockRun("claims", path));
  expect(error).toBeInstanceOf(RunLockedError);
  expect(error).toMatchObject({ run: "claims", path, holder: { pid: process.pid, host: hostname() } });
  expect(String(error)).toContain("or end it");
  await release();
  expect(readdirSync(join(path, ".."))).toEqual([]);
});

test("of another machine nobody can tell, so the error says what to delete", async () => {
  await (await lockRun("claims", path))();
  const lock = { pid: 1, host: "elsewhere", began: null, since: 0, token: "left" };
  writeFileSync(path, JSON.stringify(lock));
  const error = await rejection(lockRun("claims", path));
  expect(error).toMatchObject({ name: "RunLockedError", holder: { host: "elsewhere" } });
  expect(String(error)).toContain(path);
  expect(existsSync(path)).toBe(true);
});
