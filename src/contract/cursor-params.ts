import * as z from "zod/mini";
import { boundedIntOrText, boundedString } from "./bounds.ts";

/** Where a page begins. */
export const cursorParamsSchema = z.strictObject({
  /** The id of the last item of the page before. */
  after: z.optional(boundedString({ min: 1 })),
  /** How many items a page has at most. A query string carries it as text, so text is taken too. */
  limit: z.optional(boundedIntOrText({ min: 1, max: 10_000 })),
});

/** Where a page begins, and how long it is. */
export interface CursorParams extends z.input<typeof cursorParamsSchema> {}
