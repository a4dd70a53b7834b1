import * as z from "zod";

/** A text column that holds JSON of a known shape. */
export function jsonColumn<Value>(value: z.core.$ZodType<Value>): z.ZodType<Value, string> {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(value);
}
