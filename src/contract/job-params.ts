import * as z from "zod/mini";
import { boundedArray, boundedInt, boundedString } from "./bounds.ts";
import { cursorParamsSchema } from "./cursor-params.ts";
import { methodParamsSchema, supervisedHyperparametersSchema } from "./hyperparameters.ts";
import { metadataSchema } from "./metadata.ts";

/** Where a job reports to besides the platform, as a parameter. */
export const integrationParamsSchema = z.strictObject({
  type: z.literal("wandb"),
  wandb: z.strictObject({
    project: z.string(),
    name: z.nullish(z.string()),
    entity: z.nullish(z.string()),
    tags: z.optional(z.array(z.string())),
  }),
});

/** How a job begins. */
export const jobCreateParamsSchema = z.strictObject({
  /** The model to start from. */
  model: boundedString({ min: 1 }),
  /** The id of a file with the purpose `fine-tune`. */
  training_file: boundedString({ min: 1 }),
  /** The id of a file that is measured against, and never learned from. */
  validation_file: z.nullish(boundedString({ min: 1 })),
  /** Becomes part of the model's name; 1–64 characters. */
  suffix: z.nullish(boundedString({ min: 1, max: 64 })),
  /** 0–2³¹−1. The same seed, data and base give the same model. */
  seed: z.nullish(boundedInt({ min: 0, max: 2 ** 31 - 1 })),
  method: z.optional(methodParamsSchema),
  /** The old form of `method.supervised.hyperparameters`. */
  hyperparameters: z.optional(supervisedHyperparametersSchema),
  metadata: z.nullish(metadataSchema),
  integrations: z.nullish(boundedArray(integrationParamsSchema, { max: 5 })),
});

/** How a job begins. */
export interface JobCreateParams extends z.input<typeof jobCreateParamsSchema> {}

/** Which jobs to list. */
export const jobListParamsSchema = z.extend(cursorParamsSchema, {
  /** Only jobs with these pairs; `null` for those that have none. */
  metadata: z.optional(z.union([z.record(z.string(), z.string()), z.null(), z.literal("null")])),
});

/** Which jobs to list. */
export interface JobListParams extends z.input<typeof jobListParamsSchema> {}

/** Which events to give, and how. */
export const jobEventsParamsSchema = z.extend(cursorParamsSchema, {
  /** `true` answers with server-sent events, oldest first, until the job has ended. */
  stream: z.optional(z.enum(["true", "false"])),
});
