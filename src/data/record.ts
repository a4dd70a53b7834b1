import type { DpoRow, SupervisedRow } from "../contract/training-rows.ts";

/** Where a row stands. */
export interface RowPlace {
  /** The file as it was named by the caller; `<input>` for rows that came from no file. */
  readonly file: string;
  /** The row in its file, counted from 1. Empty lines and a CSV's header are no rows. */
  readonly row: number;
  /** The line on which the row begins, counted from 1; undefined where a format has no lines (Parquet). */
  readonly line: number | undefined;
  /** Bytes of the decompressed file before the row; undefined where a format has no such place (Parquet). */
  readonly byteOffset: number | undefined;
}

/** A row that a model can be trained on. */
export type TrainingRow = SupervisedRow | DpoRow;

/** A row, and what is known about it besides; only `row` is sent to a platform. */
export interface DataRecord<Row = TrainingRow> {
  readonly row: Row;
  /** By what the record is known to its owner, the same in every version of the data. */
  readonly id?: string;
  /** What must not be torn apart by a split: the customer, scene or document that it is about. */
  readonly group?: string;
  /** What a split keeps the shares of, such as a difficulty. */
  readonly stratum?: string;
  /** What is decided in it, where the task is to decide: `approve`, `deny`. */
  readonly label?: string;
}

/** A record that was read, and from where. */
export interface PlacedRecord<Row = TrainingRow> extends DataRecord<Row> {
  readonly place: RowPlace;
}
