import * as z from "zod/mini";
import { boundedString } from "./bounds.ts";

/** Up to 16 pairs that a caller attaches to an object: keys of up to 64 characters, values of up to 512. */
export const metadataSchema = z.record(boundedString({ min: 1, max: 64 }), boundedString({ max: 512 })).check(
  z.refine((pairs) => Object.keys(pairs).length <= 16, {
    error: "Too many pairs: metadata takes up to 16.",
  }),
);

/** Pairs of strings that a caller attaches to an object. Keys have up to 64 characters, values up to 512. */
export interface Metadata extends z.infer<typeof metadataSchema> {}
