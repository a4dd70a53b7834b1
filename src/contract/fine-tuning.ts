import * as z from "zod";
import {
  hyperparametersSchema,
  methodParamsSchema,
  supervisedHyperparametersSchema,
} from "./hyperparameters.ts";
import { cursorParamsSchema, listPageSchema } from "./lists.ts";
import { metadataSchema } from "./metadata.ts";
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
  code: z.string().nullish(),
  /** For people. */
  message: z.string().nullish(),
  /** `training_file` or `validation_file`, where one of them is at fault. */
  param: z.string().nullish(),
});

/** Why a job failed. Servers send `null`, or an object with nothing in it, for a job that didn't. */
export interface FineTuningJobError extends z.infer<typeof fineTuningJobErrorSchema> {}

const methodPart = z.looseObject({ hyperparameters: hyperparametersSchema.nullish() });

/** How a job learns, as a platform answers it. */
export const methodSchema = z.looseObject({
  type: openEnum(["supervised", "dpo", "reinforcement"]),
  supervised: methodPart.nullish(),
  dpo: methodPart.nullish(),
  reinforcement: methodPart.nullish(),
});

/** How a job learns, as a platform answers it. */
export interface FineTuningMethod extends z.infer<typeof methodSchema> {}

/** Where a job reports to besides the platform, as a parameter. */
export const integrationParamsSchema = z.strictObject({
  type: z.literal("wandb"),
  wandb: z.strictObject({
    project: z.string(),
    name: z.string().nullish(),
    entity: z.string().nullish(),
    tags: z.array(z.string()).optional(),
  }),
});

/** A job that makes a model of one's own. */
export const fineTuningJobSchema = z.looseObject({
  /** `ftjob-…` */
  id: z.string(),
  object: openEnum(["fine_tuning.job"]),
  /** Unix seconds. */
  created_at: z.number(),
  /** Unix seconds; null until the job has ended. */
  finished_at: z.number().nullish(),
  /** Unix seconds; null if nobody can tell. */
  estimated_finish: z.number().nullish(),
  status: openEnum(jobStatuses),
  /** The model that it starts from. */
  model: z.string(),
  /** The model that it made; null until it has succeeded. */
  fine_tuned_model: z.string().nullish(),
  organization_id: z.string().nullish(),
  training_file: z.string(),
  validation_file: z.string().nullish(),
  /** Files with the metrics of every step, once it has ended. */
  result_files: z.array(z.string()).nullish(),
  /** How many tokens it was billed for, or learned from; null while it runs. */
  trained_tokens: z.number().nullish(),
  error: fineTuningJobErrorSchema.nullish(),
  hyperparameters: hyperparametersSchema.nullish(),
  method: methodSchema.nullish(),
  seed: z.number().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  integrations: z.array(z.looseObject({ type: z.string() })).nullish(),
});

/** A job that makes a model of one's own. Its `status` is open: a server may have more than are known here. */
export interface FineTuningJob extends z.infer<typeof fineTuningJobSchema> {}

export const fineTuningJobListSchema = listPageSchema(fineTuningJobSchema);

/** What a step of training measured: the `data` of an event whose `type` is `metrics`. */
export const fineTuningMetricsSchema = z.looseObject({
  step: z.number(),
  total_steps: z.number().nullish(),
  /** Mean cross-entropy per learned token, in nats. */
  train_loss: z.number().nullish(),
  /** Share of the learned tokens that the model would have chosen itself, 0–1. */
  train_mean_token_accuracy: z.number().nullish(),
  /** As `train_loss`, over a part of the validation file. */
  valid_loss: z.number().nullish(),
  valid_mean_token_accuracy: z.number().nullish(),
  /** As `valid_loss`, over the whole of the validation file. */
  full_valid_loss: z.number().nullish(),
  full_valid_mean_token_accuracy: z.number().nullish(),
  learning_rate: z.number().nullish(),
  tokens_per_second: z.number().nullish(),
  /** How many times the data has been gone through, with a fraction. */
  epoch: z.number().nullish(),
});

/** What a step of training measured. Losses are nats per token, accuracies shares from 0 to 1. */
export interface FineTuningMetrics extends z.infer<typeof fineTuningMetricsSchema> {}

/** Something that a job has to say. */
export const fineTuningJobEventSchema = z.looseObject({
  /** `ftevent-…` */
  id: z.string(),
  object: openEnum(["fine_tuning.job.event"]).nullish(),
  /** Unix seconds. */
  created_at: z.number(),
  level: openEnum(["info", "warn", "error"]).nullish(),
  message: z.string(),
  type: openEnum(["message", "metrics"]).nullish(),
  /** For `metrics`, what {@link FineTuningMetrics} describes. */
  data: z.unknown().optional(),
});

/** Something that a job has to say: a message, or the metrics of a step in `data`. */
export interface FineTuningJobEvent extends z.infer<typeof fineTuningJobEventSchema> {}

export const fineTuningJobEventListSchema = listPageSchema(fineTuningJobEventSchema);

/** A model as it was after a step of its training. */
export const fineTuningJobCheckpointSchema = z.looseObject({
  /** `ftckpt-…` */
  id: z.string(),
  object: openEnum(["fine_tuning.job.checkpoint"]).nullish(),
  /** Unix seconds. */
  created_at: z.number(),
  /** The name under which this state of the model answers. */
  fine_tuned_model_checkpoint: z.string(),
  fine_tuning_job_id: z.string(),
  step_number: z.number(),
  metrics: fineTuningMetricsSchema.partial().nullish(),
});

/** A model as it was after a step of its training; it answers under `fine_tuned_model_checkpoint`. */
export interface FineTuningJobCheckpoint extends z.infer<typeof fineTuningJobCheckpointSchema> {}

export const fineTuningJobCheckpointListSchema = listPageSchema(fineTuningJobCheckpointSchema);

/** How a job begins. */
export const jobCreateParamsSchema = z.strictObject({
  /** The model to start from. */
  model: z.string().min(1),
  /** The id of a file with the purpose `fine-tune`. */
  training_file: z.string().min(1),
  /** The id of a file that is measured against, and never learned from. */
  validation_file: z.string().min(1).nullish(),
  /** Becomes part of the model's name; 1–64 characters. */
  suffix: z.string().min(1).max(64).nullish(),
  /** 0–2³¹−1. The same seed, data and base give the same model. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .nullish(),
  method: methodParamsSchema.optional(),
  /** The old form of `method.supervised.hyperparameters`. */
  hyperparameters: supervisedHyperparametersSchema.optional(),
  metadata: metadataSchema.nullish(),
  integrations: z.array(integrationParamsSchema).max(5).nullish(),
});

/** How a job begins. */
export interface JobCreateParams extends z.input<typeof jobCreateParamsSchema> {}

/** Which jobs to list. */
export const jobListParamsSchema = cursorParamsSchema.extend({
  /** Only jobs with these pairs; `null` for those that have none. */
  metadata: z.union([z.record(z.string(), z.string()), z.null(), z.literal("null")]).optional(),
});

/** Which jobs to list. */
export interface JobListParams extends z.input<typeof jobListParamsSchema> {}

/** Which events to give, and how. */
export const jobEventsParamsSchema = cursorParamsSchema.extend({
  /** `true` answers with server-sent events, oldest first, until the job has ended. */
  stream: z.enum(["true", "false"]).optional(),
});
