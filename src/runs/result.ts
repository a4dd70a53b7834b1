import type { RunChange } from "./progress.ts";
import type { RunReceipt } from "./receipt.ts";
import type { RunComparison, RunVersion } from "./run-file-schema.ts";

/** What a run has come to. The same for each call that finds it finished. */
export interface RunResult {
  readonly name: string;
  readonly version: number;
  readonly base: string;
  /** The model that was made. */
  readonly model: string;
  /** The job that made it. */
  readonly job: string;
  /** How many records there are in each part, and how many were left out because they overlap with the evaluation. */
  readonly records: {
    readonly training: number;
    readonly validation: number;
    readonly evaluation: number;
    readonly dropped: number;
  };
  /** Base against custom; undefined if nothing was evaluated. */
  readonly comparison: RunComparison | undefined;
  /** What became of the alias; undefined if none was asked for. */
  readonly promotion:
    | { readonly alias: string; readonly outcome: "moved" | "held"; readonly forced: boolean }
    | undefined;
  /** What is otherwise than in the version before. */
  readonly changes: readonly RunChange[];
  /** How many tokens the platform counted, where it does. */
  readonly trainedTokens: number | undefined;
  /** What the training cost, by the price of its tokens that was given; undefined if it is also paid by the hour. */
  readonly cost: number | undefined;
  readonly receipt: RunReceipt;
}

export function resultOf(name: string, version: RunVersion, receipt: RunReceipt): RunResult | undefined {
  const { steps } = version;
  const tuned = steps["fine-tune"]?.outputs;
  const split = steps.split?.outputs;
  const clean = steps.decontaminate?.outputs;
  if (!tuned || !split || !clean) {
    return undefined;
  }
  const promotion = steps.promote?.outputs;
  return {
    name,
    version: version.version,
    base: version.inputs.base,
    model: tuned.model,
    job: tuned.job,
    records: {
      training: split.training - clean.dropped,
      validation: split.validation,
      evaluation: split.evaluation,
      dropped: clean.dropped,
    },
    comparison: steps.evaluate?.outputs,
    promotion: promotion && {
      alias: promotion.alias,
      outcome: promotion.outcome,
      forced: promotion.forced,
    },
    changes: version.changes,
    trainedTokens: tuned.trainedTokens ?? undefined,
    cost: tuned.cost ?? undefined,
    receipt,
  };
}
