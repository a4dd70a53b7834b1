import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fermion } from "../../src/index.ts";
import type { LocalPlatform } from "../../src/local.ts";
import { customize, lineage, type RunProgress, type RunResult, replay, runs } from "../../src/runs.ts";
import { rejection } from "../client/wire-server.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { startTinyPlatform } from "../platform/tiny-platform.ts";
import { type Deadline, deadlineRecords, deadlines } from "./deadlines.ts";

const directory = temporaryDirectory();
const where = { directory: join(directory.path, "runs") };
const options = {
  ...where,
  name: "deadlines",
  vertical: deadlines,
  base: "photon-nano",
  evaluate: { basis: "strict" },
  promote: "claims",
} as const;
let platform: LocalPlatform;
let client: Fermion;
let first: RunResult;

beforeAll(async () => {
  platform = await startTinyPlatform(directory.path);
  client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
  first = await customize(client, { ...options, data: deadlineRecords(120) });
});
afterAll(async () => {
  await platform.close();
  directory.remove();
});

/** What a run says of its steps and of its version. */
function listen() {
  const told: RunProgress[] = [];
  return {
    onProgress: (progress: RunProgress) => void told.push(progress),
    done: () => told.flatMap((one) => (one.type === "step" && one.state === "done" ? [one.step] : [])),
    version: () => told.find((one) => one.type === "version"),
  };
}

describe("a run", () => {
  test("makes a model that is better than its base, and moves the alias", async () => {
    expect(first).toMatchObject({
      version: 1,
      records: { training: 84, validation: 12, evaluation: 24, dropped: 0 },
      comparison: { items: 24, verdict: { passed: true, basis: "strict" } },
      promotion: { alias: "claims", outcome: "moved", forced: false },
    });
    const { suite, suite_hash } = { suite: "deadlines", suite_hash: first.comparison?.verdict.suite.hash };
    expect(await client.models.aliases.history("claims")).toMatchObject([
      { model: first.model, evaluation: { model: first.model, passed: true, suite, suite_hash } },
    ]);
  });

  test("that is finished does nothing and gives the same", async () => {
    const heard = listen();
    const again = await customize(client, { ...options, data: deadlineRecords(120), ...heard });
    expect(again).toEqual(first);
    expect(heard.done()).toEqual([]);
    expect(heard.version()).toMatchObject({ version: 1, state: "finished" });
    expect(await client.models.aliases.history("claims")).toHaveLength(1);
  });

  test("gives the same without its platform, because nothing is left to do", async () => {
    const away = new Fermion({ baseURL: "http://127.0.0.1:9/v1", apiKey: "key", maxRetries: 0 });
    expect(await customize(away, { ...options, data: deadlineRecords(120) })).toEqual(first);
  });

  test("whose prepared files are lost makes them again, and nothing else", async () => {
    rmSync(join(where.directory, "deadlines.files"), { recursive: true });
    const heard = listen();
    expect(await customize(client, { ...options, data: deadlineRecords(120), ...heard })).toEqual(first);
    expect(heard.done()).toEqual(["split", "decontaminate"]);
  });

  test("whose alias is another moves that one, without a new version", async () => {
    const heard = listen();
    const other = {
      ...options,
      promote: "other",
      data: deadlineRecords(120),
      ...heard,
    };
    const { version, model } = await customize(client, other);
    expect({ version, model }).toEqual({ version: 1, model: first.model });
    expect(heard.done()).toEqual(["promote"]);
    expect((await client.models.aliases.retrieve("other")).model).toBe(model);
  });
});

describe("what has changed", () => {
  const named = async (change: object, data: readonly Deadline[] = deadlineRecords(120)) => {
    const declined = await rejection(
      customize(client, { ...options, ...change, data, name: "changes", confirm: () => false }),
    );
    expect(declined).toMatchObject({ name: "RunStoppedError", reason: "declined", job: undefined });
    const { version, changes } = await runs.show("changes", undefined, where);
    return { version, changes: changes.map(({ what }) => what) };
  };

  test("is named, and starts a new version; nothing is sent before it is agreed to", async () => {
    const before = (await client.files.list()).data.length;
    expect(await named({})).toEqual({ version: 1, changes: [] });
    expect(await named({})).toEqual({ version: 1, changes: [] });
    expect(await named({ seed: 2 })).toEqual({ version: 2, changes: ["seed"] });
    expect(await named({ seed: 2, hyperparameters: { n_epochs: 3, batch_size: 4 } })).toEqual({
      version: 3,
      changes: ["hyperparameters.batch_size", "hyperparameters.n_epochs"],
    });
    expect(await named({ seed: 2 }, deadlineRecords(121))).toEqual({
      version: 4,
      changes: ["data", "hyperparameters.batch_size", "hyperparameters.n_epochs"],
    });
    // The same version of the recipe says something else: what it makes of the data tells.
    const reworded = {
      ...deadlines,
      dialogues: (record: Deadline) =>
        deadlines.dialogues(record).map(({ messages }) => ({ messages: messages.slice(1) })),
    };
    expect(await named({ seed: 2, vertical: reworded }, deadlineRecords(121))).toEqual({
      version: 5,
      changes: ["recipe"],
    });
    expect(
      await named(
        { seed: 2, vertical: { ...reworded, version: "2" }, evaluate: false },
        deadlineRecords(121),
      ),
    ).toEqual({
      version: 6,
      changes: ["recipe", "evaluation"],
    });
    expect((await client.files.list()).data).toHaveLength(before);
  });

  test("makes a new version of a finished run, whose answers of the base are there", async () => {
    const asked: string[] = [];
    const data = [
      ...deadlineRecords(119),
      { ...deadlineRecords(1, 119)[0], limit: "a year" },
      ...deadlineRecords(20, 500),
    ];
    const second = await customize(client, {
      ...options,
      data: data as Deadline[],
      onProgress: (one) => void (one.type === "answers" && asked.push(one.model)),
    });
    expect(second).toMatchObject({ version: 2, changes: [{ what: "data" }] });
    expect(second.model).not.toBe(first.model);
    const { records, inputs, losses, weights, scores } = await runs.diff("deadlines", 1, 2, where);
    expect(records.changed).toEqual(["deadline-119"]);
    expect([...records.added].sort()).toEqual(deadlineRecords(20, 500).map(({ id }) => id));
    expect(records.removed).toEqual([]);
    expect(inputs.map(({ what }) => what)).toEqual(["data"]);
    expect(losses.b?.length).toBeGreaterThan(10);
    expect(losses.b?.[0]).toMatchObject({ step: 1, train_loss: expect.any(Number) });
    expect(weights).toBe("different");
    expect(scores["contained-facts"]?.b).toBeGreaterThan(0);
    const list = await runs.list(where);
    expect(list.find(({ name }) => name === "deadlines")).toMatchObject({
      versions: 2,
      state: "finished",
      model: second.model,
    });
  });
});

test("lineage says which models have seen a record, and in which part", async () => {
  const parts = new Set<string>();
  for (const { id } of deadlineRecords(120)) {
    const [use] = (await lineage(id, where)).filter(
      ({ run, version }) => run === "deadlines" && version === 1,
    );
    parts.add(use?.part ?? "none");
    if (id === "deadline-119")
      expect((await lineage(id, where)).map(({ sha256 }) => sha256)).toContain(use?.sha256);
  }
  expect([...parts].sort()).toEqual(["evaluation", "training", "validation"]);
  expect(await lineage("deadline-501", where)).toMatchObject(
    [{ run: "changes" }, { run: "deadlines", version: 2 }].slice(1),
  );
  expect(await lineage("nobody", where)).toEqual([]);
});

describe("a receipt", () => {
  const again = { vertical: deadlines, evaluate: options.evaluate };

  test("can be replayed, and gives the same weights with a job of its own", async () => {
    const { same, differences, receipt } = await replay(client, first.receipt, {
      ...again,
      data: deadlineRecords(120),
    });
    expect({ same, differences }).toEqual({ same: true, differences: [] });
    expect(receipt.job).not.toBe(first.job);
    expect(receipt.weights).toEqual(first.receipt.weights);
  });

  test("says what is otherwise where it gives other weights", async () => {
    const { same, differences } = await replay(client, first.receipt, {
      ...again,
      data: deadlineRecords(110),
    });
    expect(same).toBe(false);
    expect(differences.map(({ what }) => what)).toEqual(["data", "files", "weights"]);
  });
});
