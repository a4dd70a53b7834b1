import * as z from "zod";

/** One page of a list. `has_more` says whether asking with `after` set to the last id gives another. */
export function listPageSchema<Item extends z.ZodType>(item: Item) {
  return z.looseObject({
    object: z.string().nullish(),
    data: z.array(item),
    /** Absent where a list always comes whole, such as that of models. */
    has_more: z.boolean().nullish(),
    first_id: z.string().nullish(),
    last_id: z.string().nullish(),
  });
}

/** Where a page begins. */
export const cursorParamsSchema = z.strictObject({
  /** The id of the last item of the page before. */
  after: z.string().min(1).optional(),
  /** How many items a page has at most. A query string carries it as text, so text is taken too. */
  limit: z.coerce.number<number | string>().int().min(1).max(10_000).optional(),
});

/** Where a page begins, and how long it is. */
export interface CursorParams extends z.input<typeof cursorParamsSchema> {}
