import * as z from "zod/mini";

const known = new WeakMap<z.core.$ZodType, readonly string[]>();

/**
 * A string of which some values are known.
 *
 * Servers have more statuses, purposes and finish reasons than any description lists, so every other string passes
 * through. The known ones stay in the type, so that editors complete them and comparisons with a typo stand out.
 */
// @__NO_SIDE_EFFECTS__
export function openEnum<const Known extends string>(
  values: readonly Known[],
): z.ZodMiniType<Known | (string & {}), string> {
  // A union of an enum and a string would take the same values, only slower: this is on the way of every chunk.
  const schema = z.string();
  known.set(schema, values);
  return schema;
}

/** The values that are known of an {@link openEnum}; of any other schema `undefined`. */
export function knownValues(schema: z.core.$ZodType): readonly string[] | undefined {
  return known.get(schema);
}
