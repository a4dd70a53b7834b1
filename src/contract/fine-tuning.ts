import * as z from "zod/mini";
import { listPageSchema } from "./lists.ts";
import { openEnum } from "./open-enum.ts";

/** The statuses that a job can have; servers have more. `paused` lies between `running` and itself again. */
export const jobStatuses = [
  "validating_files",
  "queued",
  "running",
  "paused",
  "succeeded",
  "failed",
  "cancelled",
] as const;

/** The statuses after which nothing happens any more. */
export const finalJobStatuses = ["succeeded", "failed", "cancelled"] as const;

/** Why a job failed. Servers send `null`, or an object with nothing in it, for a job that didn't. */
export const fineTuningJobErrorSchema = z.looseObject({
  /** For programs: a fixed word such as `invalid_training_file`. */
  code: z.nullish(z.string()),
  /** For people. */
  message: z.nullish(z.string()),
  /** `training_file` or `validation_file`, where one of them is at fault. */
  param: z.nullish(z.string()),
});

/** Why a job failed. Servers send `null`, or an object with nothing in it, for a job that didn't. */
export interface FineTuningJobError extends z.infer<typeof fineTuningJobErrorSchema> {}

/** Hyperparameters as a platform answers them: chosen values, `"auto"` where it hasn't chosen yet, more of its own. */
export const hyperparametersSchema = z.looseObject({
  n_epochs: z.nullish(z.union([z.string(), z.number()])),
  batch_size: z.nullish(z.union([z.string(), z.number()])),
  learning_rate_multiplier: z.nullish(z.union([z.string(), z.number()])),
  beta: z.nullish(z.union([z.string(), z.number()])),
  max_steps: z.nullish(z.number()),
});

/** Hyperparameters as a platform answers them: what it chose, or `"auto"` where it hasn't chosen yet. */
export interface Hyperparameters extends z.infer<typeof hyperparametersSchema> {}

const methodPart = z.looseObject({ hyperparameters: z.nullish(hyperparametersSchema) });

/** How a job learns, as a platform answers it. */
export const methodSchema = z.looseObject({
  type: openEnum(["supervised", "dpo", "reinforcement"]),
  supervised: z.nullish(methodPart),
  dpo: z.nullish(methodPart),
  reinforcement: z.nullish(methodPart),
});

/** How a job learns, as a platform answers it. */
export interface FineTuningMethod extends z.infer<typeof methodSchema> {}

/** A job that makes a model of one's own. */
export const fineTuningJobSchema = z.looseObject({
  /** `ftjob-…` */
  id: z.string(),
  object: openEnum(["fine_tuning.job"]),
  /** Unix seconds. */
  created_at: z.number(),
  /** Unix seconds; null until the job has ended. */
  finished_at: z.nullish(z.number()),
  /** Unix seconds; null if nobody can tell. */
  estimated_finish: z.nullish(z.number()),
  status: openEnum(jobStatuses),
  /** The model that it starts from. */
  model: z.string(),
  /** The model that it made; null until it has succeeded. */
  fine_tuned_model: z.nullish(z.string()),
  organization_id: z.nullish(z.string()),
  training_file: z.string(),
  validation_file: z.nullish(z.string()),
  /** Files with the metrics of every step, once it has ended. */
  result_files: z.nullish(z.array(z.string())),
  /** How many tokens it was billed for, or learned from; null while it runs. */
  trained_tokens: z.nullish(z.number()),
  error: z.nullish(fineTuningJobErrorSchema),
  hyperparameters: z.nullish(hyperparametersSchema),
  method: z.nullish(methodSchema),
  seed: z.nullish(z.number()),
  metadata: z.nullish(z.record(z.string(), z.string())),
  integrations: z.nullish(z.array(z.looseObject({ type: z.string() }))),
});

/** A job that makes a model of one's own. Its `status` is open: a server may have more than are known here. */
export interface FineTuningJob extends z.infer<typeof fineTuningJobSchema> {}

export const fineTuningJobListSchema = listPageSchema(fineTuningJobSchema);

/** What a step of training measured: the `data` of an event whose `type` is `metrics`. */
export const fineTuningMetricsSchema = z.looseObject({
  step: z.number(),
  total_steps: z.nullish(z.number()),
  /** Mean cross-entropy per learned token, in nats. */
  train_loss: z.nullish(z.number()),
  /** Share of the learned tokens that the model would have chosen itself, 0–1. */
  train_mean_token_accuracy: z.nullish(z.number()),
  /** As `train_loss`, over a part of the validation file. */
  valid_loss: z.nullish(z.number()),
  valid_mean_token_accuracy: z.nullish(z.number()),
  /** As `valid_loss`, over the whole of the validation file. */
  full_valid_loss: z.nullish(z.number()),
  full_valid_mean_token_accuracy: z.nullish(z.number()),
  learning_rate: z.nullish(z.number()),
  tokens_per_second: z.nullish(z.number()),
  /** How many times the data has been gone through, with a fraction. */
  epoch: z.nullish(z.number()),
});

/** What a step of training measured. Losses are nats per token, accuracies shares from 0 to 1. */
export interface FineTuningMetrics extends z.infer<typeof fineTuningMetricsSchema> {}

/** Something that a job has to say. */
export const fineTuningJobEventSchema = z.looseObject({
  /** `ftevent-…` */
  id: z.string(),
  object: z.nullish(openEnum(["fine_tuning.job.event"])),
  /** Unix seconds. */
  created_at: z.number(),
  level: z.nullish(openEnum(["info", "warn", "error"])),
  message: z.string(),
  type: z.nullish(openEnum(["message", "metrics"])),
  /** For `metrics`, what {@link FineTuningMetrics} describes. */
  data: z.optional(z.unknown()),
});

/** Something that a job has to say: a message, or the metrics of a step in `data`. */
export interface FineTuningJobEvent extends z.infer<typeof fineTuningJobEventSchema> {}

export const fineTuningJobEventListSchema = listPageSchema(fineTuningJobEventSchema);

/** A model as it was after a step of its training. */
export const fineTuningJobCheckpointSchema = z.looseObject({
  /** `ftckpt-…` */
  id: z.string(),
  object: z.nullish(openEnum(["fine_tuning.job.checkpoint"])),
  /** Unix seconds. */
  created_at: z.number(),
  /** The name under which this state of the model answers. */
  fine_tuned_model_checkpoint: z.string(),
  fine_tuning_job_id: z.string(),
  step_number: z.number(),
  metrics: z.nullish(z.partial(fineTuningMetricsSchema)),
});

/** A model as it was after a step of its training; it answers under `fine_tuned_model_checkpoint`. */
export interface FineTuningJobCheckpoint extends z.infer<typeof fineTuningJobCheckpointSchema> {}

export const fineTuningJobCheckpointListSchema = listPageSchema(fineTuningJobCheckpointSchema);
