import * as z from "zod/mini";

/** How much, or how many of what is counted; both ends are taken. */
interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A string of so many characters. */
export function boundedString(bounds: Bounds): z.ZodMiniString<string> {
  return z.string().check(...lengths(bounds));
}

/** An array of so many items. */
export function boundedArray<Item extends z.ZodMiniType>(item: Item, bounds: Bounds): z.ZodMiniArray<Item> {
  return z.array(item).check(...lengths(bounds));
}

/** A whole number in a range. */
export function boundedInt(bounds: Bounds): z.ZodMiniNumberFormat {
  return z.int().check(...sizes(bounds));
}

/** A number in a range, of which `above` is outside. */
export function boundedNumber({
  above,
  ...bounds
}: Bounds & { readonly above?: number }): z.ZodMiniNumber<number> {
  return z.number().check(...(above === undefined ? [] : [z.gt(above)]), ...sizes(bounds));
}

/** A whole number in a range, which may come as text: query strings and multipart forms have nothing else. */
export function boundedIntOrText(bounds: Bounds): z.ZodMiniNumber<number | string> {
  return z.coerce.number<number | string>().check(z.int(), ...sizes(bounds));
}

function lengths({ min, max }: Bounds) {
  return [...(min === undefined ? [] : [z.minLength(min)]), ...(max === undefined ? [] : [z.maxLength(max)])];
}

function sizes({ min, max }: Bounds) {
  return [...(min === undefined ? [] : [z.gte(min)]), ...(max === undefined ? [] : [z.lte(max)])];
}
