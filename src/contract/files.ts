import * as z from "zod";
import { cursorParamsSchema, listPageSchema } from "./lists.ts";
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

/** What a caller may say that a file is for. */
export const uploadPurposes = ["fine-tune", "user_data", "evals", "assistants", "batch", "vision"] as const;

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
  expires_at: z.number().nullish(),
  filename: z.string(),
  purpose: openEnum(filePurposes),
  status: openEnum(["uploaded", "processed", "error"]).nullish(),
  /** Why a file with the status `error` can't be used. */
  status_details: z.string().nullish(),
  /** SHA-256 of the bytes as lower-case hex, where the platform says it. */
  sha256: z.string().nullish(),
});

/** A file that the platform keeps. */
export interface FileObject extends z.infer<typeof fileObjectSchema> {}

/** What deleting a file answers. */
export const fileDeletedSchema = z.looseObject({
  id: z.string(),
  object: openEnum(["file"]).nullish(),
  deleted: z.boolean(),
});

/** What deleting a file answers. */
export interface FileDeleted extends z.infer<typeof fileDeletedSchema> {}

export const fileListSchema = listPageSchema(fileObjectSchema);

/** When a file goes away by itself. */
export const expiresAfterSchema = z.strictObject({
  anchor: z.literal("created_at"),
  /** One hour to thirty days. A multipart form carries it as text, so text is taken too. */
  seconds: z.coerce.number<number | string>().int().min(3_600).max(2_592_000),
});

/** When a file goes away by itself: so many seconds after it was created, from an hour (3,600) to thirty days. */
export interface ExpiresAfter extends z.input<typeof expiresAfterSchema> {}

/** The fields of the multipart form that creates a file, apart from `file` itself. */
export const fileCreateFieldsSchema = z.strictObject({
  purpose: z.enum(uploadPurposes),
  expires_after: expiresAfterSchema.optional(),
});

/** The fields of the multipart form that creates a file, apart from `file` itself. */
export interface FileCreateFields extends z.input<typeof fileCreateFieldsSchema> {}

/** Which files to list. */
export const fileListParamsSchema = cursorParamsSchema.extend({
  purpose: z.string().optional(),
  /** By the time of creation; `desc`, the newest first, is the default. */
  order: z.enum(["asc", "desc"]).optional(),
});

/** Which files to list, and in which order. */
export interface FileListParams extends z.input<typeof fileListParamsSchema> {}
