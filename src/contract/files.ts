import * as z from "zod/mini";
import { listPageSchema } from "./lists.ts";
import { openEnum } from "./open-enum.ts";

/** What a file may be for. `fine-tune-results` is only ever written by a platform. */
export const filePurposes = [
  "fine-tune",
  "fine-tune-results",
  "user_data",
  "evals",
  "assistants",
  "assistants_output",
  "batch",
  "batch_output",
  "vision",
] as const;

/** A file that the platform keeps. */
export const fileObjectSchema = z.looseObject({
  /** `file-…` */
  id: z.string(),
  object: openEnum(["file"]),
  /** Its size in bytes. */
  bytes: z.number(),
  /** Unix seconds. */
  created_at: z.number(),
  /** Unix seconds; absent or null if it stays. */
  expires_at: z.nullish(z.number()),
  filename: z.string(),
  purpose: openEnum(filePurposes),
  status: z.nullish(openEnum(["uploaded", "processed", "error"])),
  /** Why a file with the status `error` can't be used. */
  status_details: z.nullish(z.string()),
  /** SHA-256 of the bytes as lower-case hex, where the platform says it. */
  sha256: z.nullish(z.string()),
});

/** A file that the platform keeps. */
export interface FileObject extends z.infer<typeof fileObjectSchema> {}

/** What deleting a file answers. */
export const fileDeletedSchema = z.looseObject({
  id: z.string(),
  object: z.nullish(openEnum(["file"])),
  deleted: z.boolean(),
});

/** What deleting a file answers. */
export interface FileDeleted extends z.infer<typeof fileDeletedSchema> {}

export const fileListSchema = listPageSchema(fileObjectSchema);
