import type { $ZodType } from "zod/v4/core";
import type { SupervisedHyperparameters } from "../contract/hyperparameters.ts";
import type { SupervisedRow } from "../contract/training-rows.ts";
import type { Severity } from "../data/findings.ts";
import type { EvalItem, Scorer } from "../evals/suite.ts";

/** Something wrong with a domain record that only its business knows about. */
export interface RecordProblem {
  /** A stable name, such as `number-not-in-statement`. */
  readonly rule: string;
  readonly severity: Severity;
  /** Where in the record, such as `$.questions[0].answer`. */
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

/**
 * How a business's records become a model, and how that model is judged. The six of this package and those that
 * {@link defineVertical} makes are of this one type.
 */
export interface Vertical<R = unknown> {
  /** Such as `insurance`. */
  readonly name: string;
  readonly description: string;
  /** Changes when the recipe does, so that a run knows its data was made otherwise. */
  readonly version: string;
  /** What a record has to be. */
  readonly schema: $ZodType<R>;
  /** By what a record is known, the same in every version of the data. */
  id(record: R): string;
  /** What a split must not tear apart: the policy, scene, customer or document. */
  group(record: R): string;
  /** What a split keeps the shares of. */
  stratum?(record: R): string;
  /** The dialogues that are trained on; an assistant's turn with `weight: 0` is shown and not learned. */
  dialogues(record: R): readonly SupervisedRow[];
  /** What is wrong with a record besides its shape. */
  check(record: R): readonly RecordProblem[];
  /** What is asked about a record that was held out, to judge a model. */
  items(record: R): readonly EvalItem[];
  readonly scorers: readonly Scorer[];
  /** The name of the scorer that decides. */
  readonly primary: string;
  readonly sampling: { readonly temperature: number; readonly maxCompletionTokens: number };
  readonly hyperparameters: SupervisedHyperparameters;
  /** Shares of the groups, which add up to less than 1; the rest is trained on. */
  readonly split: { readonly validation: number; readonly evaluation: number };
}
