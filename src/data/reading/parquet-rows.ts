import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { DataError } from "../errors.ts";
import type { ByteSlices } from "./file-bytes.ts";
import { inBytes, type ResolvedLimits } from "./limits.ts";
import type { RawRow } from "./raw-rows.ts";

/** So many rows of a row group are given at once. */
const BATCH = 1000;

/**
 * The rows of a Parquet file, a row group in memory at a time.
 *
 * @throws DataError if it is damaged, or a row group is larger than the limits allow
 */
export async function* parquetRows(
  slices: ByteSlices,
  file: string,
  limits: ResolvedLimits,
): AsyncGenerator<RawRow[]> {
  const buffer: AsyncBuffer = {
    byteLength: slices.size,
    slice: async (start, end = slices.size) => {
      if (!(start >= 0 && end >= start && end <= slices.size)) {
        throw new RangeError(`bytes ${start} to ${end} of ${slices.size}`);
      }
      if (end - start > limits.maxRowGroupBytes) throw tooLarge(file, end - start, limits);
      const bytes = await slices.slice(start, end);
      return bytes.buffer instanceof ArrayBuffer ? bytes.buffer : new Uint8Array(bytes).buffer;
    },
  };
  const reading = <Result>(action: Promise<Result>) =>
    action.catch((cause: unknown) => {
      if (cause instanceof DataError) throw cause;
      throw new DataError(`${file} is damaged, or was cut: it can't be read as Parquet.`, {
        code: "damaged",
        file,
        cause,
      });
    });

  const metadata = await reading(parquetMetadataAsync(buffer));
  const columns = topColumns(metadata, file);
  let row = 0;
  let start = 0;
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows);
    const values = group.columns.map((column) => Number(column.meta_data?.num_values ?? 0));
    // In memory, each value takes some bytes at least, whatever the file says.
    const size = Math.max(
      Number(group.total_byte_size),
      8 * values.reduce((sum, value) => sum + value, count),
    );
    if (size > limits.maxRowGroupBytes) throw tooLarge(file, size, limits);
    const read = await reading(
      parquetReadObjects({
        file: buffer,
        metadata,
        columns,
        rowStart: start,
        rowEnd: start + count,
        compressors: boundedCompressors(file, limits),
      }),
    );
    start += count;
    for (let from = 0; from < read.length; from += BATCH) {
      yield read.slice(from, from + BATCH).map((value) => ({
        place: { file, row: ++row, line: undefined, byteOffset: undefined },
        value: plain(value),
      }));
    }
  }
}

function topColumns(metadata: FileMetaData, file: string): string[] {
  const names: string[] = [];
  const [root] = metadata.schema;
  for (let i = 1; i < metadata.schema.length && names.length < (root?.num_children ?? 0); i++) {
    const element = metadata.schema[i];
    if (!element) break;
    if (names.includes(element.name)) {
      throw new DataError(
        `${file} has the column ${JSON.stringify(element.name)} twice. Rename one of them.`,
        {
          code: "invalid_row",
          file,
          field: element.name,
        },
      );
    }
    names.push(element.name);
    i += descendants(metadata, i);
  }
  return names;
}

/** How many elements of the schema lie below one. */
function descendants(metadata: FileMetaData, index: number): number {
  let count = 0;
  for (let left = metadata.schema[index]?.num_children ?? 0; left > 0; left--) {
    count++;
    left += metadata.schema[index + count]?.num_children ?? 0;
    if (index + count >= metadata.schema.length) break;
  }
  return count;
}

/** What a page says that it becomes is allocated before it is decompressed, so that is checked before. */
function boundedCompressors(file: string, limits: ResolvedLimits): typeof compressors {
  return Object.fromEntries(
    Object.entries(compressors).map(([codec, decompress]) => [
      codec,
      (input: Uint8Array, outputLength: number) => {
        if (outputLength > limits.maxRowGroupBytes) throw tooLarge(file, outputLength, limits);
        return decompress(input, outputLength);
      },
    ]),
  );
}

function tooLarge(file: string, size: number, limits: ResolvedLimits): DataError {
  return new DataError(
    `${file} has a row group of ${inBytes(size)}, and one is read at once: at most ${inBytes(limits.maxRowGroupBytes)}. Write it with smaller row groups, or raise limits.maxRowGroupBytes.`,
    { code: "too_large", file },
  );
}

/** Values as JSON has them: a row of Parquet is converted by the same rules as any other. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
  }
  return value;
}
