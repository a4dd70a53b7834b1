import * as z from "zod/mini";
import { boundedIntOrText } from "./bounds.ts";
import { cursorParamsSchema } from "./cursor-params.ts";

/** What a caller may say that a file is for. */
export const uploadPurposes = ["fine-tune", "user_data", "evals", "assistants", "batch", "vision"] as const;

/** When a file goes away by itself. */
export const expiresAfterSchema = z.strictObject({
  anchor: z.literal("created_at"),
  /** One hour to thirty days. A multipart form carries it as text, so text is taken too. */
  seconds: boundedIntOrText({ min: 3_600, max: 2_592_000 }),
});

/** When a file goes away by itself: so many seconds after it was created, from an hour (3,600) to thirty days. */
export interface ExpiresAfter extends z.input<typeof expiresAfterSchema> {}

/** The fields of the multipart form that creates a file, apart from `file` itself. */
export const fileCreateFieldsSchema = z.strictObject({
  purpose: z.enum(uploadPurposes),
  expires_after: z.optional(expiresAfterSchema),
});

/** The fields of the multipart form that creates a file, apart from `file` itself. */
export interface FileCreateFields extends z.input<typeof fileCreateFieldsSchema> {}

/** Which files to list. */
export const fileListParamsSchema = z.extend(cursorParamsSchema, {
  purpose: z.optional(z.string()),
  /** By the time of creation; `desc`, the newest first, is the default. */
  order: z.optional(z.enum(["asc", "desc"])),
});

/** Which files to list, and in which order. */
export interface FileListParams extends z.input<typeof fileListParamsSchema> {}
