import { conflict, notFound } from "../api-error.ts";
import type { ReceivedBlob } from "../blobs.ts";
import type { FileLibrary } from "../file-library.ts";
import type { ServableModel } from "../models.ts";
import type { NewEvent } from "../store/events.ts";
import type { FileCounts, JobChange, JobError, JobRow, JobStatus, TrainingPlan } from "../store/jobs.ts";
import type { Store } from "../store/store.ts";
import type { NewWebhookEvent } from "../store/webhooks.ts";
import type { WebhookDelivery } from "../webhooks/delivery.ts";
import { jobEndedEvent } from "../webhooks/events.ts";
import type { Changes } from "./changes.ts";
import type { FromTrainer } from "./protocol.ts";

type StepMessage = Extract<FromTrainer, { type: "step" }>;
type CheckpointMessage = Extract<FromTrainer, { type: "checkpoint" }>;

/** A model that training wrote. `directory` is relative to the data directory. */
export interface WrittenModel extends Pick<CheckpointMessage, "directory" | "files"> {}

/**
 * What can happen to a job. Each is one transaction over its status and its events, so that no reader and no crash ever
 * sees one without the other.
 */
export interface JobLifecycle {
  create(job: JobRow): void;
  validated(id: string, counts: FileCounts, warnings: readonly NewEvent[]): void;
  started(id: string, plan: TrainingPlan): void;
  say(id: string, event: NewEvent): void;
  step(id: string, message: StepMessage): void;
  checkpoint(id: string, message: WrittenModel & Omit<CheckpointMessage, "type">, base: ServableModel): void;
  succeeded(id: string, model: WrittenModel, base: ServableModel, results: ReceivedBlob): void;
  failed(id: string, error: JobError): void;
  /** @throws ApiError when there is no such job, or it can't be cancelled; so do the next two */
  cancel(id: string): JobRow;
  pause(id: string): JobRow;
  resume(id: string): JobRow;
}

interface Dependencies {
  readonly store: Store;
  readonly library: FileLibrary;
  readonly changes: Changes;
  readonly webhooks: Pick<WebhookDelivery, "wake">;
  /** Unix seconds. */
  readonly now: () => number;
}

type FinalStatus = Extract<JobStatus, "succeeded" | "failed" | "cancelled">;

/** The statuses in which a job has ended. */
export const FINAL: readonly JobStatus[] = ["succeeded", "failed", "cancelled"];

export function createJobLifecycle({ store, library, changes, webhooks, now }: Dependencies): JobLifecycle {
  const record = (id: string, change: JobChange, events: readonly NewEvent[], webhook?: NewWebhookEvent) => {
    store.transaction(() => {
      store.jobs.update(id, change);
      for (const event of events) store.events.append(id, event);
      // Part of the transaction, so that no crash comes between the end of a job and the webhook that tells of it.
      if (webhook) store.webhooks.enqueue(webhook);
    });
    changes.announce(id);
  };
  const end = (id: string, change: JobChange & { status: FinalStatus }, events: readonly NewEvent[]) => {
    const webhook = jobEndedEvent(id, change.status, now());
    record(id, { ...change, finished_at: now(), estimated_finish: null }, events, webhook);
    // Once this transaction, and one around it, is over: nothing else runs before.
    queueMicrotask(() => webhooks.wake());
  };
  /** A job that has ended needs its files no more; they may have been deleted while it ran. */
  const release = (id: string) => {
    const { training_sha256, validation_sha256 } = existing(id);
    library.release([training_sha256, ...(validation_sha256 ? [validation_sha256] : [])]);
  };
  const existing = (id: string) => {
    const job = store.jobs.get(id);
    if (!job) throw notFound("fine-tuning job", id);
    return job;
  };
  const putModel = (id: string, job: JobRow, base: ServableModel, { directory, files }: WrittenModel) => {
    store.models.put({
      id,
      base: base.base,
      job_id: job.id,
      directory,
      context_length: base.contextLength,
      parameters: base.parameters,
      files,
      created_at: now(),
    });
  };

  return {
    create(job) {
      store.jobs.insert(job);
      store.events.append(job.id, { message: `Created fine-tuning job: ${job.id}` });
      for (const [name, file] of [
        ["training", job.training_file],
        ["validation", job.validation_file],
      ]) {
        if (file) store.events.append(job.id, { message: `Validating ${name} file: ${file}` });
      }
      changes.announce(job.id);
    },
    validated(id, counts, warnings) {
      const { rows, tokens, validationRows: validation_rows } = counts;
      const data = { rows, tokens, validation_rows };
      record(id, { status: "queued", counts }, [
        ...warnings,
        { message: "Files validated, moving job to queued state", data },
      ]);
    },
    started(id, plan) {
      const first = existing(id).plan === null;
      const message = first ? "Fine-tuning job started" : "Fine-tuning job goes on";
      record(id, { status: "running", plan }, [{ message }]);
    },
    say(id, event) {
      record(id, {}, [event]);
    },
    step(id, { step, metrics, remainingSeconds }) {
      store.transaction(() => {
        const loss = metrics.train_loss?.toFixed(2);
        const message = `Step ${step}/${metrics.total_steps}: training loss=${loss}`;
        store.events.append(id, { message, data: metrics, step });
        store.jobs.update(id, { estimated_finish: Math.ceil(now() + remainingSeconds) });
      });
      changes.announce(id);
    },
    checkpoint(id, { step, metrics, ...written }, base) {
      const job = existing(id);
      const model_id = `${job.result_model}:ckpt-step-${step}`;
      store.transaction(() => {
        putModel(model_id, job, base, written);
        if (store.checkpoints.insert({ job_id: id, step, model_id, metrics })) {
          store.events.append(id, { message: `Checkpoint created at step ${step}`, data: { step } });
        }
      });
      changes.announce(id);
    },
    succeeded(id, written, base, results) {
      const job = existing(id);
      const trained_tokens = trainedTokens(job);
      store.transaction(() => {
        putModel(job.result_model, job, base, written);
        const file = library.add({ filename: "step_metrics.csv", purpose: "fine-tune-results" }, results);
        end(
          id,
          { status: "succeeded", fine_tuned_model: job.result_model, trained_tokens, result_file: file.id },
          [
            { message: `New fine-tuned model created: ${job.result_model}` },
            { message: "The job has successfully completed" },
          ],
        );
      });
      release(id);
    },
    failed(id, error) {
      const { code, message, param } = error;
      end(id, { status: "failed", error }, [{ level: "error", message, data: { ...error, code, param } }]);
      release(id);
    },
    cancel(id) {
      const job = existing(id);
      if (FINAL.includes(job.status)) throw wrongState(job, "be cancelled");
      end(id, { status: "cancelled" }, [{ message: "Fine-tuning job cancelled" }]);
      release(id);
      return existing(id);
    },
    pause(id) {
      const job = existing(id);
      if (FINAL.includes(job.status) || job.status === "paused") throw wrongState(job, "be paused");
      record(id, { status: "paused", estimated_finish: null }, [{ message: "Fine-tuning job paused" }]);
      return existing(id);
    },
    resume(id) {
      const job = existing(id);
      if (job.status !== "paused") throw wrongState(job, "be resumed");
      const status = job.counts === null ? "validating_files" : "queued";
      record(id, { status }, [{ message: "Fine-tuning job resumed" }]);
      return existing(id);
    },
  };
}

/** How many tokens training went through: whole epochs, or the share that `max_steps` left. */
function trainedTokens({ counts, plan }: JobRow): number | null {
  if (!counts || !plan) return null;
  const wholeSteps = plan.epochs * Math.ceil(counts.rows / plan.batchSize);
  const share = Math.min(1, (plan.maxSteps ?? wholeSteps) / wholeSteps);
  return Math.round(counts.tokens * plan.epochs * share);
}

function wrongState({ id, status }: JobRow, what: string): Error {
  const state = FINAL.includes(status) ? `it has already ended (${status})` : `it is ${status}`;
  return conflict(`The fine-tuning job "${id}" can't ${what}: ${state}.`, "invalid_job_state");
}
