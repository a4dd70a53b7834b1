import * as z from "zod";
import type { Database } from "./database.ts";

const keyRow = z.object({ fingerprint: z.string(), body: z.string() });

/** What was answered to a request with an idempotency key. */
export type AnsweredKey = z.infer<typeof keyRow>;

/** How long a key is known: a day. */
export const RETENTION_SECONDS = 24 * 60 * 60;

export interface IdempotencyStore {
  /** What was answered under a key in the last 24 hours. */
  get(key: string): AnsweredKey | undefined;
  put(key: string, answer: AnsweredKey): void;
  dropExpired(): void;
}

/** The table of idempotency keys. @param now - Unix seconds */
export function createIdempotencyStore(database: Database, now: () => number): IdempotencyStore {
  return {
    get: (key) =>
      database.get(
        keyRow,
        "SELECT fingerprint, body FROM idempotency_keys WHERE key = ? AND created_at > ?",
        key,
        now() - RETENTION_SECONDS,
      ),
    put(key, { fingerprint, body }) {
      database.run(
        "INSERT OR REPLACE INTO idempotency_keys (key, fingerprint, body, created_at) VALUES (?, ?, ?, ?)",
        key,
        fingerprint,
        body,
        now(),
      );
    },
    dropExpired() {
      database.run("DELETE FROM idempotency_keys WHERE created_at <= ?", now() - RETENTION_SECONDS);
    },
  };
}
