export { customize } from "./runs/customize.ts";
export { diffRuns, type LossPoint, type RunDiff, type VersionPair } from "./runs/diff.ts";
export {
  RunBudgetError,
  RunDataError,
  RunError,
  RunFileError,
  type RunFileErrorCode,
  type RunHolder,
  RunInterruptedError,
  RunLockedError,
  type RunStop,
  RunStoppedError,
} from "./runs/errors.ts";
export { lineage, type RecordUse } from "./runs/lineage.ts";
export { listRuns, type RunSummary, type RunsOptions, showRun } from "./runs/list.ts";
export type {
  CustomizeOptions,
  DivergingLoss,
  PlateauingLoss,
  RowRunOptions,
  RunBudget,
  RunData,
  RunEvaluation,
  RunGuards,
  RunOptions,
  RunPlan,
  RunPromotion,
  VerticalRunOptions,
} from "./runs/options.ts";
export type { RunChange, RunProgress } from "./runs/progress.ts";
export type { RunReceipt } from "./runs/receipt.ts";
export { type ReplayDifference, type ReplayOptions, type ReplayResult, replay } from "./runs/replay.ts";
export type { RunResult } from "./runs/result.ts";
export type {
  PreparedFile,
  RunComparison,
  RunInputs,
  RunVersion,
} from "./runs/run-file-schema.ts";
export { runs } from "./runs/runs.ts";
export { type RunStep, runSteps } from "./runs/step.ts";
