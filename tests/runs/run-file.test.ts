import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readRunFile, runPaths } from "../../src/runs/run-file.ts";
import { runs } from "../../src/runs.ts";
import { rejection } from "../client/wire-server.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";

const directory = temporaryDirectory();
const path = join(directory.path, "claims.json");
mkdirSync(directory.path, { recursive: true });
afterAll(() => directory.remove());

const version = {
  version: 1,
  startedAt: 1,
  finishedAt: null,
  inputs: {
    data: "a".repeat(64),
    prepared: "b".repeat(64),
    recipe: null,
    base: "photon-nano",
    hyperparameters: {},
    seed: 1,
    split: { validation: 0.1, evaluation: 0 },
    decontaminate: [],
    evaluation: null,
  },
  changes: [],
  job: null,
  stopped: null,
  steps: {},
  packages: {},
};
const file = { schema: 1, run: "claims", versions: [version] };

test("what was written is read, and what isn't there is nothing", async () => {
  expect(await readRunFile("claims", path)).toBeUndefined();
  writeFileSync(path, JSON.stringify(file));
  expect(await readRunFile("claims", path)).toEqual(file);
});

test.each([
  ["nothing", ""],
  ["half of it", JSON.stringify(file).slice(0, 200)],
  ["other JSON", "[]"],
  [
    "a version without its inputs",
    JSON.stringify({ ...file, versions: [{ ...version, inputs: undefined }] }),
  ],
  [
    "a hash that is none",
    JSON.stringify({ ...file, versions: [{ ...version, inputs: { ...version.inputs, data: "x" } }] }),
  ],
  ["another run", JSON.stringify({ ...file, run: "other" })],
])("%s is damage that says what to do, and is left as it is", async (_, content) => {
  writeFileSync(path, content);
  const error = await rejection(readRunFile("claims", path));
  expect(error).toMatchObject({ name: "RunFileError", code: "damaged", path, run: "claims" });
  expect(String(error)).toContain("backup");
  expect(readFileSync(path, "utf8")).toBe(content);
  expect(await runs.list({ directory: directory.path })).toMatchObject([
    { name: "claims", state: "damaged" },
  ]);
});

test("a file of a newer version is told apart from a damaged one", async () => {
  writeFileSync(path, JSON.stringify({ ...file, schema: 2 }));
  expect(await rejection(readRunFile("claims", path))).toMatchObject({ code: "newer" });
});

test.each(["", "../x", ".hidden", "a/b", "x".repeat(65)])("%o is no name of a run", (name) => {
  expect(() => runPaths(name, ".")).toThrow("The name of a run");
});
