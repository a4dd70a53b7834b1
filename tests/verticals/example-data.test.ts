import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { companionRecords } from "../../scripts/example-data/companion.ts";
import { educationRecords } from "../../scripts/example-data/education.ts";
import { financeRecords } from "../../scripts/example-data/finance.ts";
import { gameRecords } from "../../scripts/example-data/game.ts";
import { insuranceRecords } from "../../scripts/example-data/insurance.ts";
import { salesRecords } from "../../scripts/example-data/sales.ts";
import { readTokenizer } from "../../src/engine/tokenizer.ts";
import type { Suite } from "../../src/evals.ts";
import {
  companion,
  education,
  finance,
  game,
  insurance,
  type PreparedRecords,
  prepareRecords,
  recordDialogues,
  recordSuite,
  sales,
  type Vertical,
} from "../../src/verticals.ts";
import { exampleRecords } from "./example-records.ts";

const models = new URL("../../models/photon-nano/", import.meta.url);
const tokenizer = readTokenizer(JSON.parse(readFileSync(new URL("tokenizer.json", models), "utf8")));

/** With the type of the record hidden, so that all can stand in one table. */
function example<R>(vertical: Vertical<R>, made: () => readonly unknown[]) {
  let prepared: PreparedRecords<R>;
  return {
    name: vertical.name,
    vertical,
    made,
    prepare: async () => {
      prepared = await prepareRecords(vertical, exampleRecords(vertical.name));
      return prepared;
    },
    suite: (): Suite => recordSuite(vertical, prepared.records),
    dialogues: () => prepared.records.flatMap((record) => recordDialogues(vertical, record)),
  };
}

describe.each([
  example(insurance, insuranceRecords),
  example(finance, financeRecords),
  example(sales, salesRecords),
  example(game, gameRecords),
  example(education, educationRecords),
  example(companion, companionRecords),
])("the example data of $name", ({ name, vertical, made, prepare, suite, dialogues }) => {
  let prepared: PreparedRecords<unknown>;
  beforeAll(async () => {
    prepared = await prepare();
  });

  test("is what its script makes", () => {
    expect(exampleRecords(name)).toEqual(made());
  });

  test("has at least 150 records, and nothing is wrong with any", () => {
    expect(prepared.findings).toEqual([]);
    expect(prepared.records.length).toBeGreaterThanOrEqual(150);
    expect(prepared.records.length).toBe(prepared.total);
  });

  test("holds out at least 60 items in at least 8 groups", () => {
    const groups = new Set(prepared.records.map(({ group }) => group));
    const share = vertical.split.evaluation;
    expect(groups.size * share).toBeGreaterThanOrEqual(5.9);
    expect(suite().items.length * share).toBeGreaterThanOrEqual(60);
  });

  test("is diverse: few dialogues are alike, and no prompt comes twice", () => {
    const prompts = suite().items.map(({ input }) => JSON.stringify(input));
    expect(new Set(prompts).size).toBe(prompts.length);
    const answers = dialogues().flatMap(({ row }) => row.messages.filter(({ role }) => role === "assistant"));
    const distinct = new Set(answers.map(({ content }) => JSON.stringify(content)));
    expect(distinct.size / answers.length).toBeGreaterThan(0.4);
  });

  test("is small enough to be trained on in about a minute", () => {
    const rows = dialogues();
    const counts = rows.map(({ row }) =>
      row.messages.reduce((sum, { content }) => sum + tokenizer.encode(String(content)).length + 2, 1),
    );
    expect(Math.max(...counts)).toBeLessThan(512);
    const { n_epochs } = vertical.hyperparameters;
    const shareTrained = 1 - vertical.split.evaluation - vertical.split.validation;
    const trained = counts.reduce((a, b) => a + b, 0) * shareTrained * Number(n_epochs);
    expect(trained).toBeGreaterThan(100_000);
    expect(trained).toBeLessThan(260_000);
  });

  test("gives each right answer of its own full marks by all its scorers", async () => {
    for (const item of suite().items) {
      const [text = ""] = item.references;
      const answer = { text, finishReason: "stop", latency: 1, timeToFirstToken: 1, usage: undefined };
      for (const scorer of vertical.scorers) {
        if (scorer.appliesTo?.(item) === false) continue;
        const score = await scorer.score(answer, item);
        expect({ item: item.id, scorer: scorer.name, text, score }).toMatchObject({
          score: { kind: "scored", value: 1 },
        });
      }
    }
  });
});
