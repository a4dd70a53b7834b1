import * as z from "zod";
import type { Database } from "./database.ts";
import { jsonColumn } from "./json-column.ts";
import { cursorPosition, cutPage, type Page, type PageQuery } from "./page.ts";

const endpointRow = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string().nullable(),
  /** Null for all. */
  event_types: jsonColumn(z.array(z.string())).nullable(),
  status: z.enum(["enabled", "disabled"]),
  secret: z.string(),
  /** The secret before this one, which still signs until `previous_until`. */
  previous_secret: z.string().nullable(),
  previous_until: z.number().nullable(),
  created_at: z.number(),
});

/** A receiver of events as the store keeps it. */
export type EndpointRow = z.infer<typeof endpointRow>;

const deliveryRow = z.object({
  seq: z.number(),
  endpoint_id: z.string(),
  event_id: z.string(),
  body: z.string(),
  /** How many tries have failed. */
  attempts: z.number(),
});

/** An event that is still to be sent to a receiver. */
export type DeliveryRow = z.infer<typeof deliveryRow>;

/** An event that receivers are to be told. */
export interface NewWebhookEvent {
  readonly id: string;
  readonly type: string;
  /** JSON, as it is sent. */
  readonly body: string;
}

export interface WebhookStore {
  insert(endpoint: EndpointRow): void;
  get(id: string): EndpointRow | undefined;
  /** The newest first. */
  list(query: PageQuery): Page<EndpointRow>;
  count(): number;
  /** Takes a receiver away, with all that was still to be sent to it. Whether it was there. */
  delete(id: string): boolean;
  /** Gives a receiver a new secret; the one before signs too, until then. */
  rotate(id: string, secret: string, previousUntil: number): void;
  /** Sends nothing more to a receiver, not even what was still to be sent. */
  disable(id: string): void;
  /** Notes an event for every receiver that wants to be told of it. */
  enqueue(event: NewWebhookEvent): void;
  /** When the earliest try for each receiver is due, in Unix seconds. */
  due(): { endpoint_id: string; due_at: number }[];
  /** What has waited longest for a receiver, of what is due. */
  nextDue(endpointId: string): DeliveryRow | undefined;
  /** A try has failed; the next is due then. */
  postpone(seq: number, dueAt: number): void;
  /** It was taken, or is given up. */
  drop(seq: number): void;
}

const seqRow = z.object({ seq: z.number() });
const countRow = z.object({ count: z.number() });
const dueRow = z.object({ endpoint_id: z.string(), due_at: z.number() });

/** The tables of receivers and of what is still to be sent to them. @param now - Unix seconds */
export function createWebhookStore(database: Database, now: () => number): WebhookStore {
  return {
    insert(endpoint) {
      database.run(
        `INSERT INTO webhook_endpoints
           (id, url, description, event_types, status, secret, previous_secret, previous_until, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        endpoint.id,
        endpoint.url,
        endpoint.description,
        endpoint.event_types === null ? null : JSON.stringify(endpoint.event_types),
        endpoint.status,
        endpoint.secret,
        endpoint.previous_secret,
        endpoint.previous_until,
        endpoint.created_at,
      );
    },
    get: (id) => database.get(endpointRow, "SELECT * FROM webhook_endpoints WHERE id = ?", id),
    list({ after, limit }) {
      const position = cursorPosition(
        after,
        Number.MAX_SAFE_INTEGER,
        (id) => database.get(seqRow, "SELECT seq FROM webhook_endpoints WHERE id = ?", id)?.seq,
      );
      const rows = database.all(
        endpointRow,
        "SELECT * FROM webhook_endpoints WHERE seq < ? ORDER BY seq DESC LIMIT ?",
        position,
        limit + 1,
      );
      return cutPage(rows, limit);
    },
    count: () => database.get(countRow, "SELECT count(*) AS count FROM webhook_endpoints")?.count ?? 0,
    delete: (id) => database.run("DELETE FROM webhook_endpoints WHERE id = ?", id) > 0,
    rotate(id, secret, previousUntil) {
      database.run(
        "UPDATE webhook_endpoints SET previous_secret = secret, previous_until = ?, secret = ? WHERE id = ?",
        previousUntil,
        secret,
        id,
      );
    },
    disable(id) {
      database.transaction(() => {
        database.run("UPDATE webhook_endpoints SET status = 'disabled' WHERE id = ?", id);
        database.run("DELETE FROM webhook_deliveries WHERE endpoint_id = ?", id);
      });
    },
    enqueue({ id, type, body }) {
      database.run(
        `INSERT INTO webhook_deliveries (endpoint_id, event_id, body, attempts, due_at)
         SELECT id, ?, ?, 0, ? FROM webhook_endpoints
         WHERE status = 'enabled'
           AND (event_types IS NULL OR EXISTS (SELECT 1 FROM json_each(event_types) WHERE value = ?))`,
        id,
        body,
        now(),
        type,
      );
    },
    due: () =>
      database.all(
        dueRow,
        "SELECT endpoint_id, min(due_at) AS due_at FROM webhook_deliveries GROUP BY endpoint_id",
      ),
    nextDue: (endpointId) =>
      database.get(
        deliveryRow,
        `SELECT seq, endpoint_id, event_id, body, attempts FROM webhook_deliveries
         WHERE endpoint_id = ? AND due_at <= ? ORDER BY due_at, seq LIMIT 1`,
        endpointId,
        now(),
      ),
    postpone(seq, dueAt) {
      database.run(
        "UPDATE webhook_deliveries SET attempts = attempts + 1, due_at = ? WHERE seq = ?",
        dueAt,
        seq,
      );
    },
    drop(seq) {
      database.run("DELETE FROM webhook_deliveries WHERE seq = ?", seq);
    },
  };
}
