import * as z from "zod";

const auto = z.literal("auto");

const shared = {
  /** Passes over the training data, 1–50. */
  n_epochs: z.union([auto, z.int().min(1).max(50)]).optional(),
  /** Rows per step, 1–256. */
  batch_size: z.union([auto, z.int().min(1).max(256)]).optional(),
  /** Multiplies the learning rate that the platform would choose; above 0. */
  learning_rate_multiplier: z.union([auto, z.number().gt(0)]).optional(),
  /** Ends training after so many steps, even inside an epoch. Not every platform knows it. */
  max_steps: z.int().min(1).optional(),
};

/** How a supervised job learns; each value is a number or `"auto"`. */
export const supervisedHyperparametersSchema = z.strictObject(shared);

/** How a supervised job learns. What is absent or `"auto"` is chosen by the platform. */
export interface SupervisedHyperparameters extends z.input<typeof supervisedHyperparametersSchema> {}

/** How a job learns from preferences. */
export const dpoHyperparametersSchema = z.strictObject({
  ...shared,
  /** How close the model stays to what it was, above 0 and up to 2. */
  beta: z.union([auto, z.number().gt(0).max(2)]).optional(),
});

/** How a job learns from preferences. What is absent or `"auto"` is chosen by the platform. */
export interface DpoHyperparameters extends z.input<typeof dpoHyperparametersSchema> {}

/** How a job learns from a grader. */
export const reinforcementHyperparametersSchema = z.strictObject({
  ...shared,
  reasoning_effort: z.enum(["default", "low", "medium", "high"]).optional(),
  compute_multiplier: z.union([auto, z.number().gt(0.00001).max(10)]).optional(),
  eval_interval: z.union([auto, z.int().min(1)]).optional(),
  eval_samples: z.union([auto, z.int().min(1)]).optional(),
});

/** How a job learns from a grader. What is absent or `"auto"` is chosen by the platform. */
export interface ReinforcementHyperparameters extends z.input<typeof reinforcementHyperparametersSchema> {}

/** How a job learns, as a parameter. `type` says which of the others counts. */
export const methodParamsSchema = z.strictObject({
  type: z.enum(["supervised", "dpo", "reinforcement"]),
  supervised: z.strictObject({ hyperparameters: supervisedHyperparametersSchema.optional() }).optional(),
  dpo: z.strictObject({ hyperparameters: dpoHyperparametersSchema.optional() }).optional(),
  reinforcement: z
    .strictObject({
      // Graders are many and grow; a platform that grades judges them itself.
      grader: z.looseObject({ type: z.string() }),
      hyperparameters: reinforcementHyperparametersSchema.optional(),
    })
    .optional(),
});

/** How a job learns, as a parameter. `type` says which of the others counts. */
export interface MethodParams extends z.input<typeof methodParamsSchema> {}

/** Hyperparameters as a platform answers them: chosen values, `"auto"` where it hasn't chosen yet, more of its own. */
export const hyperparametersSchema = z.looseObject({
  n_epochs: z.union([z.string(), z.number()]).nullish(),
  batch_size: z.union([z.string(), z.number()]).nullish(),
  learning_rate_multiplier: z.union([z.string(), z.number()]).nullish(),
  beta: z.union([z.string(), z.number()]).nullish(),
  max_steps: z.number().nullish(),
});

/** Hyperparameters as a platform answers them: what it chose, or `"auto"` where it hasn't chosen yet. */
export interface Hyperparameters extends z.infer<typeof hyperparametersSchema> {}
