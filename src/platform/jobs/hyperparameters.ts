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

/** Rows of a step when `batch_size` is `"auto"`. */
export const AUTO_BATCH_SIZE = 8;

/** About so many steps are trained when `n_epochs` is `"auto"`: enough to learn a few hundred rows by heart. */
export const AUTO_STEPS = 670;

/** The fewest and the most epochs that `"auto"` chooses: small files are repeated, but not without end. */
export const AUTO_EPOCHS = { least: 3, most: 20 } as const;

/**
 * Chooses what was left to the platform.
 *
 * - `batch_size`: {@link AUTO_BATCH_SIZE} rows, or all of them if there are fewer.
 * - `n_epochs`: as many as make about {@link AUTO_STEPS} steps, within {@link AUTO_EPOCHS}.
 * - `learning_rate_multiplier`: 1.
 *
 * @param requested - as the job was created with
 * @param rows - how many rows the training file has
 */
export function planTraining(requested: RequestedHyperparameters, rows: number): TrainingPlan {
  const batchSize = requested.batch_size === "auto" ? Math.min(AUTO_BATCH_SIZE, rows) : requested.batch_size;
  const stepsPerEpoch = Math.ceil(rows / batchSize);
  const epochs =
    requested.n_epochs === "auto"
      ? Math.min(AUTO_EPOCHS.most, Math.max(AUTO_EPOCHS.least, Math.round(AUTO_STEPS / stepsPerEpoch)))
      : requested.n_epochs;
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
