import * as z from "zod";
import { newId } from "../ids.ts";
import type { Database } from "./database.ts";
import { jsonColumn } from "./json-column.ts";
import { cursorPosition, cutPage, type Page, type PageQuery } from "./page.ts";

const eventRow = z.object({
  /** Counts from 1 for each job, without a gap. */
  sequence: z.number(),
  id: z.string(),
  created_at: z.number(),
  level: z.enum(["info", "warn", "error"]),
  type: z.enum(["message", "metrics"]),
  message: z.string(),
  data: jsonColumn(z.record(z.string(), z.unknown())).nullable(),
});

/** An event of a job as the store keeps it. */
export type EventRow = z.infer<typeof eventRow>;

/** An event that is about to be recorded. */
export interface NewEvent {
  readonly level?: EventRow["level"];
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Makes it the metrics of a step, of which a job has one a step. */
  readonly step?: number;
}

export interface EventStore {
  /** Records an event. False when the metrics of that step are recorded already: it was trained again. */
  append(jobId: string, event: NewEvent): boolean;
  /** The newest first. */
  list(jobId: string, query: PageQuery): Page<EventRow>;
  /** Events behind a sequence number, the oldest first. */
  behind(jobId: string, sequence: number, limit: number): EventRow[];
  /** Whether a job has got as far as this sequence number. */
  has(jobId: string, sequence: number): boolean;
  /** The sequence number of an event of this job. */
  sequenceOf(jobId: string, eventId: string): number | undefined;
}

const sequenceRow = z.object({ sequence: z.number() });

/** The table of events. @param now - Unix seconds */
export function createEventStore(database: Database, now: () => number): EventStore {
  const sequenceOf = (jobId: string, id: string) =>
    database.get(sequenceRow, "SELECT sequence FROM events WHERE job_id = ? AND id = ?", jobId, id)?.sequence;
  return {
    append(jobId, { level = "info", message, data, step }) {
      const recorded = database.run(
        `INSERT INTO events (job_id, sequence, id, created_at, level, type, message, data, step)
         SELECT ?, (SELECT coalesce(max(sequence), 0) + 1 FROM events WHERE job_id = ?), ?, ?, ?, ?, ?, ?, ?
         WHERE NOT EXISTS (SELECT 1 FROM events WHERE job_id = ? AND step = ?)`,
        jobId,
        jobId,
        newId("ftevent-"),
        now(),
        level,
        step === undefined ? "message" : "metrics",
        message,
        data === undefined ? null : JSON.stringify(data),
        step ?? null,
        jobId,
        step ?? null,
      );
      return recorded > 0;
    },
    list(jobId, { after, limit }) {
      const position = cursorPosition(after, Number.MAX_SAFE_INTEGER, (id) => sequenceOf(jobId, id));
      const rows = database.all(
        eventRow,
        "SELECT * FROM events WHERE job_id = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?",
        jobId,
        position,
        limit + 1,
      );
      return cutPage(rows, limit);
    },
    behind: (jobId, sequence, limit) =>
      database.all(
        eventRow,
        "SELECT * FROM events WHERE job_id = ? AND sequence > ? ORDER BY sequence LIMIT ?",
        jobId,
        sequence,
        limit,
      ),
    has: (jobId, sequence) =>
      database.get(
        sequenceRow,
        "SELECT sequence FROM events WHERE job_id = ? AND sequence = ?",
        jobId,
        sequence,
      ) !== undefined,
    sequenceOf,
  };
}
