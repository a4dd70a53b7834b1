import { DataError } from "../errors.ts";
import type { DataRecord, PlacedRecord, RowPlace, TrainingRow } from "../record.ts";
import { type ColumnNames, fromColumns, type RecordMap, recordMembers } from "./column-map.ts";
import { type Converted, converting, type Members, members } from "./converted.ts";
import { csvRows } from "./csv-rows.ts";
import { jsonArray } from "./json-array.ts";
import { jsonLines } from "./json-lines.ts";
import { resolveLimits } from "./limits.ts";
import {
  type DataSource,
  type OpenedFile,
  type OpenOptions,
  openFile,
  type SourceFile,
  sourceFiles,
} from "./open-source.ts";
import { parquetRows } from "./parquet-rows.ts";
import type { RawRow, RowFault } from "./raw-rows.ts";
import { detectShape, fromShape, type Shape } from "./shapes.ts";
import { spool } from "./spool.ts";

/** A row that couldn't be read. */
export interface RowProblem extends RowFault {
  readonly place: RowPlace;
}

/** How any source is read. */
export interface CommonReadOptions extends OpenOptions {
  /**
   * Called for each row that can't be read or converted, and reading goes on. Without it, the first such row ends
   * reading with a {@link DataError}. What is wrong with a whole file is always thrown: that it is damaged, or empty.
   */
  readonly onProblem?: (problem: RowProblem) => void;
}

/** How records of training are read. */
export interface ReadOptions extends CommonReadOptions {
  /** @default what the names of the first row's members say, file by file */
  readonly shape?: Shape;
  /** The columns that rows are made of, where they have other names; in place of `shape`. */
  readonly map?: ColumnNames;
}

/** How records of any kind are read. */
export interface MappedReadOptions<Row> extends CommonReadOptions {
  /** Makes a record of each row, or `null` of one that isn't wanted. If it throws, that ends reading. */
  readonly map: RecordMap<Row>;
  readonly shape?: never;
}

/**
 * Reads records, one after the other: of JSONL, JSON arrays, CSV, TSV and Parquet, compressed or not, of chat,
 * preference, ShareGPT, Alpaca or prompt/completion rows, or of columns of any name. What a file is, is seen from it if
 * the options don't say it. The memory that it takes doesn't depend on the size of the source.
 *
 * Each row comes as a platform takes it, and valid by the contract. Members that mean nothing to training are left out;
 * `id`, `group`, `stratum` and `label` become those of the record.
 *
 * @example
 * ```ts
 * import { readRecords } from "fermion/data";
 *
 * for await (const { row, place } of readRecords("calls/*.jsonl.gz")) {
 *   console.log(place.file, place.line, row);
 * }
 * ```
 *
 * @throws DataError if a file can't be read or its format can't be told; if a row can't be read and there is no
 * `onProblem`; if there isn't any row in a file
 */
export function readRecords(source: DataSource, options?: ReadOptions): AsyncGenerator<PlacedRecord>;
export function readRecords<Row>(
  source: DataSource,
  options: MappedReadOptions<Row>,
): AsyncGenerator<PlacedRecord<Row>>;
export async function* readRecords<Row>(
  source: DataSource,
  options: ReadOptions | MappedReadOptions<Row> = {},
): AsyncGenerator<PlacedRecord<Row | TrainingRow>> {
  const report = (place: RowPlace, problem: RowFault) => {
    if (!options.onProblem) throw invalidRow(place, problem);
    options.onProblem({ place, ...problem });
  };
  for (const file of await sourceFiles(source, options)) {
    const convert = converter(file.file, options);
    let count = 0;
    for await (const rows of rawRows(file, options)) {
      for (const raw of rows) {
        options.signal?.throwIfAborted();
        count++;
        const converted = "problem" in raw ? raw : convert(raw.value, raw.place);
        if ("problem" in converted) report(raw.place, converted.problem);
        else if (converted.row) yield { ...converted.row, place: raw.place };
      }
    }
    if (count === 0) {
      throw new DataError(`There are no rows in ${file.file}.`, { code: "empty", file: file.file });
    }
  }
}

function invalidRow({ file, row, line, byteOffset }: RowPlace, { path, message }: RowFault): DataError {
  const where = line === undefined ? "" : `, line ${line}`;
  const field = path === "$" ? "" : ` at ${path}`;
  return new DataError(
    `Row ${row} of ${file}${where} can't be read${field}: ${message}. Mend it, or give \`onProblem\` to go on without it.`,
    { code: "invalid_row", file, line, byteOffset, field: path },
  );
}

/** The rows of a file as they lie in it, in batches; the file is closed at the end. */
async function* rawRows(source: SourceFile, options: OpenOptions): AsyncGenerator<RawRow[]> {
  if (source.rows) {
    yield* givenRows(source.rows, source.file);
    return;
  }
  const opened = await openFile(source, options);
  try {
    yield* fileRows(source, opened, options);
  } finally {
    await opened.close();
  }
}

/** The rows of a file that is open, as they lie in it, in batches. */
export async function* fileRows(
  source: SourceFile,
  { file, container, compression, bytes }: OpenedFile,
  options: OpenOptions,
): AsyncGenerator<RawRow[]> {
  const limits = resolveLimits(options.limits);
  switch (container) {
    case "jsonl":
      yield* jsonLines(bytes, file, limits);
      break;
    case "json-array":
      yield* jsonArray(bytes, file, limits);
      break;
    case "csv":
    case "tsv":
      yield* csvRows(bytes, file, container, limits);
      break;
    case "parquet": {
      const isThere = compression === "none" && source.slices;
      const slices = isThere ? await isThere() : await spool(bytes, file);
      try {
        yield* parquetRows(slices, file, limits);
      } finally {
        await slices.close();
      }
    }
  }
}

/** Rows that were given as they are, as raw rows. */
export async function* givenRows(values: AsyncIterable<unknown>, file: string): AsyncGenerator<RawRow[]> {
  let row = 0;
  for await (const value of values) {
    yield [{ place: { file, row: ++row, line: undefined, byteOffset: undefined }, value }];
  }
}

type Convert<Row> = (value: unknown, place: RowPlace) => Converted<DataRecord<Row> | null>;

function converter<Row>(
  file: string,
  options: ReadOptions | MappedReadOptions<Row>,
): Convert<Row | TrainingRow> {
  const { map } = options;
  if (typeof map === "function") {
    return (value, place) => {
      const columns = converting(() => members(value));
      return "problem" in columns ? columns : mapped(map, columns.row, place);
    };
  }
  if (map) {
    return (value) => converting(() => fromColumns(map, members(value)));
  }
  let { shape } = options;
  return (value) =>
    converting(() => {
      const row = members(value);
      shape ??= detectShape(row) ?? unknownShape(file, row);
      return { row: fromShape(shape, row), ...recordMembers(row) };
    });
}

function mapped<Row>(
  map: RecordMap<Row>,
  columns: Members,
  place: RowPlace,
): Converted<DataRecord<Row> | null> {
  try {
    return { row: map(columns, place) };
  } catch (cause) {
    const { file, row, line, byteOffset } = place;
    throw new DataError(`The \`map\` that was given failed on row ${row} of ${file}.`, {
      code: "invalid_row",
      file,
      line,
      byteOffset,
      cause,
    });
  }
}

function unknownShape(file: string, row: Members): never {
  const names = Object.keys(row);
  const some = names.slice(0, 10).map((name) => JSON.stringify(name.slice(0, 50)));
  throw new DataError(
    `What the rows of ${file} mean can't be told from the names in them: ${some.join(", ")}${names.length > 10 ? ", …" : ""}. Name the columns with the option \`map\`, such as { prompt: "question", completion: "answer" }.`,
    { code: "unknown_format", file },
  );
}
