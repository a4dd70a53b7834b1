import { describe, expect, test } from "vitest";
import { inferencePrice, trainingCost, wrongPrice } from "../../src/data/prices.ts";
import { check, DataError, type PriceTable } from "../../src/data.ts";
import { rejection } from "../client/wire-server.ts";

const answers = { perMillionInputTokens: 1, perMillionOutputTokens: 2 };
const ofTraining = (training: PriceTable["training"]): PriceTable => ({ currency: "EUR", training });

describe("training", () => {
  test("costs by tokens, by time, or by both", () => {
    const took = { tokens: 2_000_000, seconds: 1_800 };
    expect(trainingCost(ofTraining({ perMillionTokens: 3 }), took)).toBe(6);
    expect(trainingCost(ofTraining({ perHour: 8 }), took)).toBe(4);
    expect(trainingCost(ofTraining({ perMillionTokens: 3, perHour: 8 }), took)).toBe(10);
    expect(trainingCost(ofTraining({ perMillionTokens: 3 }), { tokens: 0, seconds: undefined })).toBe(0);
  });

  test("costs nobody knows what where a price or what it is for isn't known", () => {
    const both = ofTraining({ perMillionTokens: 3, perHour: 8 });
    expect(trainingCost(both, { tokens: 1, seconds: undefined })).toBeUndefined();
    expect(trainingCost(both, { tokens: undefined, seconds: 1 })).toBeUndefined();
    expect(trainingCost({ currency: "EUR" }, { tokens: 1, seconds: 1 })).toBeUndefined();
    expect(trainingCost(ofTraining({}), { tokens: 1, seconds: 1 })).toBeUndefined();
  });
});

test("a model has its own price, or that of every other model", () => {
  const own = { ...answers, perMillionInputTokens: 9 };
  const prices: PriceTable = { currency: "EUR", inference: { mine: own, "*": answers } };
  expect(inferencePrice(prices, "mine")).toBe(own);
  expect(inferencePrice(prices, "toString")).toBe(answers);
  expect(inferencePrice({ currency: "EUR", inference: { mine: own } }, "other")).toBeUndefined();
  expect(inferencePrice({ currency: "EUR" }, "mine")).toBeUndefined();
});

test.each<[PriceTable, string | undefined]>([
  [{ currency: "EUR" }, undefined],
  [{ currency: "EUR", training: { perHour: 0 }, inference: { "*": answers } }, undefined],
  [{ currency: "" }, "prices.currency"],
  [ofTraining({ perMillionTokens: -1 }), "prices.training.perMillionTokens"],
  [ofTraining({ perHour: Number.NaN }), "prices.training.perHour"],
  [
    { currency: "EUR", inference: { a: { ...answers, perMillionOutputTokens: Number.POSITIVE_INFINITY } } },
    'prices.inference["a"].perMillionOutputTokens',
  ],
])("of %j what is wrong is named: %s", (prices, field) => {
  expect(wrongPrice(prices)?.field).toBe(field);
});

test("a check estimates the cost where it knows how long training takes, and refuses what is no price", async () => {
  const row = { messages: ["user", "assistant"].map((role) => ({ role, content: "Hello there." })) };
  // So long as nobody counts the tokens, what they cost isn't known.
  expect((await check([row], { prices: ofTraining({ perMillionTokens: 3 }) })).estimate.cost).toBeUndefined();
  const error = await rejection(check([row], { prices: ofTraining({ perHour: -1 }) }));
  expect(error).toBeInstanceOf(DataError);
  expect(error).toMatchObject({ code: "invalid_option", field: "prices.training.perHour" });
});
