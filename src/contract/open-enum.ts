import * as z from "zod";

/**
 * A string of which some values are known.
 *
 * Servers have more statuses, purposes and finish reasons than any description lists, so every other string passes
 * through. The known ones stay in the type, so that editors complete them and comparisons with a typo stand out.
 */
export function openEnum<const Known extends string>(
  known: readonly Known[],
): z.ZodType<Known | (string & {}), string> {
  return z.union([z.enum(known), z.string()]);
}
