import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FromInference, GenerationRequest } from "../../src/platform/serving/protocol.ts";
import { createScheduler } from "../../src/platform/serving/scheduler.ts";
import { temporaryDirectory } from "./test-platform.ts";
import { writeTinyBase } from "./tiny-base.ts";

const directory = temporaryDirectory();
const base = join(directory.path, "base");
beforeAll(() => writeTinyBase(base));
afterAll(directory.remove);

const request: GenerationRequest = {
  directory: base,
  messages: [{ role: "user", content: "Hello" }],
  maxTokens: 2,
  temperature: 0,
  topP: 1,
  seed: 1,
  stop: [],
  frequencyPenalty: 0,
  presencePenalty: 0,
  logitBias: new Map(),
  topLogprobs: null,
};

/** A scheduler, what it said, and a promise of the moment when it is done with a request. */
function scheduler() {
  const said: FromInference[] = [];
  let wake = () => {};
  const hear = createScheduler((message) => {
    said.push(message);
    wake();
  });
  const ended = async (id: number) => {
    while (!said.some((message) => message.id === id && /finished|failed/.test(message.type))) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { hear, said, ended };
}

test("a request that is cancelled while its model loads is given up, and others with that model go on", async () => {
  const { hear, said, ended } = scheduler();
  hear({ type: "generate", id: 1, request });
  hear({ type: "generate", id: 2, request });
  hear({ type: "cancel", id: 1 });
  await ended(2);
  expect(said.filter(({ id }) => id === 1)).toEqual([]);
  expect(said.at(-1)).toMatchObject({ type: "finished", id: 2 });
});

test("a cancelled request whose model can't be loaded says nothing, and its id can be cancelled again", async () => {
  const { hear, said, ended } = scheduler();
  const nowhere = { ...request, directory: join(directory.path, "nowhere") };
  hear({ type: "generate", id: 1, request: nowhere });
  hear({ type: "cancel", id: 1 });
  hear({ type: "generate", id: 2, request: nowhere });
  await ended(2);
  hear({ type: "cancel", id: 1 });
  hear({ type: "generate", id: 3, request });
  await ended(3);
  expect(said.filter(({ id }) => id === 1)).toEqual([]);
  expect(said.find(({ id }) => id === 2)).toMatchObject({ type: "failed" });
});
