import { describe, expect, test } from "vitest";
import { en } from "zod/locales";
import type * as z from "zod/mini";
import { chatCompletionChunkSchema, chatCompletionSchema, finishReasons } from "../../src/contract/chat.ts";
import { errorEnvelopeSchema } from "../../src/contract/errors.ts";
import { fineTuningJobSchema } from "../../src/contract/fine-tuning.ts";
import { faultsOf } from "../../src/contract/messages.ts";
import { knownValues, openEnum } from "../../src/contract/open-enum.ts";
import { chunk, completion, job } from "../client/samples.ts";

describe("what is wrong with an answer is said as zod says it", () => {
  test.each([
    ["nothing", fineTuningJobSchema, undefined],
    ["null", fineTuningJobSchema, null],
    ["a list", fineTuningJobSchema, []],
    ["a number for a string", fineTuningJobSchema, { ...job, id: 7 }],
    ["a string for a number", fineTuningJobSchema, { ...job, created_at: "now" }],
    ["a number that is too great to be one", fineTuningJobSchema, JSON.parse('{"created_at":1e999}')],
    ["an object for an open enum", fineTuningJobSchema, { ...job, status: {} }],
    ["none of the values", chatCompletionSchema, { ...completion, choices: [{ message: { role: "user" } }] }],
    ["none of the kinds", errorEnvelopeSchema, { error: { message: "m", code: true } }],
    ["several things", chatCompletionChunkSchema, { ...chunk({}), model: null, choices: [{ delta: 1 }] }],
  ])("%s", (_, schema: z.ZodMiniType, value) => {
    const said = faultsOf(schema, value);
    expect(said.length).toBeGreaterThan(0);
    expect(said).toEqual(schema.safeParse(value, { error: en().localeError }).error?.issues);
  });
});

test("an open enum tells which values are known", () => {
  const schema = openEnum(finishReasons);
  expect(schema.parse("tired")).toBe("tired");
  expect(knownValues(schema)).toEqual(finishReasons);
  expect(knownValues(chatCompletionSchema)).toBeUndefined();
});
