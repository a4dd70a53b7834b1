import * as z from "zod/mini";
import { listPageSchema } from "./lists.ts";
import { openEnum } from "./open-enum.ts";

/** What a comparison of two models found, as the evidence by which an alias is moved. */
export const promotionEvidenceSchema = z.looseObject({
  /** The name of the suite that both models answered. */
  suite: z.string(),
  /** SHA-256 of that suite as lower-case hex. */
  suite_hash: z.nullish(z.string()),
  /** The model that was judged. An alias is moved to no other one by it. */
  model: z.string(),
  /** What it was compared with. */
  base: z.nullish(z.string()),
  /** Mean score of `model` less that of `base`, over the same items. */
  difference: z.nullish(z.number()),
  /** The interval of the difference, from and to. */
  interval: z.nullish(z.array(z.number())),
  /** How many items were compared. */
  n: z.nullish(z.number()),
  /** Whether all that was asked for was reached. */
  passed: z.boolean(),
});

/** What a comparison of two models found, as the evidence by which an alias is moved. */
export interface PromotionEvidence extends z.infer<typeof promotionEvidenceSchema> {}

const canarySchema = z.looseObject({
  model: z.string(),
  /** Which share of the users it answers, 0–1. */
  share: z.number(),
});

/** A name that applications use in place of a model's own. */
export const modelAliasSchema = z.looseObject({
  name: z.string(),
  object: z.nullish(openEnum(["model_alias"])),
  /** The model that answers under the name. */
  model: z.string(),
  /** A second model that answers a share of the users. */
  canary: z.nullish(canarySchema),
  /** How many times it has been changed, from 1. */
  version: z.number(),
  /** Unix seconds. */
  created_at: z.number(),
  /** Unix seconds. */
  updated_at: z.number(),
});

/** A name that applications use in place of a model's own. */
export interface ModelAlias extends z.infer<typeof modelAliasSchema> {}

/** What can happen to an alias. */
export const aliasChangeTypes = ["promoted", "rolled_back", "canary_started", "canary_ended"] as const;

/** A change of an alias, and on what grounds it was made. */
export const modelAliasChangeSchema = z.looseObject({
  object: z.nullish(openEnum(["model_alias.change"])),
  /** The alias. */
  alias: z.string(),
  /** The version of the alias that the change made. */
  version: z.number(),
  type: openEnum(aliasChangeTypes),
  /** Unix seconds. */
  created_at: z.number(),
  /** The model that answers since. */
  model: z.string(),
  /** The second model since, and its share. */
  canary: z.nullish(canarySchema),
  /** The evaluation that the model passed. */
  evaluation: z.nullish(promotionEvidenceSchema),
  /** Whether it was made without a passed evaluation. */
  forced: z.nullish(z.boolean()),
  /** Why, in the words of whoever made it. */
  reason: z.nullish(z.string()),
  /** For `rolled_back`: the version whose model is back. */
  restored_version: z.nullish(z.number()),
});

/** A change of an alias, and on what grounds it was made. */
export interface ModelAliasChange extends z.infer<typeof modelAliasChangeSchema> {}

export const modelAliasListSchema = listPageSchema(modelAliasSchema);
export const modelAliasChangeListSchema = listPageSchema(modelAliasChangeSchema);

/** What deleting an alias answers. */
export const modelAliasDeletedSchema = z.looseObject({
  name: z.string(),
  object: z.nullish(openEnum(["model_alias"])),
  deleted: z.boolean(),
});

/** What deleting an alias answers. */
export interface ModelAliasDeleted extends z.infer<typeof modelAliasDeletedSchema> {}
