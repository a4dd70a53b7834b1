import { afterAll, describe, expect, test } from "vitest";
import { packBatch } from "../../src/engine/batches.ts";
import {
  ContextLengthError,
  createDecoder,
  type Generation,
  NoSlotError,
  type SamplingOptions,
} from "../../src/engine/decoder.ts";
import { parameterCount } from "../../src/engine/parameters.ts";
import * as reference from "./reference.ts";
import { randomNumbers } from "./run-kernel.ts";
import { randomExamples, tinyConfig } from "./tiny-model.ts";

// A context that a prompt of more than one block of rows fits in, and weights that make a lively model.
const config = { ...tinyConfig, contextLength: 150 };
const weights = randomNumbers(parameterCount(config), 1, 0.35);
const decoder = createDecoder({ config, weights, slots: 3 });
afterAll(() => decoder.close());

const greedy: SamplingOptions = { temperature: 0, topP: 1, seed: 0, maxTokens: 12, stopTokens: [] };
const lively: SamplingOptions = { temperature: 1, topP: 0.95, seed: 1, maxTokens: 12, stopTokens: [] };
const prompts = randomExamples([1, 5, 17, 64, 65, 130], 7, config).map(({ tokens }) => [...tokens]);

/** All tokens of a generation, and how it ended. */
function all(generation: Generation) {
  const tokens: number[] = [];
  for (;;) {
    const step = generation.next();
    if ("finished" in step) return { tokens, finished: step.finished };
    tokens.push(step.token);
  }
}

const generate = (prompt: readonly number[], options: SamplingOptions) => all(decoder.start(prompt, options));

/** Logits of the reference for the token behind these. */
function nextLogits(tokens: readonly number[]): Float64Array {
  const batch = packBatch([{ tokens: Int32Array.from(tokens), learned: new Uint8Array(tokens.length) }]);
  return reference.logits(config, weights, { ...batch, rows: Int32Array.of(tokens.length - 1) });
}

describe("greedy decoding with a cache", () => {
  for (const prompt of prompts) {
    test(`takes the likeliest token of a whole pass each time, behind ${prompt.length} tokens`, () => {
      const { tokens } = generate(prompt, greedy);
      expect(tokens).toHaveLength(12);
      for (const [i, token] of tokens.entries()) {
        const logits = nextLogits([...prompt, ...tokens.slice(0, i)]);
        // Within rounding of the greatest, should two be as good as equal.
        expect(logits[token]).toBeGreaterThanOrEqual(Math.max(...logits) - 1e-4);
      }
    });
  }

  test("reads a prompt in blocks as it reads it token by token", () => {
    const [prompt = []] = prompts.slice(-1);
    const { tokens } = generate(prompt, greedy);
    const again = generate([...prompt, ...tokens.slice(0, 5)], { ...greedy, maxTokens: 7 });
    expect(again.tokens).toEqual(tokens.slice(5));
  });
});

describe("generations", () => {
  test("that take turns give what each gives alone", () => {
    const given = prompts.slice(1, 4);
    const alone = given.map((prompt, i) => generate(prompt, { ...lively, seed: i }).tokens);
    const together = given.map((prompt, i) => {
      const tokens: number[] = [];
      return { tokens, turn: decoder.start(prompt, { ...lively, seed: i }) };
    });
    // One of them gets two turns where the others get one.
    for (let round = 0; round < 24; round++) {
      const one = together[[0, 1, 0, 2][round % 4] ?? 0];
      const step = one?.turn.next();
      if (step && "token" in step) one?.tokens.push(step.token);
    }
    for (const { tokens, turn } of together) tokens.push(...all(turn).tokens);
    expect(together.map(({ tokens }) => tokens)).toEqual(alone);
  });

  test("don't see what a slot held before", () => {
    const [, , prompt = []] = prompts;
    const before = generate(prompt, lively);
    for (const other of prompts) generate(other, lively);
    expect(generate(prompt, lively)).toEqual(before);
  });

  test("are as many as there are slots; ending or closing one frees its slot, once", () => {
    const [prompt = []] = prompts;
    const open = [1, 2, 3].map(() => decoder.start(prompt, greedy));
    expect(() => decoder.start(prompt, greedy)).toThrow(NoSlotError);
    open[0]?.close();
    open[0]?.close();
    expect(open[0]?.next()).toEqual({ finished: "stop" });
    const fourth = decoder.start(prompt, greedy);
    expect(() => decoder.start(prompt, greedy)).toThrow(NoSlotError);
    all(fourth);
    fourth.close();
    const fifth = decoder.start(prompt, greedy);
    expect(() => decoder.start(prompt, greedy)).toThrow(NoSlotError);
    for (const generation of [...open, fifth]) generation.close();
  });

  test("that were refused take no slot", () => {
    for (let i = 0; i < 5; i++) {
      expect(() => decoder.start([], greedy)).toThrow(RangeError);
      expect(() => decoder.start([1], { ...greedy, temperature: -1 })).toThrow(RangeError);
    }
    expect(generate([1], greedy).tokens).toHaveLength(12);
  });
});

describe("log-probabilities", () => {
  const unasked: SamplingOptions = {
    ...lively,
    temperature: 1.7,
    presencePenalty: 1,
    frequencyPenalty: 0.5,
    logitBias: new Map([[3, 4]]),
  };
  const steered: SamplingOptions = { ...unasked, topLogprobs: 4 };

  test("are those of the model's own distribution, whatever decides which token is chosen", () => {
    const [, prompt = []] = prompts;
    const generation = decoder.start(prompt, steered);
    const tokens: number[] = [];
    for (let step = generation.next(); "token" in step; step = generation.next()) {
      const logits = nextLogits([...prompt, ...tokens]);
      const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
      const likely = Array.from(logits, (logit) => Math.log(Math.exp(logit) / sum));
      expect(step.logprobs?.token).toBe(step.token);
      expect(step.logprobs?.logprob).toBeCloseTo(likely[step.token] ?? Number.NaN, 3);
      const top = step.logprobs?.top.map(({ logprob }) => logprob) ?? [];
      const expected = likely.toSorted((a, b) => b - a).slice(0, 4);
      expect(top).toHaveLength(4);
      for (const [i, logprob] of top.entries()) expect(logprob).toBeCloseTo(expected[i] ?? Number.NaN, 3);
      tokens.push(step.token);
    }
    expect(tokens).toHaveLength(12);
  });

  test("change nothing about the tokens, and aren't there unasked", () => {
    const [, prompt = []] = prompts;
    expect(generate(prompt, unasked).tokens).toEqual(generate(prompt, steered).tokens);
    const generation = decoder.start(prompt, unasked);
    expect(Object.keys(generation.next())).toEqual(["token"]);
    generation.close();
  });

  test("are of the token alone where no others are asked for", () => {
    const generation = decoder.start([1], { ...greedy, topLogprobs: 0 });
    expect(generation.next()).toMatchObject({ logprobs: { top: [], logprob: expect.any(Number) } });
    generation.close();
  });
});

test("penalties count what was generated, not the prompt", () => {
  const [token = 0] = generate([1], greedy).tokens;
  const withoutPenalty = generate([1, token, token, token], { ...greedy, maxTokens: 1 }).tokens;
  const penalised = { ...greedy, maxTokens: 1, presencePenalty: 2, frequencyPenalty: 2 };
  expect(generate([1, token, token, token], penalised).tokens).toEqual(withoutPenalty);
});

describe("a generation ends", () => {
  test("before a stop token, which is not given", () => {
    const [, prompt = []] = prompts;
    const { tokens } = generate(prompt, greedy);
    const stop = tokens[4] ?? -1;
    const first = tokens.indexOf(stop);
    expect(generate(prompt, { ...greedy, stopTokens: [stop, 1000] })).toEqual({
      tokens: tokens.slice(0, first),
      finished: "stop",
    });
  });

  test("after the most tokens that were asked for, and stays ended", () => {
    const [prompt = []] = prompts;
    const generation = decoder.start(prompt, { ...greedy, maxTokens: 3 });
    expect(all(generation)).toMatchObject({ tokens: { length: 3 }, finished: "length" });
    expect(generation.next()).toEqual({ finished: "length" });
    expect(generate(prompt, { ...greedy, maxTokens: 0 })).toEqual({ tokens: [], finished: "length" });
  });

  test("at the end of the context", () => {
    const prompt = new Array<number>(config.contextLength - 2).fill(3);
    expect(generate(prompt, { ...greedy, maxTokens: 100 })).toMatchObject({
      tokens: { length: 2 },
      finished: "length",
    });
  });
});

test("a prompt that leaves no room is refused with both lengths", () => {
  const start = (length: number) => decoder.start(new Array<number>(length).fill(3), greedy);
  for (const promptTokens of [150, 1000]) {
    expect(() => start(promptTokens)).toThrow(ContextLengthError);
    expect(() => start(promptTokens)).toThrow(expect.objectContaining({ promptTokens, contextLength: 150 }));
  }
  start(149).close();
});

test("the same seed gives the same tokens, another seed others", () => {
  const [, prompt = []] = prompts;
  const [a, again, b] = [4, 4, 5].map((seed) => generate(prompt, { ...lively, temperature: 2, seed }).tokens);
  expect(again).toEqual(a);
  expect(b).not.toEqual(a);
});

test("what no generation can be made of is refused by name", () => {
  for (const token of [-1, config.vocabularySize, 1.5, Number.NaN]) {
    expect(() => decoder.start([1, token], greedy)).toThrow(`no token ${token} `);
  }
  for (const maxTokens of [-1, 1.5, Number.NaN]) {
    expect(() => decoder.start([1], { ...greedy, maxTokens })).toThrow(/^maxTokens/);
  }
  for (const topLogprobs of [-1, 1.5, Number.NaN]) {
    expect(() => decoder.start([1], { ...greedy, topLogprobs })).toThrow(/^topLogprobs/);
  }
  const logitBias = new Map([[config.vocabularySize, 1]]);
  expect(() => decoder.start([1], { ...greedy, logitBias })).toThrow(`no token ${config.vocabularySize} `);
  expect(() => createDecoder({ config, weights: weights.subarray(1) })).toThrow(RangeError);
});
