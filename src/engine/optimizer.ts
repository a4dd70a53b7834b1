import type { MemoryPlan } from "./kernels/threads.ts";
import type { TrainableModel } from "./model.ts";

/** β₁ and β₂: the usual choice for language models, which forgets faster than Kingma and Ba's 0.999. */
const BETA1 = 0.9;
const BETA2 = 0.95;
const EPSILON = 1e-8;
/** How many numbers one sum of squares covers (see squareSums). */
const CHUNK = 4096;

/** Where an optimizer's memory lies. */
export interface OptimizerMemory {
  readonly firstMoment: number;
  readonly secondMoment: number;
  readonly squareSums: number;
}

/** AdamW over all that a model learns. */
export interface Optimizer {
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** The Euclidean length of the whole gradient. */
  gradientNorm(): number;
  /**
   * One update; gradients are zero afterwards.
   *
   * @param options - `step` is counted from 0; `scale` is what gradients are multiplied by first
   */
  update(options: { step: number; learningRate: number; weightDecay: number; scale: number }): void;
}

/** Reserves an optimizer's memory in a plan. */
export function planOptimizer(plan: MemoryPlan, size: number): OptimizerMemory {
  return {
    firstMoment: plan.floats(size),
    secondMoment: plan.floats(size),
    squareSums: plan.doubles(Math.ceil(size / CHUNK)),
  };
}

/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2). Norm weights, the parameters of one dimension, don't decay.
 */
export function createOptimizer(model: TrainableModel, memory: OptimizerMemory): Optimizer {
  const { kernels, size, weightsAt, gradientsAt } = model;
  const view = (pointer: number) => kernels.floats.subarray(pointer / 4, pointer / 4 + size);

  // Neighbours that decay alike are updated in one go.
  const ranges: { offset: number; count: number; decays: boolean }[] = [];
  for (const { offset, size: count, shape } of model.parameters) {
    const decays = shape.length > 1;
    const before = ranges.at(-1);
    if (before?.decays === decays) before.count += count;
    else ranges.push({ offset, count, decays });
  }

  return {
    firstMoment: view(memory.firstMoment),
    secondMoment: view(memory.secondMoment),
    gradientNorm() {
      kernels.run("squareSums", memory.squareSums, gradientsAt, size);
      let sum = 0;
      for (let i = 0; i < Math.ceil(size / CHUNK); i++)
        sum += kernels.doubles[memory.squareSums / 8 + i] ?? 0;
      return Math.sqrt(sum);
    },
    update({ step, learningRate, weightDecay, scale }) {
      const correction1 = 1 / (1 - BETA1 ** (step + 1));
      const correction2 = 1 / (1 - BETA2 ** (step + 1));
      for (const { offset, count, decays } of ranges) {
        const at = offset * 4;
        kernels.run(
          "adamW",
          ...[weightsAt + at, gradientsAt + at, memory.firstMoment + at, memory.secondMoment + at, count],
          ...[learningRate, BETA1, BETA2, EPSILON, decays ? learningRate * weightDecay : 0],
          ...[correction1, correction2, scale],
        );
      }
    },
  };
}
