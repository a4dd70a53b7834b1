import type { DataRecord, RowPlace, TrainingRow } from "../record.ts";
import { isAbsent, type Members, Unconvertible } from "./converted.ts";
import { fromShape } from "./shapes.ts";

/** What of a record beside its row a column is. */
interface RecordColumns {
  /** The column with the record's id. */
  readonly id?: string;
  /** The column with what must not be torn apart by a split. */
  readonly group?: string;
  /** The column with what a split keeps the shares of. */
  readonly stratum?: string;
  /** The column with what is decided. */
  readonly label?: string;
}

/** The names of the columns that a row is made of. */
export type ColumnNames = RecordColumns &
  (
    | {
        /** The column with what the user says. */
        readonly prompt: string;
        /** The column with what the assistant should answer. */
        readonly completion: string;
        /** The column with the system prompt. */
        readonly system?: string;
      }
    | {
        readonly prompt: string;
        /** The column with the answer to prefer. */
        readonly chosen: string;
        /** The column with the answer to avoid. */
        readonly rejected: string;
        readonly system?: string;
      }
    | {
        /** The column with the dialogue, a list or one written as JSON. */
        readonly messages: string;
        readonly tools?: string;
      }
  );

/**
 * Makes a record of columns of any names.
 *
 * @param columns - the values of the row by the names of its columns; of a CSV, all are text
 * @returns `null` for a row that isn't wanted
 */
export type RecordMap<Row = TrainingRow> = (
  columns: Readonly<Record<string, unknown>>,
  place: RowPlace,
) => DataRecord<Row> | null;

/**
 * A record of the columns that are named.
 *
 * @throws Unconvertible
 */
export function fromColumns(names: ColumnNames, columns: Members): DataRecord {
  const { id, group, stratum, label, ...parts } = names;
  const row: Record<string, unknown> = {};
  for (const [part, name] of Object.entries(parts)) {
    if (typeof name !== "string") continue;
    if (!Object.hasOwn(columns, name)) {
      throw new Unconvertible(`$[${JSON.stringify(name)}]`, "there is no such column");
    }
    row[part] = columns[name];
  }
  const shape = "messages" in names ? "chat" : "completion" in names ? "prompt-completion" : "preference";
  return {
    row: fromShape(shape, row),
    ...named(columns, { id, group, stratum, label }),
  };
}

/** What a row itself says of its record, where nothing else was said: the columns `id`, `group`, `stratum` and `label`. */
export function recordMembers(columns: Members): Omit<DataRecord, "row"> {
  return named(columns, { id: "id", group: "group", stratum: "stratum", label: "label" });
}

function named(
  columns: Members,
  names: Readonly<Record<"id" | "group" | "stratum" | "label", string | undefined>>,
): Omit<DataRecord, "row"> {
  const value = (name: string | undefined) => {
    const member = name === undefined ? undefined : columns[name];
    if (isAbsent(member) || member === "" || typeof member === "object") return undefined;
    return String(member);
  };
  const [id, group, stratum, label] = [
    value(names.id),
    value(names.group),
    value(names.stratum),
    value(names.label),
  ];
  return {
    ...(id === undefined ? {} : { id }),
    ...(group === undefined ? {} : { group }),
    ...(stratum === undefined ? {} : { stratum }),
    ...(label === undefined ? {} : { label }),
  };
}
