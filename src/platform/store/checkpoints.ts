import * as z from "zod";
import { newId } from "../ids.ts";
import type { Database } from "./database.ts";
import { jsonColumn } from "./json-column.ts";
import { cursorPosition, cutPage, type Page, type PageQuery } from "./page.ts";

const checkpointRow = z.object({
  id: z.string(),
  job_id: z.string(),
  step: z.number(),
  model_id: z.string(),
  metrics: jsonColumn(z.record(z.string(), z.number())),
  created_at: z.number(),
});

/** A state of a model that answers under a name of its own. */
export type CheckpointRow = z.infer<typeof checkpointRow>;

export interface CheckpointStore {
  /** Records a checkpoint. False when the step has one already. */
  insert(checkpoint: Omit<CheckpointRow, "id" | "created_at">): boolean;
  /** The newest first. */
  list(jobId: string, query: PageQuery): Page<CheckpointRow>;
}

const seqRow = z.object({ seq: z.number() });

/** The table of checkpoints. @param now - Unix seconds */
export function createCheckpointStore(database: Database, now: () => number): CheckpointStore {
  return {
    insert({ job_id, step, model_id, metrics }) {
      const recorded = database.run(
        `INSERT INTO checkpoints (id, job_id, step, model_id, metrics, created_at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (job_id, step) DO NOTHING`,
        newId("ftckpt-"),
        job_id,
        step,
        model_id,
        JSON.stringify(metrics),
        now(),
      );
      return recorded > 0;
    },
    list(jobId, { after, limit }) {
      const position = cursorPosition(
        after,
        Number.MAX_SAFE_INTEGER,
        (id) =>
          database.get(seqRow, "SELECT seq FROM checkpoints WHERE job_id = ? AND id = ?", jobId, id)?.seq,
      );
      const rows = database.all(
        checkpointRow,
        "SELECT * FROM checkpoints WHERE job_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
        jobId,
        position,
        limit + 1,
      );
      return cutPage(rows, limit);
    },
  };
}
