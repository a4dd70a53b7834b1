import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, expect, test } from "vitest";
import { BaseModelError, loadChatTokenizer } from "../../src/local.ts";
import { trainingRows, writeTinyBase } from "./tiny-base.ts";

const directory = mkdtempSync(join(tmpdir(), "fermion-chat-tokenizer-"));
afterAll(() => rmSync(directory, { recursive: true }));

const dialogue = [
  { role: "developer", content: "Be kind." },
  { role: "user", content: "Né? 日本 <|end|>" },
  { role: "assistant", content: "Hm.", weight: 0 },
  { role: "user", content: "And now?" },
  { role: "assistant", content: "Yes." },
] as const;

test("photon-nano comes with the package, and says what training sees", async () => {
  const tokenizer = await loadChatTokenizer();
  expect([tokenizer.model, tokenizer.contextLength]).toEqual(["photon-nano", 512]);
  const tokens = tokenizer.dialogue(dialogue);
  expect(tokens.length).toBe(tokenizer.countDialogueTokens(dialogue));
  const shown = tokens.filter(({ special }) => special).map(({ text }) => text);
  expect(shown.join("")).toBe(
    "<|begin|><|system|><|end|><|user|><|end|><|assistant|><|end|><|user|><|end|><|assistant|><|end|>",
  );
  const learned = tokens.filter((token) => token.learned).map(({ text }) => text);
  expect(learned.join("")).toBe("Yes.<|end|>");
  // The spelling of a special token in a text is text, and a part of a character is shown as such.
  expect(tokens.filter(({ text }) => text === "\ufffd").length).toBeGreaterThan(0);
});

test("a model's directory is loaded as well", async () => {
  await writeTinyBase(directory);
  const tokenizer = await loadChatTokenizer(directory);
  expect(tokenizer.contextLength).toBe(96);
  const [row] = trainingRows(1);
  const text = row?.messages[1]?.content ?? "";
  expect(tokenizer.countTokens(text)).toBe(tokenizer.dialogue([{ role: "user", content: text }]).length - 3);
});

test("what is no model is refused by name", async () => {
  await expect(loadChatTokenizer(join(directory, "nothing"))).rejects.toThrow(BaseModelError);
  await expect(loadChatTokenizer("../models")).rejects.toThrow(/config\.json/);
});

test("the recipe can be sent to a thread", async () => {
  const { recipe } = await loadChatTokenizer();
  const worker = new Worker(
    "const { workerData, parentPort } = require('node:worker_threads'); parentPort.postMessage(workerData);",
    { eval: true, workerData: recipe },
  );
  const echoed = await new Promise((resolve) => worker.once("message", resolve));
  expect(echoed).toEqual(recipe);
  await worker.terminate();
});
