import Libsql from "libsql";
import type * as z from "zod";
import { migrations } from "./migrations.ts";

/** What a column may hold. */
export type SqlValue = string | number | null;

/** A SQLite database. Every call is synchronous, so nothing comes between the statements of a transaction. */
export interface Database {
  /** All rows, each checked to be what the caller expects. */
  all<Row>(row: z.ZodType<Row>, sql: string, ...values: SqlValue[]): Row[];
  /** The first row, if there is one. */
  get<Row>(row: z.ZodType<Row>, sql: string, ...values: SqlValue[]): Row | undefined;
  /** Runs a statement; how many rows it changed. */
  run(sql: string, ...values: SqlValue[]): number;
  /** Runs `work` as one transaction, which a throw rolls back. Inside another it is part of that one. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/**
 * Opens the database and brings its tables up to date.
 *
 * @param path - of the file, which is created if it isn't there
 * @throws StoreVersionError when a newer version of the package wrote the file
 */
export function openDatabase(path: string): Database {
  const connection = new Libsql(path);
  connection.exec("PRAGMA journal_mode = WAL");
  // With WAL, NORMAL could lose the last transactions when the power fails; what was answered must stay.
  connection.exec("PRAGMA synchronous = FULL");
  connection.exec("PRAGMA foreign_keys = ON");
  const statements = new Map<string, Libsql.Statement>();
  const prepared = (sql: string) => {
    let statement = statements.get(sql);
    if (!statement) {
      statement = connection.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };

  const database: Database = {
    all: (row, sql, ...values) =>
      prepared(sql)
        .all(...values.map(storable))
        .map((found) => row.parse(found)),
    get(row, sql, ...values) {
      const found = prepared(sql).get(...values.map(storable));
      return found === undefined ? undefined : row.parse(found);
    },
    run: (sql, ...values) => prepared(sql).run(...values.map(storable)).changes,
    transaction(work) {
      if (connection.inTransaction) return work();
      connection.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        connection.exec("COMMIT");
        return result;
      } catch (error) {
        // Some errors, such as a full disk, have ended the transaction already.
        if (connection.inTransaction) connection.exec("ROLLBACK");
        throw error;
      }
    },
    close() {
      statements.clear();
      connection.close();
    },
  };
  migrate(connection, path);
  return database;
}

/**
 * A text ends at U+0000 when it is read back: a suffix with it would cut off the part of a model's name that makes it the
 * only one. It is kept as the replacement character, which is what SQLite makes of half a surrogate pair too.
 */
function storable(value: SqlValue): SqlValue {
  return typeof value === "string" ? value.replaceAll("\0", "\uFFFD") : value;
}

/** The database was written by a version of the package that knows tables which this one doesn't. */
export class StoreVersionError extends Error {
  override readonly name = "StoreVersionError";
  readonly found: number;
  readonly known: number;

  constructor(path: string, found: number, known: number) {
    super(
      `${path} has format ${found}, and this version of fermion knows formats up to ${known}. ` +
        "Use the newer version that wrote it, or another data directory.",
    );
    this.found = found;
    this.known = known;
  }
}

function migrate(connection: Libsql.Database, path: string): void {
  const [row] = connection.prepare("PRAGMA user_version").raw().all();
  const version = Array.isArray(row) ? Number(row[0]) : 0;
  if (version > migrations.length) throw new StoreVersionError(path, version, migrations.length);
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    // The version is part of the transaction, so a migration is done wholly or not at all.
    connection.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

/** Holds a database for this process alone, until it ends in whatever way. */
export interface FileLock {
  release(): void;
}

/**
 * Takes a lock that the operating system drops with its process, so that `kill -9` never leaves a stale one behind.
 * SQLite's own lock on a file of its own does that on every platform, where Node has no call for it.
 *
 * @returns undefined when somebody else holds it, another platform in this process included
 */
export function tryLock(path: string): FileLock | undefined {
  const connection = new Libsql(path, { timeout: 0 });
  try {
    connection.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    connection.close();
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") return undefined;
    throw error;
  }
  return {
    release() {
      connection.exec("ROLLBACK");
      connection.close();
    },
  };
}
