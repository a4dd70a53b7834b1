import * as z from "zod/mini";
import { boundedInt, boundedNumber } from "./bounds.ts";

const auto = z.literal("auto");

/** How a supervised job learns; each value is a number or `"auto"`. */
export const supervisedHyperparametersSchema = z.strictObject({
  /** Passes over the training data, 1–50. */
  n_epochs: z.optional(z.union([auto, boundedInt({ min: 1, max: 50 })])),
  /** Rows per step, 1–256. */
  batch_size: z.optional(z.union([auto, boundedInt({ min: 1, max: 256 })])),
  /** Multiplies the learning rate that the platform would choose; above 0. */
  learning_rate_multiplier: z.optional(z.union([auto, boundedNumber({ above: 0 })])),
  /** Ends training after so many steps, even inside an epoch. Not every platform knows it. */
  max_steps: z.optional(boundedInt({ min: 1 })),
});

/** How a supervised job learns. What is absent or `"auto"` is chosen by the platform. */
export interface SupervisedHyperparameters extends z.input<typeof supervisedHyperparametersSchema> {}

/** How a job learns from preferences. */
export const dpoHyperparametersSchema = z.extend(supervisedHyperparametersSchema, {
  /** How close the model stays to what it was, above 0 and up to 2. */
  beta: z.optional(z.union([auto, boundedNumber({ above: 0, max: 2 })])),
});

/** How a job learns from preferences. What is absent or `"auto"` is chosen by the platform. */
export interface DpoHyperparameters extends z.input<typeof dpoHyperparametersSchema> {}

/** How a job learns from a grader. */
export const reinforcementHyperparametersSchema = z.extend(supervisedHyperparametersSchema, {
  reasoning_effort: z.optional(z.enum(["default", "low", "medium", "high"])),
  compute_multiplier: z.optional(z.union([auto, boundedNumber({ above: 0.00001, max: 10 })])),
  eval_interval: z.optional(z.union([auto, boundedInt({ min: 1 })])),
  eval_samples: z.optional(z.union([auto, boundedInt({ min: 1 })])),
});

/** How a job learns from a grader. What is absent or `"auto"` is chosen by the platform. */
export interface ReinforcementHyperparameters extends z.input<typeof reinforcementHyperparametersSchema> {}

/** How a job learns, as a parameter. `type` says which of the others counts. */
export const methodParamsSchema = z.strictObject({
  type: z.enum(["supervised", "dpo", "reinforcement"]),
  supervised: z.optional(z.strictObject({ hyperparameters: z.optional(supervisedHyperparametersSchema) })),
  dpo: z.optional(z.strictObject({ hyperparameters: z.optional(dpoHyperparametersSchema) })),
  reinforcement: z.optional(
    z.strictObject({
      // Graders are many and grow; a platform that grades judges them itself.
      grader: z.looseObject({ type: z.string() }),
      hyperparameters: z.optional(reinforcementHyperparametersSchema),
    }),
  ),
});

/** How a job learns, as a parameter. `type` says which of the others counts. */
export interface MethodParams extends z.input<typeof methodParamsSchema> {}
