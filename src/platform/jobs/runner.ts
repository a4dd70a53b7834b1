import { existsSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Blobs } from "../blobs.ts";
import type { Faults } from "../faults/registry.ts";
import type { ModelCatalog, ServableModel } from "../models.ts";
import type { EventRow } from "../store/events.ts";
import type { JobRow } from "../store/jobs.ts";
import type { Store } from "../store/store.ts";
import { failureOf } from "./failure.ts";
import { cutWarning, judgeFile } from "./file-verdict.ts";
import { planTraining } from "./hyperparameters.ts";
import { startLane } from "./lane.ts";
import { FINAL, type JobLifecycle } from "./lifecycle.ts";
import type { FromTrainer, Task } from "./protocol.ts";
import { resultsCsv } from "./results.ts";
import { startTrainer, type TrainerChild } from "./trainer-child.ts";

/** Works through the jobs of the store: one file check and one training at a time, each in a process of its own. */
export interface JobRunner {
  /** A job has come or changed: there may be work, or work that nobody wants any more. */
  wake(jobId: string): void;
  /** Lets training keep its state and end. The job stays `running` in the store, and goes on at the next start. */
  close(): Promise<void>;
}

interface Dependencies {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly models: ModelCatalog;
  readonly lifecycle: JobLifecycle;
  readonly dataDir: string;
  /** @default all cores, four at most */
  readonly threads?: number | undefined;
  /** Knows the steps that are to crash on purpose. */
  readonly faults?: Faults | undefined;
  /** Hears what a crashing process said. */
  readonly log: (message: string) => void;
}

/** A process that crashed is started again, so often at the same step; then its job fails. */
const RESTARTS_AT_A_STEP = 3;

/** So long is waited after a failure that can't even be recorded. */
const PATIENCE_MS = 5_000;

/** So long a process may take to keep its state when the platform closes. */
const STOP_MS = 15_000;

/** Starts working. Jobs that ran when the platform ended go on first. */
export function createJobRunner(dependencies: Dependencies): JobRunner {
  const { store, blobs, models, lifecycle, dataDir, faults, log } = dependencies;
  const threads = dependencies.threads ?? Math.min(4, availableParallelism());
  let closing = false;
  // Cancelled while the platform was down, or just before it was killed.
  for (const jobId of existsSync(join(dataDir, "jobs")) ? readdirSync(join(dataDir, "jobs")) : []) {
    dropStateIfEnded(jobId);
  }
  /** The processes that run. A job may have two for a moment: one that has checked its files and ends, and its training. */
  const active = new Map<TrainerChild, { readonly jobId: string; readonly kind: Task["type"] }>();

  /** Runs a process to its end; how it ended, in the words of the system, if it didn't finish by itself. */
  async function perform(
    job: JobRow,
    task: Task,
    onMessage: (message: FromTrainer, child: TrainerChild) => void,
  ) {
    const child: TrainerChild = startTrainer(task, (message) => onMessage(message, child));
    active.set(child, { jobId: job.id, kind: task.type });
    try {
      return await child.ended;
    } finally {
      active.delete(child);
    }
  }

  function pathsOf({ training_sha256, validation_sha256 }: JobRow) {
    return {
      trainingPath: blobs.path(training_sha256),
      validationPath: validation_sha256 === null ? null : blobs.path(validation_sha256),
    };
  }

  async function validate(job: JobRow): Promise<void> {
    const base = baseOf(job);
    if (!base) return;
    for (let crashes = 1; crashes <= RESTARTS_AT_A_STEP + 1; crashes++) {
      let answered = false;
      const task: Task = { type: "validate", model: base.directory, ...pathsOf(job) };
      const { exit, stderr } = await perform(job, task, (message) => {
        // It may have been cancelled or paused meanwhile.
        if (store.jobs.get(job.id)?.status !== "validating_files") return;
        if (message.type === "validated") judge(job, message);
        else if (message.type === "failed") fail(job, message);
        else return;
        answered = true;
      });
      if (answered || closing || store.jobs.get(job.id)?.status !== "validating_files") return;
      log(`The process that checks the files of ${job.id} ended with ${exit}. ${stderr}`);
      if (crashes > RESTARTS_AT_A_STEP) {
        fail(job, {
          code: "validation_crashed",
          message: `The process that checks the files crashed ${crashes} times (${exit}). The files may be too large for this machine.`,
          param: "training_file",
        });
      }
    }
  }

  function judge(job: JobRow, report: Extract<FromTrainer, { type: "validated" }>): void {
    const { training, validation, contextLength } = report;
    const files = [
      { param: "training_file" as const, report: training },
      ...(validation ? [{ param: "validation_file" as const, report: validation }] : []),
    ];
    const error = files.flatMap(({ param, report }) => judgeFile(param, report) ?? [])[0];
    if (error) {
      lifecycle.failed(job.id, error);
      return;
    }
    const warnings = files.flatMap(({ param, report }) => cutWarning(param, report, contextLength) ?? []);
    const counts = { rows: training.rows, tokens: training.tokens, validationRows: validation?.rows ?? 0 };
    lifecycle.validated(job.id, counts, warnings);
    lanes.training.wake();
  }

  async function train(job: JobRow): Promise<void> {
    const base = baseOf(job);
    if (!base || !job.counts) return;
    const plan = job.plan ?? planTraining(job.requested, job.counts.rows);
    lifecycle.started(job.id, plan);
    const crashes = new Map<number, number>();
    for (;;) {
      let step = 0;
      let finished: Promise<void> | undefined;
      const task: Task = {
        type: "train",
        model: base.directory,
        ...pathsOf(job),
        plan,
        seed: job.seed,
        threads,
        stateDirectory: stateDirectory(job.id),
        modelDirectory: join(dataDir, modelDirectory(job)),
      };
      const { exit, stderr } = await perform(job, task, (message, child) => {
        const status = store.jobs.get(job.id)?.status;
        if (!status || FINAL.includes(status)) return;
        if (message.type === "step" && faults?.takeCrash(job.id, message.step)) {
          child.kill();
          return;
        }
        if ("step" in message) step = message.step;
        const settled = hear(job, base, message);
        if (!settled) return;
        finished = settled;
        // It is awaited when the process has ended, and may fail before that.
        settled.catch(() => {});
      });
      await finished;
      if (finished || closing || store.jobs.get(job.id)?.status !== "running") return;

      const count = (crashes.get(step) ?? 0) + 1;
      crashes.set(step, count);
      log(`The training process of ${job.id} ended with ${exit} behind step ${step}. ${stderr}`);
      if (count > RESTARTS_AT_A_STEP) {
        fail(job, {
          code: "training_crashed",
          message: `The training process crashed ${count} times behind step ${step} (${exit}).`,
          param: null,
        });
        return;
      }
      lifecycle.say(job.id, {
        level: "warn",
        message: `The training process ended unexpectedly behind step ${step}; it goes on from the last state that was kept.`,
        data: { step },
      });
    }
  }

  /** Records what a training process says. A promise, if it has nothing more to say. */
  function hear(job: JobRow, base: ServableModel, message: FromTrainer): Promise<void> | undefined {
    switch (message.type) {
      case "step":
        lifecycle.step(job.id, message);
        return undefined;
      case "warning":
        lifecycle.say(job.id, { level: "warn", message: message.message });
        return undefined;
      case "checkpoint": {
        const directory = join(modelDirectory(job), message.directory);
        lifecycle.checkpoint(job.id, { ...message, directory }, base);
        return undefined;
      }
      case "stopped":
        return Promise.resolve();
      case "failed":
        fail(job, message);
        return Promise.resolve();
      case "finished":
        return succeed(job, base, message);
      default:
        return undefined;
    }
  }

  async function succeed(
    job: JobRow,
    base: ServableModel,
    message: Extract<FromTrainer, { type: "finished" }>,
  ): Promise<void> {
    const results = await blobs.receive(asyncOf(resultsCsv(eventBatches(job.id))));
    try {
      const status = store.jobs.get(job.id)?.status;
      // Unless it was cancelled in the last moment.
      if (status && !FINAL.includes(status)) {
        const directory = join(modelDirectory(job), message.directory);
        lifecycle.succeeded(job.id, { directory, files: message.files }, base, results);
      }
    } finally {
      results.discard();
    }
    dropState(job.id);
  }

  function* eventBatches(jobId: string): Generator<readonly EventRow[]> {
    let sequence = 0;
    for (;;) {
      const events = store.events.behind(jobId, sequence, 1000);
      const last = events.at(-1);
      if (!last) return;
      sequence = last.sequence;
      yield events;
    }
  }

  function baseOf(job: JobRow): ServableModel | undefined {
    const base = models.get(job.model);
    if (!base) {
      const message = `The model "${job.model}", which the job starts from, is not there any more.`;
      fail(job, { code: "model_not_found", message, param: "model" });
    }
    return base;
  }

  function fail(
    job: JobRow,
    { code, message, param }: { code: string; message: string; param: string | null },
  ) {
    lifecycle.failed(job.id, { code, message, param });
    dropState(job.id);
  }

  /** Relative to the data directory, as the store keeps it. */
  function modelDirectory(job: JobRow): string {
    return join("models", job.id);
  }

  function stateDirectory(jobId: string): string {
    return join(dataDir, "jobs", jobId);
  }

  function dropState(jobId: string): void {
    rmSync(stateDirectory(jobId), { recursive: true, force: true });
  }

  function dropStateIfEnded(jobId: string): void {
    const status = store.jobs.get(jobId)?.status;
    if (!status || FINAL.includes(status)) dropState(jobId);
  }

  /** Ends processes whose job was cancelled or paused. */
  function reconsider(): void {
    for (const [child, { jobId, kind }] of active) {
      const status = store.jobs.get(jobId)?.status;
      // Queued: it was paused, and resumed before its process had kept its state. Killed now, that process would lose steps.
      if (kind === "train" && (status === "paused" || status === "queued")) child.stop();
      else if (status !== (kind === "train" ? "running" : "validating_files")) child.kill();
    }
  }

  async function giveUp(job: JobRow, error: unknown): Promise<void> {
    // Not the job's fault, such as a full disk.
    log(`Working on ${job.id} failed: ${error instanceof Error ? error.stack : String(error)}`);
    try {
      const unknown = { code: "server_error", message: "The platform failed at this job.", param: null };
      fail(job, failureOf(error) ?? unknown);
    } catch (failure) {
      // Not even that can be written down. It is tried again, but not at once.
      log(`Failing ${job.id} failed: ${failure instanceof Error ? failure.message : String(failure)}`);
      await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    }
  }

  const lanes = {
    validation: startLane({
      next: () => store.jobs.oldest("validating_files"),
      perform: validate,
      giveUp,
    }),
    training: startLane({
      next: () => store.jobs.oldest("running") ?? store.jobs.oldest("queued"),
      async perform(job) {
        await train(job);
        dropStateIfEnded(job.id);
      },
      giveUp,
    }),
  };

  return {
    wake(jobId) {
      reconsider();
      if (![...active.values()].some((process) => process.jobId === jobId)) dropStateIfEnded(jobId);
      lanes.validation.wake();
      lanes.training.wake();
    },
    async close() {
      closing = true;
      for (const [child, { kind }] of active) {
        if (kind === "train") child.stop();
        else child.kill();
      }
      const patience = setTimeout(() => {
        for (const child of active.keys()) child.kill();
      }, STOP_MS);
      await Promise.all([lanes.validation.close(), lanes.training.close()]);
      clearTimeout(patience);
    },
  };
}

async function* asyncOf<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  yield* items;
}
