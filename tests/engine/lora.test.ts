import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { packBatch } from "../../src/engine/batches.ts";
import {
  DEFAULT_LORA,
  initialAdapters,
  LORA_MODULES,
  type LoraConfig,
  loraLayout,
  loraParameterCount,
  mergeLora,
} from "../../src/engine/lora.ts";
import { createTrainableModel, type TrainableModel } from "../../src/engine/model.ts";
import { type ModelConfig, parameterCount, parameterLayout } from "../../src/engine/parameters.ts";
import { trainingMemory } from "../../src/engine/training-memory.ts";
import * as reference from "./reference.ts";
import { bytesOf, expectClose, randomNumbers } from "./run-kernel.ts";
import { randomExamples, tinyConfig } from "./tiny-model.ts";

const weights = randomNumbers(parameterCount(tinyConfig), 1, 0.35);
const batch = packBatch(randomExamples([13, 1, 6, 9], 2));
const limits = { tokens: batch.tokens.length + 3, longest: batch.longest + 1, examples: 6 };

const open: TrainableModel[] = [];
afterEach(() => {
  for (const model of open.splice(0)) model.close();
});

/** A model with adapters that already change what it says. */
function adaptedModel(lora: LoraConfig, threads = 1) {
  const adapters = randomNumbers(loraParameterCount(tinyConfig, lora), 3, 0.3);
  const model = createTrainableModel(tinyConfig, limits, threads, { lora });
  open.push(model);
  model.baseWeights.set(weights);
  model.weights.set(adapters);
  return { model, adapters };
}

const everyModule: LoraConfig = { rank: 3, alpha: 5, targetModules: LORA_MODULES };
const someModules: LoraConfig[] = [
  everyModule,
  { rank: 8, alpha: 16, targetModules: ["q_proj", "v_proj"] },
  { rank: 1, alpha: 1, targetModules: ["down_proj", "up_proj"] },
  { rank: 5, alpha: 2, targetModules: ["o_proj", "k_proj"] },
];

describe("a model with adapters", () => {
  for (const [index, lora] of someModules.entries()) {
    test(`has the reference's loss and its slope in every matrix, adapters ${index}`, () => {
      const { model, adapters } = adaptedModel(lora, 1 + (index % 2));
      const loss = (moved: reference.Numbers) =>
        reference.loss(tinyConfig, reference.adaptedWeights(tinyConfig, weights, lora, moved), batch);
      const factor = 0.125;
      const found = model.lossAndGradients(batch, factor);
      expect(found.total).toBeCloseTo(loss(adapters), 3);
      expect(model.loss(batch)).toEqual(found);
      const pick = (offset: number, size: number) => {
        const gradients = model.gradients.subarray(offset, offset + size);
        const steepest = gradients.reduce(
          (best, value, i) => (Math.abs(value) > Math.abs(gradients[best] ?? 0) ? i : best),
          0,
        );
        return [steepest, 0, size >> 1, size - 1].map((i) => offset + i);
      };
      for (const { name, offset, size } of loraLayout(tinyConfig, lora)) {
        const sample = pick(offset, size);
        const expected = sample.map((i) => reference.slope(loss, adapters, i) * factor);
        expect(Math.abs(expected[0] ?? 0), `${name} has a slope`).toBeGreaterThan(1e-4);
        expectClose(
          sample.map((i) => model.gradients[i] ?? Number.NaN),
          expected,
          3e-5,
        );
      }
    });
  }

  test("keeps its own weights to the bit, and has no gradient for them", () => {
    const { model } = adaptedModel(everyModule);
    model.lossAndGradients(batch, 1);
    expect(Buffer.compare(bytesOf(model.baseWeights), bytesOf(weights))).toBe(0);
    expect(model.gradients.length).toBe(loraParameterCount(tinyConfig, everyModule));
  });

  test("gives the same gradients to the bit on one thread, two and three", () => {
    const [one, ...more] = [1, 2, 3].map((threads) => {
      const { model } = adaptedModel(everyModule, threads);
      const loss = model.lossAndGradients(batch, 1);
      return { loss, gradients: model.gradients };
    });
    for (const { loss, gradients } of more) {
      expect(loss).toEqual(one?.loss);
      expect(Buffer.compare(bytesOf(gradients), bytesOf(one?.gradients))).toBe(0);
    }
  });

  test("adds to the gradients that are there", () => {
    const { model } = adaptedModel(everyModule);
    model.lossAndGradients(batch, 1);
    const once = model.gradients.slice();
    model.lossAndGradients(batch, 0.5);
    expectClose(
      model.gradients,
      once.map((value) => value * 1.5),
    );
  });

  test("that are fresh says to the bit what its base says", () => {
    const lora = DEFAULT_LORA;
    const model = createTrainableModel(tinyConfig, limits, 1, { lora });
    const base = createTrainableModel(tinyConfig, limits, 1);
    open.push(model, base);
    model.baseWeights.set(weights);
    model.weights.set(initialAdapters(tinyConfig, lora, 1));
    base.weights.set(weights);
    expect(model.loss(batch)).toEqual(base.loss(batch));
  });
});

describe("merged adapters", () => {
  /** ln p of every token after a prompt, as the training pass has it. */
  function logProbabilities(model: TrainableModel, prompt: readonly number[]): number[] {
    return Array.from({ length: tinyConfig.vocabularySize }, (_, token) => {
      const tokens = Int32Array.of(...prompt, token);
      const learned = new Uint8Array(tokens.length);
      learned[prompt.length] = 1;
      return -model.loss(packBatch([{ tokens, learned }])).total;
    });
  }

  test("give the model that the adapters gave beside it", () => {
    const { model, adapters } = adaptedModel(everyModule);
    const merged = createTrainableModel(tinyConfig, limits, 1);
    open.push(merged);
    merged.weights.set(mergeLora(tinyConfig, weights, { lora: everyModule, weights: adapters }));
    const base = createTrainableModel(tinyConfig, limits, 1);
    open.push(base);
    base.weights.set(weights);
    const prompt = [3, 17, 4, 8, 8, 20];
    const beside = logProbabilities(model, prompt);
    expectClose(logProbabilities(merged, prompt), beside, 1e-5);
    // Else the test would pass with adapters that do nothing.
    expect(Math.abs((logProbabilities(base, prompt)[0] ?? 0) - (beside[0] ?? 0))).toBeGreaterThan(1e-2);
  });

  test("are the reference's weights, the base and all that isn't a target as they were", () => {
    const lora: LoraConfig = { rank: 4, alpha: 3, targetModules: ["k_proj", "gate_proj"] };
    const adapters = randomNumbers(loraParameterCount(tinyConfig, lora), 9);
    const before = weights.slice();
    const merged = mergeLora(tinyConfig, weights, { lora, weights: adapters });
    expectClose(merged, reference.adaptedWeights(tinyConfig, weights, lora, adapters), 1e-7);
    expect(Buffer.compare(bytesOf(weights), bytesOf(before))).toBe(0);
    for (const { name, offset, size } of parameterLayout(tinyConfig)) {
      const same = merged.subarray(offset, offset + size).every((value, i) => value === weights[offset + i]);
      expect(same, name).toBe(!/k_proj|gate_proj/.test(name));
    }
  });

  test("of another shape are refused", () => {
    const adapters = { lora: everyModule, weights: new Float32Array(7) };
    expect(() => mergeLora(tinyConfig, weights, adapters)).toThrow(/have \d+ numbers, and 7 came/);
    expect(() => mergeLora(tinyConfig, weights.subarray(1), adapters)).toThrow(/the base has/);
  });
});

describe("fresh adapters", () => {
  test("have A within ±1 / √in, filling it, and B zero", () => {
    const lora = DEFAULT_LORA;
    const adapters = initialAdapters(tinyConfig, lora, 4);
    for (const { name, shape, offset, size } of loraLayout(tinyConfig, lora)) {
      const values = adapters.subarray(offset, offset + size);
      const most = values.reduce((greatest, value) => Math.max(greatest, Math.abs(value)), 0);
      if (name.endsWith("lora_B.weight")) {
        expect(most, name).toBe(0);
        continue;
      }
      const bound = 1 / Math.sqrt(shape[1] ?? 0);
      expect(most).toBeLessThanOrEqual(Math.fround(bound));
      expect(most).toBeGreaterThan(bound * 0.9);
      const mean = values.reduce((sum, value) => sum + value, 0) / size;
      expect(Math.abs(mean)).toBeLessThan(bound * 0.2);
    }
  });

  test("merge into what the base was, to the bit", () => {
    const adapters = { lora: DEFAULT_LORA, weights: initialAdapters(tinyConfig, DEFAULT_LORA, 1) };
    expect(Buffer.compare(bytesOf(mergeLora(tinyConfig, weights, adapters)), bytesOf(weights))).toBe(0);
  });

  test("follow from the seed", () => {
    const of = (seed: number) => initialAdapters(tinyConfig, DEFAULT_LORA, seed);
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });
});

test("every target module has an A and a B of its shape, each layer's laid end to end", () => {
  const shape = fc.record({
    layers: fc.integer({ min: 1, max: 4 }),
    keyValueHeads: fc.integer({ min: 1, max: 3 }),
    groups: fc.integer({ min: 1, max: 3 }),
    feedForwardSize: fc.integer({ min: 1, max: 9 }).map((f) => f * 4),
    rank: fc.integer({ min: 1, max: 20 }),
    targetModules: fc.shuffledSubarray([...LORA_MODULES], { minLength: 1 }),
  });
  fc.assert(
    fc.property(shape, ({ layers, keyValueHeads, groups, feedForwardSize, rank, targetModules }) => {
      const heads = keyValueHeads * groups;
      const size = { layers, heads, keyValueHeads, feedForwardSize, hiddenSize: heads * 8 };
      const config: ModelConfig = { ...tinyConfig, ...size };
      const lora = { rank, alpha: 16, targetModules };
      const layout = loraLayout(config, lora);
      let end = 0;
      for (const parameter of layout) {
        expect(parameter.offset).toBe(end);
        expect(parameter.size).toBe((parameter.shape[0] ?? 0) * (parameter.shape[1] ?? 0));
        end += parameter.size;
      }
      expect(loraParameterCount(config, lora)).toBe(end);
      const shapes = new Map(layout.map((parameter) => [parameter.name, parameter.shape]));
      expect(shapes.size).toBe(layout.length);
      const targets = parameterLayout(config).filter(({ name }) =>
        targetModules.some((module) => name.endsWith(`${module}.weight`)),
      );
      expect(layout.length).toBe(2 * targets.length);
      for (const { name, shape } of targets) {
        const stem = `base_model.model.${name.replace(/\.weight$/, "")}`;
        expect(shapes.get(`${stem}.lora_A.weight`)).toEqual([rank, shape[1]]);
        expect(shapes.get(`${stem}.lora_B.weight`)).toEqual([shape[0], rank]);
      }
    }),
  );
});

describe("the memory of a training run", () => {
  test("is what a model of that shape takes", () => {
    for (const lora of [undefined, everyModule]) {
      const model = createTrainableModel(tinyConfig, limits, 2, {
        lora,
        reserve: (plan, size) => void plan.floats(2 * size),
      });
      open.push(model);
      const method = lora ? ({ type: "lora", ...lora } as const) : ({ type: "full" } as const);
      const { model: own, learning, activations, total } = trainingMemory(tinyConfig, limits, 2, method);
      // Memory is counted in pages, and has the kernels' own page.
      expect(Math.abs(model.kernels.floats.byteLength - total)).toBeLessThan(70_000);
      expect(Math.abs(total - own - learning - activations)).toBeLessThan(70_000);
    }
  });

  test("for 135 million parameters goes into the model and its activations, once only adapters learn", () => {
    const config: ModelConfig = {
      vocabularySize: 49_152,
      hiddenSize: 576,
      layers: 30,
      heads: 9,
      keyValueHeads: 3,
      feedForwardSize: 1536,
      contextLength: 2048,
      ropeTheta: 100_000,
      normEpsilon: 1e-5,
    };
    const most = { tokens: 2048, longest: 2048, examples: 16 };
    const full = trainingMemory(config, most, 2);
    const lora = trainingMemory(config, most, 2, { type: "lora" });
    const adapters = loraParameterCount(config, DEFAULT_LORA);
    expect(full.model).toBe(lora.model);
    expect(full.learning).toBeGreaterThan(3 * full.model);
    expect(lora.learning / (4 * 4 * adapters)).toBeCloseTo(1, 2);
    expect(lora.activations / full.activations).toBeLessThan(1.03);
    expect(lora.total / full.total).toBeLessThan(0.62);
  });
});

test("adapters that make no sense are refused, each by name", () => {
  const bad: [Partial<LoraConfig>, RegExp][] = [
    [{ rank: 0 }, /rank/],
    [{ rank: 1.5 }, /rank/],
    [{ alpha: 0 }, /alpha/],
    [{ alpha: Number.NaN }, /alpha/],
    [{ alpha: Number.POSITIVE_INFINITY }, /alpha/],
    [{ targetModules: [] }, /targetModules/],
    [{ targetModules: JSON.parse('["lm_head"]') }, /lm_head/],
  ];
  for (const [part, message] of bad) {
    expect(() => loraLayout(tinyConfig, { ...DEFAULT_LORA, ...part })).toThrow(RangeError);
    expect(() => loraLayout(tinyConfig, { ...DEFAULT_LORA, ...part })).toThrow(message);
  }
});
