import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { encodePrompt, specialTokenId } from "../../src/engine/chat-template.ts";
import { createDecoder } from "../../src/engine/decoder.ts";
import { readModel } from "../../src/engine/model-files.ts";
import { parameterCount } from "../../src/engine/parameters.ts";

const directory = resolve(import.meta.dirname, "../../models/photon-nano");
const { config, weights, tokenizer } = await readModel(directory);

function answer(...turns: readonly string[]): string {
  const decoder = createDecoder({ config, weights });
  const messages = turns.map((content, index) => ({
    role: index % 2 === 0 ? ("user" as const) : ("assistant" as const),
    content,
  }));
  const generation = decoder.start(encodePrompt(tokenizer, messages), {
    maxTokens: 60,
    temperature: 0,
    topP: 1,
    seed: 0,
    stopTokens: [specialTokenId(tokenizer, "<|end|>")],
  });
  const tokens: number[] = [];
  for (let step = generation.next(); "token" in step; step = generation.next()) tokens.push(step.token);
  decoder.close();
  return tokenizer.decode(tokens);
}

test("has 2 to 4 million parameters, a context of at least 512 tokens, and takes at most 8 MB", async () => {
  expect(parameterCount(config)).toBeGreaterThanOrEqual(2_000_000);
  expect(parameterCount(config)).toBeLessThanOrEqual(4_000_000);
  expect(config.contextLength).toBeGreaterThanOrEqual(512);
  const sizes = await Promise.all(
    (await readdir(directory)).map(async (name) => (await stat(join(directory, name))).size),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(8_000_000);
});

test("returns a greeting", () => {
  expect(answer("Hello!")).toMatch(/^(Hello|Hi)[!.]/);
});

test("finds the answer in a passage that stands in the prompt", () => {
  const passage = "The deadline for a broken bicycle is 12 days. We pay at most 350 euros for a lost hat.";
  expect(answer(`${passage}\nWhat is the deadline for a broken bicycle?`)).toContain("12 days");
});

test("says that it doesn't know what it was never told", () => {
  expect(answer("What is the phone number of Ida?")).toContain("I don't know that");
});

test("the model card names its size and its licence", async () => {
  const card = await readFile(resolve(import.meta.dirname, "../../docs/explanation/photon-nano.md"), "utf8");
  expect(card).toContain(parameterCount(config).toLocaleString("en-US"));
  expect(card).toContain("Apache-2.0");
});
