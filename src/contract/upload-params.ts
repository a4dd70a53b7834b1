import * as z from "zod/mini";
import { boundedArray, boundedInt, boundedString } from "./bounds.ts";
import { expiresAfterSchema, uploadPurposes } from "./file-params.ts";

/** How an upload begins. */
export const uploadCreateParamsSchema = z.strictObject({
  filename: boundedString({ min: 1 }),
  purpose: z.enum(uploadPurposes),
  /** The size of the whole file, up to 8 GB. */
  bytes: boundedInt({ min: 0, max: 8 * 1024 ** 3 }),
  mime_type: boundedString({ min: 1 }),
  expires_after: z.optional(expiresAfterSchema),
});

/** How an upload begins. `bytes` is the size of the whole file, up to 8 GB. */
export interface UploadCreateParams extends z.input<typeof uploadCreateParamsSchema> {}

/** How an upload ends. */
export const uploadCompleteParamsSchema = z.strictObject({
  /** The parts in the order in which they make up the file. */
  part_ids: boundedArray(boundedString({ min: 1 }), { min: 1 }),
  /** MD5 of the whole file as hex; the platform checks it. */
  md5: z.optional(z.string()),
});

/** How an upload ends: its parts, in the order in which they make up the file. */
export interface UploadCompleteParams extends z.input<typeof uploadCompleteParamsSchema> {}
