import * as z from "zod";
import { expiresAfterSchema, fileObjectSchema, uploadPurposes } from "./files.ts";
import { openEnum } from "./open-enum.ts";

/** A file of up to 8 GB that arrives in parts of up to 64 MB each. */
export const uploadSchema = z.looseObject({
  /** `upload_…` */
  id: z.string(),
  object: openEnum(["upload"]).nullish(),
  /** How many bytes all parts must have together. */
  bytes: z.number(),
  /** Unix seconds. */
  created_at: z.number(),
  /** Unix seconds: an hour after it was created, an upload that isn't completed is gone. */
  expires_at: z.number().nullish(),
  filename: z.string(),
  purpose: z.string(),
  status: openEnum(["pending", "completed", "cancelled", "expired"]),
  /** The file that the parts became, once the upload is completed. */
  file: fileObjectSchema.nullish(),
});

/** A file of up to 8 GB that arrives in parts of up to 64 MB each. */
export interface Upload extends z.infer<typeof uploadSchema> {}

/** A part of an upload. */
export const uploadPartSchema = z.looseObject({
  /** `part_…` */
  id: z.string(),
  object: openEnum(["upload.part"]).nullish(),
  /** Unix seconds. */
  created_at: z.number(),
  upload_id: z.string(),
});

/** A part of an upload. */
export interface UploadPart extends z.infer<typeof uploadPartSchema> {}

/** How an upload begins. */
export const uploadCreateParamsSchema = z.strictObject({
  filename: z.string().min(1),
  purpose: z.enum(uploadPurposes),
  /** The size of the whole file, up to 8 GB. */
  bytes: z
    .int()
    .min(0)
    .max(8 * 1024 ** 3),
  mime_type: z.string().min(1),
  expires_after: expiresAfterSchema.optional(),
});

/** How an upload begins. `bytes` is the size of the whole file, up to 8 GB. */
export interface UploadCreateParams extends z.input<typeof uploadCreateParamsSchema> {}

/** How an upload ends. */
export const uploadCompleteParamsSchema = z.strictObject({
  /** The parts in the order in which they make up the file. */
  part_ids: z.array(z.string().min(1)).min(1),
  /** MD5 of the whole file as hex; the platform checks it. */
  md5: z.string().optional(),
});

/** How an upload ends: its parts, in the order in which they make up the file. */
export interface UploadCompleteParams extends z.input<typeof uploadCompleteParamsSchema> {}
