import { diffRuns, type RunDiff } from "./diff.ts";
import { listRuns, type RunSummary, type RunsOptions, showRun } from "./list.ts";
import type { RunVersion } from "./run-file-schema.ts";

/**
 * What runs there are, and what became of them.
 *
 * @example
 * ```ts
 * import { runs } from "fermion/runs";
 *
 * for (const { name, model, state } of await runs.list()) console.log(name, state, model);
 * const { records, scores } = await runs.diff("claims", 1, 2);
 * ```
 */
export const runs: {
  /** See {@link listRuns}. */
  list(options?: RunsOptions): Promise<RunSummary[]>;
  /** See {@link showRun}. */
  show(name: string, version?: number, options?: RunsOptions): Promise<RunVersion>;
  /** See {@link diffRuns}. */
  diff(name: string, a: number, b: number, options?: RunsOptions): Promise<RunDiff>;
} = { list: listRuns, show: showRun, diff: diffRuns };
