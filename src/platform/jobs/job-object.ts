import type {
  FineTuningJob,
  FineTuningJobCheckpoint,
  FineTuningJobEvent,
} from "../../contract/fine-tuning.ts";
import type { CheckpointRow } from "../store/checkpoints.ts";
import type { EventRow } from "../store/events.ts";
import type { JobRow } from "../store/jobs.ts";

/** The name of whoever owns what this platform makes; the third part of a tuned model's name. */
export const ORGANIZATION = "local";

/** A job as it is answered. Hyperparameters are `"auto"` until it runs, and then what was chosen. */
export function jobObject(job: JobRow): FineTuningJob {
  const { requested, plan } = job;
  const hyperparameters = {
    n_epochs: plan?.epochs ?? requested.n_epochs,
    batch_size: plan?.batchSize ?? requested.batch_size,
    learning_rate_multiplier: plan?.learningRateMultiplier ?? requested.learning_rate_multiplier,
    ...(requested.max_steps === undefined ? {} : { max_steps: requested.max_steps }),
  };
  return {
    id: job.id,
    object: "fine_tuning.job",
    created_at: job.created_at,
    finished_at: job.finished_at,
    estimated_finish: job.status === "running" ? job.estimated_finish : null,
    status: job.status,
    model: job.model,
    user_provided_suffix: job.suffix,
    fine_tuned_model: job.fine_tuned_model,
    organization_id: `org-${ORGANIZATION}`,
    training_file: job.training_file,
    validation_file: job.validation_file,
    result_files: job.result_file === null ? [] : [job.result_file],
    trained_tokens: job.trained_tokens,
    error: job.error,
    hyperparameters,
    method: { type: "supervised", supervised: { hyperparameters } },
    seed: job.seed,
    metadata: job.metadata,
    integrations: [],
  };
}

/** An event as it is answered. */
export function eventObject({ id, created_at, level, message, type, data }: EventRow): FineTuningJobEvent {
  return { id, object: "fine_tuning.job.event", created_at, level, message, type, data: data ?? {} };
}

/** A checkpoint as it is answered. */
export function checkpointObject(checkpoint: CheckpointRow): FineTuningJobCheckpoint {
  return {
    id: checkpoint.id,
    object: "fine_tuning.job.checkpoint",
    created_at: checkpoint.created_at,
    fine_tuned_model_checkpoint: checkpoint.model_id,
    fine_tuning_job_id: checkpoint.job_id,
    step_number: checkpoint.step,
    metrics: checkpoint.metrics,
  };
}
