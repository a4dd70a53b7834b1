import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  containedFacts,
  defineSuite,
  evaluate,
  lengthBand,
  numeric,
  type SuiteDefinition,
} from "../../src/evals.ts";
import { Fermion } from "../../src/index.ts";
import type { LocalPlatform } from "../../src/local.ts";
import { startTinyPlatform } from "../platform/tiny-platform.ts";

const directory = mkdtempSync(join(tmpdir(), "fermion-evaluate-"));
let platform: LocalPlatform;
let client: Fermion;

beforeAll(async () => {
  platform = await startTinyPlatform(directory);
  client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
});
afterAll(async () => {
  await platform.close();
  rmSync(directory, { recursive: true, force: true });
});

const items = Array.from({ length: 12 }, (_, index) => ({
  id: `q${index}`,
  input: [{ role: "user" as const, content: `When must I report hail? (${index})` }],
  references: ["within 3 days"],
  group: `g${index % 4}`,
  slices: { half: index < 6 ? "first" : "second" },
}));
const suite = defineSuite({
  name: "deadlines",
  items,
  scorers: [containedFacts(), numeric(), lengthBand()],
  sampling: { maxCompletionTokens: 12 },
});

describe("evaluate on the real platform", () => {
  test("every item of the suite is in the result", async () => {
    const progress: number[] = [];
    const result = await evaluate(client, {
      suite,
      model: "photon-nano",
      store: join(directory, "answers.jsonl"),
      onProgress: ({ done }) => progress.push(done),
      prices: {
        currency: "EUR",
        inference: { "*": { perMillionInputTokens: 1, perMillionOutputTokens: 2 } },
      },
    });
    expect(Object.keys(result.items)).toEqual(items.map(({ id }) => id));
    expect(result).toMatchObject({
      n: 12,
      failed: 0,
      reused: 0,
      model: "photon-nano",
      primary: "contained-facts",
    });
    expect(progress).toEqual(items.map((_, index) => index + 1));
    expect(result.tokens).toMatchObject({ answersWithoutUsage: 0 });
    expect(result.cost?.total).toBeCloseTo((result.tokens.prompt + 2 * result.tokens.completion) / 1e6, 12);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    const again = await evaluate(client, {
      suite,
      model: "photon-nano",
      store: join(directory, "answers.jsonl"),
    });
    expect(again).toMatchObject({ n: 12, reused: 12 });
    expect(again.items).toEqual(JSON.parse(JSON.stringify(result.items)));
  });

  test("an answer is asked for once however it is judged, and again when the question or the sampling is another", async () => {
    const store = join(directory, "judged-again.jsonl");
    const ask = (definition: Partial<SuiteDefinition>) =>
      evaluate(client, {
        suite: defineSuite({ ...suite, ...definition }),
        model: "photon-nano",
        store,
      });
    const first = await ask({});
    const judged = await ask({
      items: items.map((item) => ({ ...item, references: ["within 9 days"] })),
      scorers: [lengthBand({ max: 1 })],
      primary: "length-band",
    });
    expect(judged).toMatchObject({ n: 12, reused: 12, primary: "length-band" });
    expect(judged.suite.hash).not.toBe(first.suite.hash);
    const [one, ...others] = items;
    const reworded = {
      ...one,
      id: "q0",
      references: ["within 3 days"],
      input: [{ role: "user" as const, content: "And hail?" }],
    };
    expect(await ask({ items: [reworded, ...others] })).toMatchObject({ n: 12, reused: 11 });
    expect(await ask({ sampling: { maxCompletionTokens: 11 } })).toMatchObject({ reused: 0 });
  });
});
