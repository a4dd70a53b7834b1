import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BadRequestError, Fermion, ModelAliasError, NotFoundError } from "../../src/index.ts";
import type { LocalPlatform } from "../../src/local.ts";
import { writeTinyBase } from "../platform/tiny-base.ts";
import { startTinyPlatform } from "../platform/tiny-platform.ts";

const directory = mkdtempSync(join(tmpdir(), "fermion-aliases-"));
let platform: LocalPlatform;
beforeAll(async () => {
  const other = join(directory, "other");
  await writeTinyBase(other);
  platform = await startTinyPlatform(directory, {
    bases: { "photon-nano": join(directory, "base"), "photon-other": other },
  });
});
afterAll(async () => {
  await platform.close();
  rmSync(directory, { recursive: true, force: true });
});

const client = (aliases?: string | URL | Record<string, string>) =>
  new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey, ...(aliases ? { aliases } : {}) });
const messages = [{ role: "user" as const, content: "Hello" }];
const evaluation = { suite: "claims", model: "photon-other", passed: true };

async function answering(asked: Fermion, model: string, user?: string): Promise<string> {
  const body = { model, messages, max_completion_tokens: 1, ...(user ? { user } : {}) };
  const whole = await asked.chat.completions.create(body);
  // All ways of asking know the alias.
  const streamed = await asked.chat.completions.stream(body).finalCompletion();
  expect(streamed.model).toBe(whole.model);
  return whole.model;
}

describe.each([
  ["kept by the platform", () => client()],
  ["kept in a file", () => client(join(directory, "deep", "aliases.json"))],
])("an alias that is %s", (_, connect) => {
  test("is moved by a passed evaluation, shared, and rolled back", async () => {
    const { models, chat } = connect();
    const asked = connect();
    await expect(models.promote("claims", "photon-nano")).rejects.toMatchObject({
      code: "evaluation_required",
    });
    await expect(models.promote("claims", "ft:gone", { force: true })).rejects.toThrow(NotFoundError);
    await expect(models.aliases.retrieve("claims")).rejects.toMatchObject({ code: "alias_not_found" });

    expect(await models.promote("claims", "photon-nano", { force: true })).toMatchObject({ version: 1 });
    expect(await answering(asked, "claims")).toBe("photon-nano");
    await models.promote("claims", "photon-other", { evaluation, reason: "wins" });
    const { model } = await chat.completions.create({ model: "claims", messages, max_completion_tokens: 1 });
    expect(model).toBe("photon-other");

    await models.rollback("claims");
    await models.aliases.canary("claims", { model: "photon-other", share: 0.5, evaluation });
    const met = new Map<string, string>();
    const users = ["ada", "ben", "cleo", "dan", "eve", "fay", "gil", "hal"];
    for (const user of users) met.set(user, await answering(connect(), "claims", user));
    expect(new Set(met.values()).size).toBe(2);
    for (const user of users) expect(await answering(connect(), "claims", user)).toBe(met.get(user));

    expect(await models.aliases.history("claims")).toMatchObject([
      { version: 4, type: "canary_started" },
      { version: 3, type: "rolled_back", model: "photon-nano" },
      { version: 2, type: "promoted", reason: "wins", forced: false },
      { version: 1, type: "promoted", forced: true },
    ]);
    expect((await models.aliases.list()).map(({ name }) => name)).toEqual(["claims"]);
    expect(await models.aliases.delete("claims")).toMatchObject({ name: "claims", deleted: true });
    expect(await models.aliases.list()).toEqual([]);
    // A name that is no alias any more goes to the platform as it is.
    await expect(answering(connect(), "claims")).rejects.toThrow(NotFoundError);
  });
});

test("a client and a file refuse with the same codes", async () => {
  const path = join(directory, "codes.json");
  for (const [connected, error] of [
    [client(), BadRequestError],
    [client(path), ModelAliasError],
  ] as const) {
    const refused = connected.models.promote("codes", "photon-nano", {
      evaluation: { ...evaluation, model: "photon-nano", passed: false },
    });
    await expect(refused).rejects.toThrow(error);
    await expect(refused).rejects.toMatchObject({
      code: "evaluation_not_passed",
      param: "evaluation.passed",
    });
  }
});

test("a file written by hand is read, and keeps its names when one of them is moved", async () => {
  const path = join(directory, "by-hand.json");
  writeFileSync(path, JSON.stringify({ claims: "photon-nano", sales: { model: "photon-other" } }));
  const own = client(path);
  expect(await answering(own, "sales")).toBe("photon-other");
  await own.models.promote("claims", "photon-other", { evaluation });
  expect(await answering(client(path), "claims")).toBe("photon-other");
  expect(await answering(client(path), "sales")).toBe("photon-other");
  expect(await own.models.aliases.history("claims")).toMatchObject([
    { version: 2 },
    { version: 1, reason: "written by hand" },
  ]);
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ fermion_aliases: 1 });
});

test("a running client sees that somebody else has moved an alias", async () => {
  const path = join(directory, "moved.json");
  writeFileSync(path, JSON.stringify({ claims: "photon-nano" }));
  const running = client(path);
  expect(await answering(running, "claims")).toBe("photon-nano");
  await client(path).models.promote("claims", "photon-other", { evaluation });
  await expect.poll(() => answering(running, "claims"), { timeout: 10_000 }).toBe("photon-other");
});

test("changes by several clients at once are all kept", async () => {
  const path = join(directory, "busy.json");
  const names = ["a", "b", "c", "d", "e", "f"];
  await Promise.all(names.map((name) => client(path).models.promote(name, "photon-nano", { force: true })));
  expect((await client(path).models.aliases.list()).map(({ name }) => name).sort()).toEqual(names);
});

test("aliases given as an object are used, and not changed", async () => {
  const given = client({ claims: "photon-other" });
  expect(await answering(given, "claims")).toBe("photon-other");
  await expect(given.models.promote("claims", "photon-nano", { force: true })).rejects.toMatchObject({
    code: "read_only",
  });
});

test("what is no such file is an error that says so, and the file stays as it is", async () => {
  const path = join(directory, "broken.json");
  for (const text of ['{"claims": 7}', "{", '{"fermion_aliases": 2, "aliases": []}', "[]"]) {
    writeFileSync(path, text);
    await expect(client(path).models.promote("claims", "photon-nano", { force: true })).rejects.toMatchObject(
      {
        name: "ModelAliasError",
        code: "invalid_file",
        message: expect.stringContaining(path),
      },
    );
    await expect(answering(client(path), "claims")).rejects.toThrow(ModelAliasError);
    expect(readFileSync(path, "utf8")).toBe(text);
  }
  await expect(answering(client(directory), "claims")).rejects.toMatchObject({ code: "unreadable" });
});
