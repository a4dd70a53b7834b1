import { planMemory } from "./kernels/threads.ts";
import { type BatchLimits, planActivations, planLearned } from "./model-memory.ts";
import { planOptimizer } from "./optimizer.ts";
import type { ModelConfig } from "./parameters.ts";
import { loraOf, type TrainingMethod } from "./training-method.ts";

/** Bytes that a training run takes, and what for. */
export interface TrainingMemory {
  /** The model's own weights. */
  readonly model: number;
  /** What is learned besides the model's weights (adapters), its gradients, and the optimizer's moments. */
  readonly learning: number;
  /** One batch's activations. */
  readonly activations: number;
  readonly total: number;
}

/**
 * How much memory a training run will take, without taking it.
 *
 * @param limits - the largest micro-batch
 * @throws ModelConfigError when no such model can exist
 * @throws RangeError when there can be no such adapters
 */
export function trainingMemory(
  config: ModelConfig,
  limits: BatchLimits,
  threads: number,
  method: TrainingMethod = { type: "full" },
): TrainingMemory {
  const lora = loraOf(method);
  const plan = planMemory();
  const { weightsAt, gradientsAt, baseAt, size } = planLearned(plan, config, lora);
  planOptimizer(plan, size);
  const model = (lora ? weightsAt : gradientsAt) - baseAt;
  const beforeActivations = plan.bytes;
  planActivations(plan, { config, limits, threads, lora });
  return {
    model,
    learning: beforeActivations - baseAt - model,
    activations: plan.bytes - beforeActivations,
    total: plan.bytes,
  };
}
