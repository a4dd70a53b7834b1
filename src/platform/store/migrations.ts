/**
 * The tables, as the steps that made them. A step is never changed once a version with it was published: what has to
 * change is changed by a further one.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE files (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    filename TEXT NOT NULL,
    purpose TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
  ) STRICT;
  CREATE INDEX files_by_sha256 ON files (sha256);

  CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    filename TEXT NOT NULL,
    purpose TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    file_id TEXT,
    file_seconds INTEGER
  ) STRICT;

  CREATE TABLE upload_parts (
    id TEXT PRIMARY KEY,
    upload_id TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX upload_parts_by_upload ON upload_parts (upload_id);
  CREATE INDEX upload_parts_by_sha256 ON upload_parts (sha256);

  CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    model TEXT NOT NULL,
    result_model TEXT NOT NULL,
    training_file TEXT NOT NULL,
    training_sha256 TEXT NOT NULL,
    validation_file TEXT,
    validation_sha256 TEXT,
    seed INTEGER NOT NULL,
    requested TEXT NOT NULL,
    metadata TEXT,
    counts TEXT,
    plan TEXT,
    created_at INTEGER NOT NULL,
    estimated_finish INTEGER,
    finished_at INTEGER,
    fine_tuned_model TEXT,
    trained_tokens INTEGER,
    result_file TEXT,
    error TEXT
  ) STRICT;
  CREATE INDEX jobs_by_status ON jobs (status, seq);

  CREATE TABLE events (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    level TEXT NOT NULL,
    type TEXT NOT NULL,
    message TEXT NOT NULL,
    data TEXT,
    step INTEGER,
    PRIMARY KEY (job_id, sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX events_by_step ON events (job_id, step) WHERE step IS NOT NULL;

  CREATE TABLE checkpoints (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    model_id TEXT NOT NULL,
    metrics TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (job_id, step)
  ) STRICT;

  CREATE TABLE models (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    base TEXT NOT NULL,
    job_id TEXT NOT NULL,
    directory TEXT NOT NULL,
    context_length INTEGER NOT NULL,
    parameters INTEGER NOT NULL,
    files TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE idempotency_keys (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  `,
  "ALTER TABLE jobs ADD COLUMN suffix TEXT",
  `
  CREATE TABLE webhook_endpoints (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    description TEXT,
    event_types TEXT,
    status TEXT NOT NULL,
    secret TEXT NOT NULL,
    previous_secret TEXT,
    previous_until INTEGER,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE webhook_deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    endpoint_id TEXT NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    event_id TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (endpoint_id, due_at);
  `,
  `
  CREATE TABLE model_aliases (
    name TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    alias TEXT NOT NULL
  ) STRICT;

  CREATE TABLE model_alias_changes (
    name TEXT NOT NULL REFERENCES model_aliases (name) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    change TEXT NOT NULL,
    PRIMARY KEY (name, version)
  ) STRICT, WITHOUT ROWID;
  `,
];
