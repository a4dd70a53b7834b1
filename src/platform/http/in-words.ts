import { en } from "zod/locales";
import type * as z from "zod/mini";

/** To be passed to `safeParse`, so that the issues have messages: `zod/mini` has none of its own. */
export const inWords: z.core.ParseContext<z.core.$ZodIssue> = { error: en().localeError };
