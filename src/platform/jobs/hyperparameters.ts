import { automaticBatchSize, automaticEpochs } from "../../contract/automatic-training.ts";
import type { RequestedHyperparameters, TrainingPlan } from "../store/jobs.ts";

/** The peak learning rate of a job whose `learning_rate_multiplier` is 1; it suits models of a few million weights. */
export const BASE_LEARNING_RATE = 1.5e-3;

/** What a weight loses of itself in each step, times the learning rate. */
export const WEIGHT_DECAY = 0.3;

/**
 * The share of a context's tokens that is left out each time it is seen, unless the answer repeats them; see
 * `thinContext`. Chosen with the decay above on the claims data set, where the two raise held-out answers.
 */
export const CONTEXT_DROPOUT = 0.4;

/**
 * Chooses what was left to the platform.
 *
 * - `batch_size`: {@link automaticBatchSize}.
 * - `n_epochs`: {@link automaticEpochs}.
 * - `learning_rate_multiplier`: 1.
 *
 * @param requested - as the job was created with
 * @param rows - how many rows the training file has
 */
export function planTraining(requested: RequestedHyperparameters, rows: number): TrainingPlan {
  const batchSize = requested.batch_size === "auto" ? automaticBatchSize(rows) : requested.batch_size;
  const epochs =
    requested.n_epochs === "auto" ? automaticEpochs(Math.ceil(rows / batchSize)) : requested.n_epochs;
  const learningRateMultiplier =
    requested.learning_rate_multiplier === "auto" ? 1 : requested.learning_rate_multiplier;
  return {
    epochs,
    batchSize,
    learningRateMultiplier,
    learningRate: BASE_LEARNING_RATE * learningRateMultiplier,
    ...(requested.max_steps === undefined ? {} : { maxSteps: requested.max_steps }),
  };
}
