import * as z from "zod";
import type { Database } from "./database.ts";

/** Who still needs a blob: files, parts of uploads, and jobs that haven't ended, whose file may be deleted meanwhile. */
const REFERENCES = `
  SELECT sha256 FROM files
  UNION SELECT sha256 FROM upload_parts
  UNION SELECT training_sha256 FROM jobs WHERE status NOT IN ('succeeded', 'failed', 'cancelled')
  UNION SELECT validation_sha256 FROM jobs
    WHERE status NOT IN ('succeeded', 'failed', 'cancelled') AND validation_sha256 IS NOT NULL`;

const hashRow = z.object({ sha256: z.string() });

export interface BlobReferences {
  /** Whether anything still needs a blob. */
  has(sha256: string): boolean;
  /** Every blob that is needed. */
  all(): ReadonlySet<string>;
}

/** Says which blobs are needed. */
export function createBlobReferences(database: Database): BlobReferences {
  return {
    has: (sha256) =>
      database.get(hashRow, `SELECT sha256 FROM (${REFERENCES}) WHERE sha256 = ?`, sha256) !== undefined,
    all: () => new Set(database.all(hashRow, REFERENCES).map((row) => row.sha256)),
  };
}
