import * as z from "zod";
import type { Database } from "./database.ts";
import { jsonColumn } from "./json-column.ts";

export const modelFile = z.object({ name: z.string(), bytes: z.number(), sha256: z.string() });

const modelRow = z.object({
  id: z.string(),
  base: z.string(),
  job_id: z.string(),
  /** Relative to the data directory, which may be moved. */
  directory: z.string(),
  context_length: z.number(),
  parameters: z.number(),
  files: jsonColumn(z.array(modelFile)),
  created_at: z.number(),
});

/** A model that was tuned here. */
export type ModelRow = z.infer<typeof modelRow>;

export interface ModelStore {
  /** Records a model, in place of one with the same name. */
  put(model: ModelRow): void;
  get(id: string): ModelRow | undefined;
  /** The newest first. */
  list(): ModelRow[];
  delete(id: string): void;
}

/** The table of models. */
export function createModelStore(database: Database): ModelStore {
  return {
    put(model) {
      database.run(
        `INSERT OR REPLACE INTO models
         (id, base, job_id, directory, context_length, parameters, files, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        model.id,
        model.base,
        model.job_id,
        model.directory,
        model.context_length,
        model.parameters,
        JSON.stringify(model.files),
        model.created_at,
      );
    },
    get: (id) => database.get(modelRow, "SELECT * FROM models WHERE id = ?", id),
    list: () => database.all(modelRow, "SELECT * FROM models ORDER BY seq DESC"),
    delete(id) {
      database.run("DELETE FROM models WHERE id = ?", id);
    },
  };
}
