import { afterAll, beforeAll, expect, test } from "vitest";
import { chatCompletionCreateParamsSchema } from "../../src/contract/chat-params.ts";
import { SPECIAL_TOKENS } from "../../src/engine/chat-template.ts";
import { checked } from "../../src/platform/http/checked.ts";
import { answerStream } from "../../src/platform/serving/chat-answer.ts";
import { readChatRequest } from "../../src/platform/serving/chat-request.ts";
import type { Inference } from "../../src/platform/serving/inference.ts";
import { createTestPlatform } from "./test-platform.ts";

let tiny: Awaited<ReturnType<typeof createTestPlatform>>;
beforeAll(async () => {
  tiny = await createTestPlatform();
});
afterAll(async () => await tiny.close());

test("a stream of several answers that is read no further gives up the answer that is being made", async () => {
  const { inference, models } = tiny.platform;
  const cancelled: number[] = [];
  let begun = 0;
  const watched: Inference = {
    ...inference,
    async generate(request) {
      const index = begun++;
      const running = await inference.generate(request);
      const cancel = () => {
        cancelled.push(index);
        running.cancel();
      };
      return { ...running, cancel };
    },
  };
  const params = checked(chatCompletionCreateParamsSchema, {
    model: "photon-nano",
    messages: [{ role: "user", content: "x" }],
    max_tokens: 20,
    // No token of structure, which would end an answer early.
    logit_bias: Object.fromEntries(SPECIAL_TOKENS.map((_, id) => [id, -100])),
    seed: 1,
    n: 3,
    stream: true,
  });
  const model = models.get("photon-nano");
  if (!model) throw new Error("the base is missing");
  const { signal } = new AbortController();
  const request = readChatRequest(params);
  const stream = await answerStream({ request, model, inference: watched, signal, created: 1 });
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    expect(done).toBe(false);
    if (decoder.decode(value).includes('"index":1')) break;
  }
  expect(cancelled).toEqual([]);
  await reader.cancel();
  expect(cancelled).toContain(1);
  expect(begun).toBe(2);
});
