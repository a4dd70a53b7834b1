import * as z from "zod";
import type { Database, SqlValue } from "./database.ts";
import { jsonColumn } from "./json-column.ts";
import { cursorPosition, cutPage, type Page, type PageQuery } from "./page.ts";

export const jobStatus = z.enum([
  "validating_files",
  "queued",
  "running",
  "paused",
  "succeeded",
  "failed",
  "cancelled",
]);
export type JobStatus = z.infer<typeof jobStatus>;

const autoOr = z.union([z.literal("auto"), z.number()]);

/** The hyperparameters as they were asked for. */
export const requestedHyperparameters = z.object({
  n_epochs: autoOr,
  batch_size: autoOr,
  learning_rate_multiplier: autoOr,
  max_steps: z.number().optional(),
});
export type RequestedHyperparameters = z.infer<typeof requestedHyperparameters>;

/** What validation counted. */
export const fileCounts = z.object({
  rows: z.number(),
  tokens: z.number(),
  validationRows: z.number(),
});
export type FileCounts = z.infer<typeof fileCounts>;

/** The numbers that a job trains by, chosen once, so that a later version of the platform goes on with the same. */
export const trainingPlan = z.object({
  epochs: z.number(),
  batchSize: z.number(),
  learningRateMultiplier: z.number(),
  learningRate: z.number(),
  maxSteps: z.number().optional(),
});
export type TrainingPlan = z.infer<typeof trainingPlan>;

export const jobError = z.looseObject({
  code: z.string(),
  message: z.string(),
  param: z.string().nullable(),
});
export type JobError = z.infer<typeof jobError>;

const jobRow = z.object({
  id: z.string(),
  status: jobStatus,
  /** The model that it starts from. */
  model: z.string(),
  /** The name of the model that it makes, whether or not it will. */
  result_model: z.string(),
  /** As it was given; the name of the model has what is left of it there. */
  suffix: z.string().nullable(),
  training_file: z.string(),
  training_sha256: z.string(),
  validation_file: z.string().nullable(),
  validation_sha256: z.string().nullable(),
  seed: z.number(),
  requested: jsonColumn(requestedHyperparameters),
  metadata: jsonColumn(z.record(z.string(), z.string())).nullable(),
  /** Null until its files were validated. */
  counts: jsonColumn(fileCounts).nullable(),
  /** Null until it runs for the first time. */
  plan: jsonColumn(trainingPlan).nullable(),
  created_at: z.number(),
  estimated_finish: z.number().nullable(),
  finished_at: z.number().nullable(),
  fine_tuned_model: z.string().nullable(),
  trained_tokens: z.number().nullable(),
  result_file: z.string().nullable(),
  error: jsonColumn(jobError).nullable(),
});

/** A fine-tuning job as the store keeps it. */
export type JobRow = z.infer<typeof jobRow>;

/** What may change in the life of a job. */
export type JobChange = Partial<
  Pick<
    JobRow,
    | "status"
    | "counts"
    | "plan"
    | "estimated_finish"
    | "finished_at"
    | "fine_tuned_model"
    | "trained_tokens"
    | "result_file"
    | "error"
  >
>;

export interface JobQuery extends PageQuery {
  /** Only jobs with these pairs; null for those without any. */
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
}

export interface JobStore {
  insert(job: JobRow): void;
  get(id: string): JobRow | undefined;
  /** The newest first. */
  list(query: JobQuery): Page<JobRow>;
  update(id: string, change: JobChange): void;
  /** The job that has waited longest in a status. */
  oldest(status: JobStatus): JobRow | undefined;
  /** Jobs that haven't ended and start from a model. */
  unfinishedFrom(model: string): JobRow[];
}

const seqRow = z.object({ seq: z.number() });

/** The table of jobs. */
export function createJobStore(database: Database): JobStore {
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  return {
    insert(job) {
      const columns: Record<keyof JobRow, SqlValue> = {
        ...job,
        requested: json(job.requested),
        metadata: json(job.metadata),
        counts: json(job.counts),
        plan: json(job.plan),
        error: json(job.error),
      };
      const names = Object.keys(columns);
      database.run(
        `INSERT INTO jobs (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
        ...Object.values(columns),
      );
    },
    get: (id) => database.get(jobRow, "SELECT * FROM jobs WHERE id = ?", id),
    list({ after, limit, metadata }) {
      const position = cursorPosition(
        after,
        Number.MAX_SAFE_INTEGER,
        (id) => database.get(seqRow, "SELECT seq FROM jobs WHERE id = ?", id)?.seq,
      );
      const pairs = Object.entries(metadata ?? {});
      const conditions = [
        "seq < ?",
        ...(metadata === null ? ["metadata IS NULL"] : []),
        // json_each instead of a JSON path: a key may have quotes and dots.
        ...pairs.map(() => "EXISTS (SELECT 1 FROM json_each(metadata) WHERE key = ? AND value = ?)"),
      ];
      const rows = database.all(
        jobRow,
        `SELECT * FROM jobs WHERE ${conditions.join(" AND ")} ORDER BY seq DESC LIMIT ?`,
        position,
        ...pairs.flat(),
        limit + 1,
      );
      return cutPage(rows, limit);
    },
    update(id, change) {
      const entries = Object.entries(change).map(([name, value]): [string, SqlValue] => [
        name,
        typeof value === "object" ? json(value) : value,
      ]);
      if (entries.length === 0) return;
      database.run(
        `UPDATE jobs SET ${entries.map(([name]) => `${name} = ?`).join(", ")} WHERE id = ?`,
        ...entries.map(([, value]) => value),
        id,
      );
    },
    oldest: (status) =>
      database.get(jobRow, "SELECT * FROM jobs WHERE status = ? ORDER BY seq LIMIT 1", status),
    unfinishedFrom: (model) =>
      database.all(
        jobRow,
        "SELECT * FROM jobs WHERE model = ? AND status NOT IN ('succeeded', 'failed', 'cancelled')",
        model,
      ),
  };
}
