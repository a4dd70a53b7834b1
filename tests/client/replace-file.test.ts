import * as fs from "node:fs";
import * as nodePath from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { replaceFile } from "../../src/client/replace-file.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { rejection } from "./wire-server.ts";

const node = { fs, path: nodePath };
const directory = temporaryDirectory();
let path = "";
let count = 0;

beforeEach(() => {
  const folder = nodePath.join(directory.path, String(++count));
  fs.mkdirSync(folder);
  path = nodePath.join(folder, "state.json");
});
afterAll(() => directory.remove());

const beside = () => fs.readdirSync(nodePath.dirname(path));

test("a file is there with its new content, for its owner alone", async () => {
  await replaceFile(node, path, "one");
  await replaceFile(node, path, "two");
  expect(fs.readFileSync(path, "utf8")).toBe("two");
  expect(beside()).toEqual(["state.json"]);
  if (process.platform !== "win32") expect(fs.statSync(path).mode & 0o777).toBe(0o600);
});

test("what a killed process left is written over", async () => {
  fs.writeFileSync(`${path}.tmp`, "longer than what comes after it");
  await replaceFile(node, path, "new");
  expect(fs.readFileSync(path, "utf8")).toBe("new");
  expect(beside()).toEqual(["state.json"]);
});

test("what can't be written leaves the old content, and nothing beside it", async () => {
  await replaceFile(node, path, "old");
  const rename = () => Promise.reject(new Error("no room"));
  const failing = { ...node, fs: { ...fs, promises: { ...fs.promises, rename } } };
  expect(await rejection(replaceFile(failing, path, "new"))).toMatchObject({ message: "no room" });
  expect(fs.readFileSync(path, "utf8")).toBe("old");
  expect(beside()).toEqual(["state.json"]);
});

test("many that write at once under names of their own leave the content of one of them", async () => {
  const contents = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000));
  await Promise.all(
    contents.map((content, i) => replaceFile(node, path, content, { temporary: `${path}.${i}` })),
  );
  expect(contents).toContain(fs.readFileSync(path, "utf8"));
  expect(beside()).toEqual(["state.json"]);
});
