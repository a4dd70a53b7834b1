import * as z from "zod/mini";

/** One page of a list. `has_more` says whether asking with `after` set to the last id gives another. */
// @__NO_SIDE_EFFECTS__
export function listPageSchema<Item extends z.ZodMiniType>(item: Item) {
  return z.looseObject({
    object: z.nullish(z.string()),
    data: z.array(item),
    /** Absent where a list always comes whole, such as that of models. */
    has_more: z.nullish(z.boolean()),
    first_id: z.nullish(z.string()),
    last_id: z.nullish(z.string()),
  });
}
