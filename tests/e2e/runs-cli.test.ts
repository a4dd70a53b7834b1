import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runsCommand } from "../../src/cli/runs.ts";
import { Fermion } from "../../src/index.ts";
import { customize } from "../../src/runs.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { startTinyPlatform } from "../platform/tiny-platform.ts";
import { deadlineRecords, deadlines } from "../runs/deadlines.ts";

const directory = temporaryDirectory();
const runs = join(directory.path, "runs");

beforeAll(async () => {
  const platform = await startTinyPlatform(directory.path);
  try {
    const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
    const options = {
      name: "claims",
      vertical: deadlines,
      base: "photon-nano",
      directory: runs,
      evaluate: false,
    } as const;
    const hyperparameters = { n_epochs: 1 };
    await customize(client, { ...options, hyperparameters, data: deadlineRecords(40) });
    await customize(client, { ...options, hyperparameters, data: deadlineRecords(41) });
  } finally {
    await platform.close();
  }
});
afterAll(() => directory.remove());

/** What the command prints. */
async function printed(...command: string[]): Promise<string> {
  let text = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((piece) => {
    text += String(piece);
    return true;
  });
  try {
    await runsCommand().parseAsync([...command, "--directory", runs], { from: "user" });
  } finally {
    spy.mockRestore();
  }
  return text;
}

test("runs are listed, shown and compared, and a record is found in them", async () => {
  expect(await printed("list")).toMatch(/^claims\tfinished\t2 versions\tft:photon-nano:/);
  expect(await printed("show", "claims")).toMatch(
    /version 2[\s\S]*changed: data[\s\S]*fine-tune: done[\s\S]*model: ft:/,
  );
  expect(await printed("diff", "claims", "1", "2")).toMatch(
    /data: [\s\S]*1 added[\s\S]*\+ deadline-40[\s\S]*weights: different/,
  );
  const lineage = await printed("lineage", "deadline-40");
  expect(lineage.trim().split("\n")).toEqual([expect.stringMatching(/^claims, version 2\t\w+\tft:/)]);
  expect(JSON.parse(await printed("list", "--json"))).toMatchObject([{ name: "claims", versions: 2 }]);
});
