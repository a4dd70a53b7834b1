import * as z from "zod/mini";
import { openEnum } from "./open-enum.ts";

/** What went wrong, in the words of the server. */
export const errorObjectSchema = z.looseObject({
  /** For people: what is wrong, and what was expected. */
  message: z.string(),
  /** The kind of error, such as `invalid_request_error`. */
  type: z.nullish(
    openEnum([
      "invalid_request_error",
      "authentication_error",
      "permission_error",
      "not_found_error",
      "conflict_error",
      "rate_limit_error",
      "server_error",
    ]),
  ),
  /** The parameter that is at fault, as a path such as `messages.0.role`. */
  param: z.nullish(z.string()),
  /** For programs: a fixed word for this very error, such as `idempotency_key_reused`. Some servers send a number. */
  code: z.nullish(z.union([z.string(), z.number()])),
});

/** What went wrong, in the words of the server. */
export interface ErrorObject extends z.infer<typeof errorObjectSchema> {}

/** The body of every response with a status of 400 and above. */
export const errorEnvelopeSchema = z.looseObject({ error: errorObjectSchema });

/** The body of every response with a status of 400 and above. */
export interface ErrorEnvelope extends z.infer<typeof errorEnvelopeSchema> {}
