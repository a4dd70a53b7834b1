import { type AliasStore, createAliasStore } from "./aliases.ts";
import { type BlobReferences, createBlobReferences } from "./blob-references.ts";
import { type CheckpointStore, createCheckpointStore } from "./checkpoints.ts";
import { openDatabase } from "./database.ts";
import { createEventStore, type EventStore } from "./events.ts";
import { createFileStore, type FileStore } from "./files.ts";
import { createIdempotencyStore, type IdempotencyStore } from "./idempotency.ts";
import { createJobStore, type JobStore } from "./jobs.ts";
import { createModelStore, type ModelStore } from "./models.ts";
import { createUploadStore, type UploadStore } from "./uploads.ts";
import { createWebhookStore, type WebhookStore } from "./webhooks.ts";

/** All that the platform remembers, apart from bytes. */
export interface Store {
  readonly files: FileStore;
  readonly uploads: UploadStore;
  readonly jobs: JobStore;
  readonly events: EventStore;
  readonly checkpoints: CheckpointStore;
  readonly models: ModelStore;
  readonly aliases: AliasStore;
  readonly webhooks: WebhookStore;
  readonly idempotency: IdempotencyStore;
  readonly blobReferences: BlobReferences;
  /** Runs `work` as one transaction, which a throw rolls back. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/**
 * Opens the store.
 *
 * @param path - of the SQLite file, created if it isn't there
 * @param now - Unix seconds
 */
export function openStore(path: string, now: () => number): Store {
  const database = openDatabase(path);
  return {
    files: createFileStore(database, now),
    uploads: createUploadStore(database, now),
    jobs: createJobStore(database),
    events: createEventStore(database, now),
    checkpoints: createCheckpointStore(database, now),
    models: createModelStore(database),
    aliases: createAliasStore(database),
    webhooks: createWebhookStore(database, now),
    idempotency: createIdempotencyStore(database, now),
    blobReferences: createBlobReferences(database),
    transaction: database.transaction,
    close: database.close,
  };
}
