import { APICallError } from "@ai-sdk/provider";
import { generateObject, generateText, streamText } from "ai";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { createFermion, type FermionProvider } from "../../src/ai-sdk.ts";
import { type LocalPlatform, startLocalPlatform } from "../../src/local.ts";
import { rejection } from "../client/wire-server.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";

/** The AI SDK against the real platform and the model that the package ships. */
const directory = temporaryDirectory();
let platform: LocalPlatform;
let fermion: FermionProvider;

beforeAll(async () => {
  platform = await startLocalPlatform({ dataDir: directory.path, port: 0, threads: 1 });
  fermion = createFermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
});
afterAll(async () => {
  await platform.close();
  directory.remove();
});

const question = { system: "You are helpful.", prompt: "Hello!", temperature: 0, maxOutputTokens: 24 };

test("generateText and streamText give the same answer, with its usage", async () => {
  const whole = await generateText({ model: fermion("photon-nano"), ...question });
  expect(whole.text.length).toBeGreaterThan(0);
  expect(whole.usage.outputTokens).toBeGreaterThan(0);
  expect(whole.warnings).toEqual([]);

  const result = streamText({ model: fermion("photon-nano"), ...question });
  let text = "";
  for await (const piece of result.textStream) text += piece;
  expect(text).toBe(whole.text);
  expect(await result.finishReason).toBe(whole.finishReason);
  expect((await result.usage).totalTokens).toBe(whole.usage.totalTokens);
  expect((await result.response).modelId).toBe("photon-nano");
});

test("a limit of tokens is reported as the reason of the end", async () => {
  const { finishReason, usage } = await generateText({
    model: fermion("photon-nano"),
    ...question,
    maxOutputTokens: 1,
  });
  expect(finishReason).toBe("length");
  expect(usage.outputTokens).toBe(1);
});

test("a model that doesn't exist is an error that isn't repeated", async () => {
  const error = await rejection(generateText({ model: fermion("ft:nobody"), ...question }));
  expect(error).toMatchObject({ name: "AI_APICallError", statusCode: 404, isRetryable: false });
});

test("what the platform can't do is refused by name and not ignored", async () => {
  const error = await rejection(
    generateText({ model: fermion("photon-nano"), ...question, providerOptions: { fermion: { audio: {} } } }),
  );
  expect(APICallError.isInstance(error) && error.data).toMatchObject({ error: { param: "audio" } });
});

test("an object comes as the schema has it, or the platform says that it can't", async () => {
  const schema = z.object({ word: z.string() });
  const answer = generateObject({ model: fermion("photon-nano"), schema, ...question });
  const error = await answer.then(
    ({ object }) => schema.parse(object),
    (thrown: unknown) => thrown,
  );
  if (error instanceof Error) {
    expect(APICallError.isInstance(error) && error.data).toMatchObject({
      error: { param: "response_format" },
    });
  }
});
