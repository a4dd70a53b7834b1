import * as z from "zod/mini";
import { boundedInt, boundedNumber, boundedString } from "./bounds.ts";
import { promotionEvidenceSchema } from "./model-aliases.ts";

const grounds = {
  /** The evaluation that the model passed. Without one, nothing is moved unless `force` is set. */
  evaluation: z.optional(promotionEvidenceSchema),
  /** Moves the alias without a passed evaluation; the history says so. */
  force: z.optional(z.boolean()),
};

const change = {
  /** Why, for the history. */
  reason: z.optional(boundedString({ min: 1, max: 500 })),
  /** Changes nothing, with 409, if somebody else has changed the alias since this version; 0 for one that isn't there yet. */
  expected_version: z.optional(boundedInt({ min: 0 })),
};

/** How an alias is moved to a model. */
export const aliasPromoteParamsSchema = z.strictObject({
  model: boundedString({ min: 1 }),
  ...grounds,
  ...change,
});

/** How an alias is moved to a model. */
export interface AliasPromoteParams extends z.input<typeof aliasPromoteParamsSchema> {}

/** How an alias is moved back. */
export const aliasRollbackParamsSchema = z.strictObject({
  /** The version whose model should be back; without it, the last one that had another model. */
  version: z.optional(boundedInt({ min: 1 })),
  ...change,
});

/** How an alias is moved back. */
export interface AliasRollbackParams extends z.input<typeof aliasRollbackParamsSchema> {}

/** How a second model gets a share of an alias's users. */
export const aliasCanaryParamsSchema = z.strictObject({
  model: boundedString({ min: 1 }),
  /** Which share of the users the second model answers, 0–1; 0 ends it. */
  share: boundedNumber({ min: 0, max: 1 }),
  ...grounds,
  ...change,
});

/** How a second model gets a share of an alias's users. */
export interface AliasCanaryParams extends z.input<typeof aliasCanaryParamsSchema> {}
