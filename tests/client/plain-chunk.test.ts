import fc from "fast-check";
import { expect, test } from "vitest";
import { isPlainChunk } from "../../src/client/plain-chunk.ts";
import { chatCompletionChunkSchema } from "../../src/contract/chat.ts";
import { chunk, usageChunk } from "./samples.ts";

const odd = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("text", "", 0, 1.5, null, undefined, true, "stop") },
  fc.constantFrom([], {}, [{}], [{ index: 0 }], Number.POSITIVE_INFINITY, { content: 1 }),
  fc.jsonValue(),
);

/** An object with some of its fields replaced. */
const spoilt = (fields: Record<string, unknown>, names: readonly string[]) =>
  fc
    .dictionary(fc.constantFrom(...Object.keys(fields), ...names), odd, { maxKeys: 2 })
    .map((others) => ({ ...fields, ...others }));

const delta = spoilt({ content: "text" }, [
  "role",
  "refusal",
  "tool_calls",
  "function_call",
  "reasoning_content",
]);
const choice = fc
  .tuple(spoilt({ index: 0, finish_reason: null, logprobs: null }, ["extra"]), delta, fc.boolean())
  .map(([fields, own, without]) => (without ? fields : { ...fields, delta: own }));
const value = fc
  .tuple(
    spoilt({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m" }, [
      "system_fingerprint",
      "service_tier",
      "usage",
      "error",
      "extra",
    ]),
    fc.oneof({ weight: 5, arbitrary: fc.array(choice, { maxLength: 2 }) }, odd),
  )
  .map(([fields, choices]) => ({ ...fields, choices }));

test("what is taken as a plain chunk, the schema takes and leaves as it is", () => {
  let plain = 0;
  fc.assert(
    fc.property(fc.oneof(value, odd), (candidate) => {
      if (isPlainChunk(candidate)) {
        plain++;
        expect(chatCompletionChunkSchema.parse(candidate)).toEqual(candidate);
      }
    }),
    { numRuns: 5_000 },
  );
  expect(plain).toBeGreaterThan(100);
});

test("the chunks of usual answers are plain", () => {
  expect(isPlainChunk(chunk({ role: "assistant", content: "" }))).toBe(true);
  expect(isPlainChunk(chunk({ content: "text", reasoning_content: "hm" }))).toBe(true);
  expect(isPlainChunk(chunk({}, "stop"))).toBe(true);
  expect(isPlainChunk(usageChunk)).toBe(true);
});
