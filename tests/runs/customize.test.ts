import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TrainingRow } from "../../src/data.ts";
import { Fermion } from "../../src/index.ts";
import type { LocalPlatform } from "../../src/local.ts";
import { customize, type RunProgress } from "../../src/runs.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { trainingRows } from "../platform/tiny-base.ts";
import { startTinyPlatform } from "../platform/tiny-platform.ts";

const directory = temporaryDirectory();
let platform: LocalPlatform;
let client: Fermion;

beforeAll(async () => {
  platform = await startTinyPlatform(directory.path);
  client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
});
afterAll(async () => {
  await platform.close();
  directory.remove();
});

const rows = () => trainingRows(40) as TrainingRow[];
const options = {
  name: "rows",
  base: "photon-nano",
  hyperparameters: { n_epochs: 1 },
  directory: join(directory.path, "runs"),
};
const steps = (told: readonly RunProgress[]) =>
  told.flatMap((one) => (one.type === "step" && one.state !== "begun" ? `${one.step} ${one.state}` : []));

test("rows become a model, and asked again nothing is done twice", async () => {
  const told: RunProgress[] = [];
  const onProgress = (progress: RunProgress) => told.push(progress);
  const result = await customize(client, { ...options, data: rows(), onProgress });
  expect(result).toMatchObject({ version: 1, changes: [], records: { training: 36, validation: 4 } });
  expect(steps(told)).toEqual([
    "check done",
    "split done",
    "decontaminate done",
    "upload done",
    "fine-tune done",
  ]);
  told.length = 0;
  expect(await customize(client, { ...options, data: rows(), onProgress })).toEqual(result);
  expect(steps(told).every((step) => step.endsWith("found"))).toBe(true);
  expect((await client.fineTuning.jobs.list()).data).toHaveLength(1);
});
