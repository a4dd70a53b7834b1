import type { JobUpdate } from "../client/job-progress.ts";
import type { UploadProgress } from "../client/upload-progress.ts";
import type { RunStep } from "./step.ts";

/** Something that is otherwise than in the version before. */
export interface RunChange {
  /** `data`, `recipe`, `base`, `hyperparameters.n_epochs`, `seed`, `split`, `decontaminate` or `evaluation`. */
  readonly what: string;
  /** What it was, as text; of long things, the beginning of the hash. */
  readonly before: string;
  readonly now: string;
}

/** What a run has to say on its way. */
export type RunProgress =
  /** The version that is worked on, and whether an earlier call had begun it. */
  | {
      readonly type: "version";
      readonly version: number;
      readonly state: "new" | "resumed" | "finished";
      readonly changes: readonly RunChange[];
    }
  /** `found`: an earlier call had done it. */
  | { readonly type: "step"; readonly step: RunStep; readonly state: "begun" | "done" | "found" }
  | { readonly type: "upload"; readonly part: "training" | "validation"; readonly progress: UploadProgress }
  | { readonly type: "job"; readonly update: JobUpdate }
  | {
      readonly type: "answers";
      readonly model: string;
      readonly done: number;
      readonly total: number;
    };
