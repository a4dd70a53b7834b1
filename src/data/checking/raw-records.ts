import { type ColumnNames, fromColumns, type RecordMap, recordMembers } from "../reading/column-map.ts";
import type { Container } from "../reading/container.ts";
import { converting, type Members, members } from "../reading/converted.ts";
import type { RawRow, RowFault } from "../reading/raw-rows.ts";
import { detectShape, fromShape, type Shape } from "../reading/shapes.ts";

/** A row to check, and what its record says is decided in it. */
export interface LabelledRow {
  readonly value: unknown;
  readonly label: string | undefined;
}

/** What a raw row becomes: one to check, what keeps it from being one, or nothing if it isn't wanted. */
export type ToRow = (raw: RawRow) => LabelledRow | { readonly problem: RowFault } | undefined;

/** How rows are made of what lies in a file. */
export interface RowOptions {
  /** @default what the names of the first row's members say, file by file */
  readonly shape?: Shape;
  /** The columns that rows are made of, where they have other names, or a function that makes records of them. */
  readonly map?: ColumnNames | RecordMap<unknown>;
}

/**
 * Whether rows of this shape have the form of platforms already, and are checked as they lie there: so nothing that is
 * wrong with them is mended, or left out, before it is found.
 */
export function isPlatformShape(shape: Shape | undefined, first: unknown): boolean {
  if (shape === undefined || shape === "chat") return true;
  return shape === "preference" && !(isMembers(first) && "chosen" in first);
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The shape of a file's rows by its first one. */
export function shapeOf(first: unknown, options: RowOptions): Shape | undefined {
  return options.shape ?? (isMembers(first) ? detectShape(first) : undefined);
}

/**
 * Makes what turns the rows of one file into rows to check.
 *
 * @param container - what they lie in; undefined for rows that were given. No platform takes those of a table as they lie
 * there: a dialogue may be written as JSON in one text, and a member that is missing be null
 */
export function createToRow(options: RowOptions, container: Container | undefined): ToRow {
  const { map } = options;
  const isTable = container === "csv" || container === "tsv" || container === "parquet";
  if (typeof map === "function") {
    return (raw) => {
      if ("problem" in raw) return raw;
      const columns = converting(() => members(raw.value));
      if ("problem" in columns) return columns;
      const record = map(columns.row, raw.place);
      return record ? { value: record.row, label: record.label } : undefined;
    };
  }
  if (map) {
    return (raw) => {
      if ("problem" in raw) return raw;
      const made = converting(() => fromColumns(map, members(raw.value)));
      return "problem" in made ? made : { value: made.row.row, label: made.row.label };
    };
  }
  let shape: Shape | undefined;
  let asItIs: boolean | undefined;
  return (raw) => {
    if ("problem" in raw) return raw;
    const { value } = raw;
    if (asItIs === undefined) {
      shape = shapeOf(value, options);
      asItIs = isPlatformShape(shape, value) && !(isTable && shape !== undefined);
    }
    if (asItIs || shape === undefined) return { value, label: undefined };
    const known = shape;
    const made = converting(() => {
      const row = members(value);
      return { value: fromShape(known, row), label: recordMembers(row).label };
    });
    return "problem" in made ? made : made.row;
  };
}
