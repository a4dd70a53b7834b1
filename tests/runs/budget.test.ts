import { describe, expect, test } from "vitest";
import type { PriceTable } from "../../src/data.ts";
import { ConfigurationError } from "../../src/index.ts";
import { checkBudget, estimatedCost } from "../../src/runs/budget.ts";

const answers = { perMillionInputTokens: 3, perMillionOutputTokens: 10 };
const prices: PriceTable = {
  currency: "EUR",
  training: { perMillionTokens: 2 },
  inference: { "*": answers },
};
const item = { id: "x", input: [{ role: "user" as const, content: "Hi" }], references: ["yo"] };
const asked = JSON.stringify(item.input).length / 3;

describe("what a run would cost", () => {
  const run = { tokens: 500_000, epochs: 4, prices, base: "photon-nano", items: [item], answerTokens: 256 };

  test("is its training, and the answers of both models at their longest", () => {
    expect(estimatedCost({ ...run, items: [] })).toBe(4);
    expect(estimatedCost(run)).toBeCloseTo(4 + (2 * (asked * 3 + 256 * 10)) / 1e6, 10);
  });

  test("has the base's own price", () => {
    const inference = {
      "*": answers,
      "photon-nano": { perMillionInputTokens: 0, perMillionOutputTokens: 0 },
    };
    const cost = estimatedCost({ ...run, prices: { ...prices, inference } });
    expect(cost).toBeCloseTo(4 + (asked * 3 + 256 * 10) / 1e6, 10);
  });

  test("is its training alone where answers have no price", () => {
    const { inference: _, ...ofTraining } = prices;
    expect(estimatedCost({ ...run, prices: ofTraining })).toBe(4);
  });

  test("isn't known without prices, by the hour, for epochs that the platform chooses, or for a model without a price", () => {
    const unknown = [
      { prices: undefined },
      { prices: { ...prices, training: { perHour: 1 } } },
      { epochs: undefined },
      { prices: { ...prices, inference: { "photon-nano": answers } } },
    ];
    for (const change of unknown) expect(estimatedCost({ ...run, ...change })).toBeUndefined();
  });
});

describe("a budget of cost", () => {
  const of = (prices: PriceTable | undefined, epochs: number | undefined = 4, isEvaluated = true) =>
    checkBudget(
      { name: "claims", base: "photon-nano", budget: { cost: 1 }, prices },
      { epochs, isEvaluated },
    );

  test("can be kept with prices by tokens", () => {
    expect(() => of(prices)).not.toThrow();
    expect(() => of({ currency: "EUR", training: { perMillionTokens: 2 } })).not.toThrow();
    expect(() => of({ ...prices, inference: { other: answers } }, 4, false)).not.toThrow();
  });

  test.each<[string, PriceTable | undefined, RegExp]>([
    ["no prices", undefined, /prices: \{ currency, training/],
    ["prices of answers alone", { currency: "EUR", inference: { "*": answers } }, /perMillionTokens/],
    ["a price per hour", { ...prices, training: { perMillionTokens: 2, perHour: 1 } }, /budget\.time/],
    ["no price for the model to be made", { ...prices, inference: { other: answers } }, /inference\["\*"\]/],
  ])("is refused with %s", (_, table, message) => {
    expect(() => of(table)).toThrow(ConfigurationError);
    expect(() => of(table)).toThrow(message);
  });

  test("is refused where the platform chooses the epochs", () => {
    const { name, base } = { name: "claims", base: "photon-nano" };
    const options = { name, base, budget: { cost: 1 }, prices };
    expect(() => checkBudget(options, { epochs: undefined, isEvaluated: true })).toThrow(/n_epochs/);
  });
});
