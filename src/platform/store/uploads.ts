import * as z from "zod";
import type { Database } from "./database.ts";

const uploadRow = z.object({
  id: z.string(),
  filename: z.string(),
  purpose: z.string(),
  bytes: z.number(),
  status: z.enum(["pending", "completed", "cancelled"]),
  created_at: z.number(),
  expires_at: z.number(),
  file_id: z.string().nullable(),
  file_seconds: z.number().nullable(),
});

/** An upload as the store keeps it. One that is still pending at `expires_at` has expired. */
export type UploadRow = z.infer<typeof uploadRow>;

const partRow = z.object({
  id: z.string(),
  upload_id: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  created_at: z.number(),
});

/** A part of an upload; its bytes are the blob `sha256`. */
export type PartRow = z.infer<typeof partRow>;

export interface UploadStore {
  insert(upload: UploadRow): void;
  get(id: string): UploadRow | undefined;
  insertPart(part: PartRow): void;
  /** In the order in which they came. */
  parts(uploadId: string): PartRow[];
  /** Ends an upload and forgets its parts; their hashes. */
  end(id: string, status: "completed" | "cancelled", fileId: string | null): string[];
  /** Forgets the parts of uploads whose time is over; their hashes. */
  dropExpiredParts(): string[];
}

/** The tables of uploads and their parts. @param now - Unix seconds */
export function createUploadStore(database: Database, now: () => number): UploadStore {
  const partsOf = (id: string) =>
    database.all(partRow, "SELECT * FROM upload_parts WHERE upload_id = ? ORDER BY rowid", id);
  const dropParts = (id: string) => {
    const hashes = partsOf(id).map(({ sha256 }) => sha256);
    database.run("DELETE FROM upload_parts WHERE upload_id = ?", id);
    return hashes;
  };

  return {
    insert(upload) {
      database.run(
        `INSERT INTO uploads (id, filename, purpose, bytes, status, created_at, expires_at, file_id, file_seconds)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        upload.id,
        upload.filename,
        upload.purpose,
        upload.bytes,
        upload.status,
        upload.created_at,
        upload.expires_at,
        upload.file_id,
        upload.file_seconds,
      );
    },
    get: (id) => database.get(uploadRow, "SELECT * FROM uploads WHERE id = ?", id),
    insertPart(part) {
      database.run(
        "INSERT INTO upload_parts (id, upload_id, bytes, sha256, created_at) VALUES (?, ?, ?, ?, ?)",
        part.id,
        part.upload_id,
        part.bytes,
        part.sha256,
        part.created_at,
      );
    },
    parts: partsOf,
    end(id, status, fileId) {
      database.run("UPDATE uploads SET status = ?, file_id = ? WHERE id = ?", status, fileId, id);
      return dropParts(id);
    },
    dropExpiredParts: () =>
      database
        .all(
          uploadRow,
          `SELECT * FROM uploads WHERE status = 'pending' AND expires_at <= ?
           AND EXISTS (SELECT 1 FROM upload_parts WHERE upload_id = uploads.id)`,
          now(),
        )
        .flatMap(({ id }) => dropParts(id)),
  };
}
