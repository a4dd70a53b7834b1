import * as z from "zod";
import type { Database } from "./database.ts";
import { cursorPosition, cutPage, type Page, type PageQuery } from "./page.ts";

const fileRow = z.object({
  id: z.string(),
  filename: z.string(),
  purpose: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  created_at: z.number(),
  expires_at: z.number().nullable(),
});

/** A file as the store keeps it; its bytes are the blob `sha256`. */
export type FileRow = z.infer<typeof fileRow>;

const seqRow = z.object({ seq: z.number() });

export interface FileQuery extends PageQuery {
  readonly order: "asc" | "desc";
  readonly purpose?: string | undefined;
}

export interface FileStore {
  insert(file: FileRow): void;
  /** A file that has expired is found no more. */
  get(id: string): FileRow | undefined;
  list(query: FileQuery): Page<FileRow>;
  /** Whether it was there. */
  delete(id: string): boolean;
  /** Takes files away whose time is over; their hashes. */
  deleteExpired(): string[];
}

/** The table of files. @param now - Unix seconds */
export function createFileStore(database: Database, now: () => number): FileStore {
  return {
    insert(file) {
      database.run(
        `INSERT INTO files (id, filename, purpose, bytes, sha256, created_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        file.id,
        file.filename,
        file.purpose,
        file.bytes,
        file.sha256,
        file.created_at,
        file.expires_at,
      );
    },
    get: (id) =>
      database.get(
        fileRow,
        "SELECT * FROM files WHERE id = ? AND (expires_at IS NULL OR expires_at > ?)",
        id,
        now(),
      ),
    list({ after, limit, order, purpose }) {
      const start = order === "asc" ? 0 : Number.MAX_SAFE_INTEGER;
      const position = cursorPosition(
        after,
        start,
        (id) => database.get(seqRow, "SELECT seq FROM files WHERE id = ?", id)?.seq,
      );
      const [compare, direction] = order === "asc" ? [">", "ASC"] : ["<", "DESC"];
      const rows = database.all(
        fileRow,
        `SELECT * FROM files
         WHERE seq ${compare} ? AND (expires_at IS NULL OR expires_at > ?) AND (? IS NULL OR purpose = ?)
         ORDER BY seq ${direction} LIMIT ?`,
        position,
        now(),
        purpose ?? null,
        purpose ?? null,
        limit + 1,
      );
      return cutPage(rows, limit);
    },
    delete: (id) => database.run("DELETE FROM files WHERE id = ?", id) > 0,
    deleteExpired() {
      const expired = database.all(fileRow, "SELECT * FROM files WHERE expires_at <= ?", now());
      for (const { id } of expired) database.run("DELETE FROM files WHERE id = ?", id);
      return expired.map(({ sha256 }) => sha256);
    },
  };
}
