import * as z from "zod/mini";
import { listPageSchema } from "./lists.ts";
import { openEnum } from "./open-enum.ts";

/** A file that a model consists of. */
export const modelFileSchema = z.looseObject({
  /** Such as `model.safetensors`. */
  name: z.string(),
  bytes: z.number(),
  /** SHA-256 of the bytes as lower-case hex. */
  sha256: z.string(),
});

/** A file that a model consists of, such as `model.safetensors`. */
export interface ModelFile extends z.infer<typeof modelFileSchema> {}

/** A model that answers, whether it came with the platform or was tuned on it. */
export const modelSchema = z.looseObject({
  /** Such as `photon-nano`, or `ft:BASE:ORG:SUFFIX:ID` for one that was tuned. */
  id: z.string(),
  object: openEnum(["model"]),
  /** Unix seconds. */
  created: z.nullish(z.number()),
  owned_by: z.nullish(z.string()),
  /** The day it stops answering, as `YYYY-MM-DD`, where one is set. */
  shutdown_date: z.nullish(z.string()),
  /** The model it was tuned from. */
  base: z.nullish(z.string()),
  /** The fine-tuning job that made it. */
  job: z.nullish(z.string()),
  /** How many tokens prompt and answer may have together. */
  context_length: z.nullish(z.number()),
  /** How many weights it has. */
  parameters: z.nullish(z.number()),
  /** What it consists of, to be taken along with `GET /models/{id}/files/{name}`. */
  files: z.nullish(z.array(modelFileSchema)),
});

/** A model that answers, whether it came with the platform or was tuned on it. */
export interface Model extends z.infer<typeof modelSchema> {}

export const modelListSchema = listPageSchema(modelSchema);

/** What deleting a model answers. */
export const modelDeletedSchema = z.looseObject({
  id: z.string(),
  object: z.nullish(openEnum(["model"])),
  deleted: z.boolean(),
});

/** What deleting a model answers. */
export interface ModelDeleted extends z.infer<typeof modelDeletedSchema> {}
