import * as z from "zod/mini";
import { fileObjectSchema } from "./files.ts";
import { openEnum } from "./open-enum.ts";

/** A file of up to 8 GB that arrives in parts of up to 64 MB each. */
export const uploadSchema = z.looseObject({
  /** `upload_…` */
  id: z.string(),
  object: z.nullish(openEnum(["upload"])),
  /** How many bytes all parts must have together. */
  bytes: z.number(),
  /** Unix seconds. */
  created_at: z.number(),
  /** Unix seconds: an hour after it was created, an upload that isn't completed is gone. */
  expires_at: z.nullish(z.number()),
  filename: z.string(),
  purpose: z.string(),
  status: openEnum(["pending", "completed", "cancelled", "expired"]),
  /** The file that the parts became, once the upload is completed. */
  file: z.nullish(fileObjectSchema),
});

/** A file of up to 8 GB that arrives in parts of up to 64 MB each. */
export interface Upload extends z.infer<typeof uploadSchema> {}

/** A part of an upload. */
export const uploadPartSchema = z.looseObject({
  /** `part_…` */
  id: z.string(),
  object: z.nullish(openEnum(["upload.part"])),
  /** Unix seconds. */
  created_at: z.number(),
  upload_id: z.string(),
});

/** A part of an upload. */
export interface UploadPart extends z.infer<typeof uploadPartSchema> {}
