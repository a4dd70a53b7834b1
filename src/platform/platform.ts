import type { Blobs } from "./blobs.ts";
import type { Faults } from "./faults/registry.ts";
import type { FileLibrary } from "./file-library.ts";
import type { Changes } from "./jobs/changes.ts";
import type { JobLifecycle } from "./jobs/lifecycle.ts";
import type { JobRunner } from "./jobs/runner.ts";
import type { ModelCatalog } from "./models.ts";
import type { Inference } from "./serving/inference.ts";
import type { Store } from "./store/store.ts";
import type { Targets } from "./webhooks/targets.ts";

/** The parts of a platform, as its routes use them. */
export interface Platform {
  readonly version: string;
  readonly apiKey: string;
  /** The web pages that may read what is answered, by their origin. */
  readonly allowedOrigins: readonly string[];
  readonly store: Store;
  readonly blobs: Blobs;
  readonly library: FileLibrary;
  readonly models: ModelCatalog;
  readonly changes: Changes;
  readonly lifecycle: JobLifecycle;
  readonly runner: Pick<JobRunner, "wake">;
  readonly inference: Inference;
  readonly webhookTargets: Targets;
  /** What is to go wrong on purpose, if the platform was started for that. */
  readonly faults?: Faults | undefined;
  /** Unix seconds. */
  now(): number;
  /** Aborted when the platform closes: streams that would go on for ever end. */
  readonly closing: AbortSignal;
  /** Hears what went wrong inside, for whoever runs the platform. */
  log(message: string): void;
}
