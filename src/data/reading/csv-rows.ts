import { isUtf8 } from "node:buffer";
import { CsvError, Parser } from "csv-parse";
import { DataError } from "../errors.ts";
import { withoutMark } from "./container.ts";
import { inBytes, type ResolvedLimits } from "./limits.ts";
import type { RawRow, RowFault } from "./raw-rows.ts";

/** So much is given to the parser at once, because all records in it come out at once. */
const PIECE = 64 * 1024;

/**
 * The records of a CSV or TSV, each an object of its columns. Empty lines are left out.
 *
 * @throws DataError if a name is twice in the header, or a record has no end: where the next begins can't be told then
 */
export async function* csvRows(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  container: "csv" | "tsv",
  limits: ResolvedLimits,
): AsyncGenerator<RawRow[]> {
  const places = new RecordPlaces();
  let rows: RawRow[] = [];
  let header: string[] | undefined;
  let row = 0;
  let parser: Parser | undefined;

  const take = (fields: readonly Buffer[], end: number): void => {
    const { line, byteOffset } = places.passTo(end);
    if (fields.length === 1 && fields[0]?.length === 0) return;
    const texts = decode(fields);
    if (!header) {
      if (!Array.isArray(texts)) throw badHeader(file, `can't be read: ${texts.message}`, undefined);
      header = columnNames(texts, file);
      return;
    }
    const place = { file, row: ++row, line, byteOffset };
    if (!Array.isArray(texts)) {
      rows.push({ place, problem: { ...texts, path: namedField(header, texts.path) } });
    } else if (texts.length !== header.length) {
      const message = `it has ${texts.length} fields under ${header.length} columns; quote fields with the delimiter in them`;
      rows.push({ place, problem: { path: "$", message } });
    } else {
      rows.push({ place, value: Object.fromEntries(header.map((name, i) => [name, texts[i] ?? ""])) });
    }
  };
  const give = async (piece: Buffer | undefined): Promise<void> => {
    const current = parser;
    if (!current) return;
    await new Promise<void>((resolve, reject) => {
      current.once("error", reject);
      const done = (error?: Error | null) => {
        current.off("error", reject);
        if (error) reject(error);
        else resolve();
      };
      if (piece) current.write(piece, done);
      else {
        current.resume();
        current.end(done);
      }
    }).catch((cause: unknown) => {
      throw failure(cause, file, places, limits);
    });
  };

  for await (const chunk of bytes) {
    let text = chunk;
    if (!parser) {
      text = withoutMark(chunk);
      places.skip(chunk.length - text.length);
      parser = parserFor(container === "tsv" ? "\t" : delimiterOf(text), limits, take);
    }
    for (let start = 0; start < text.length; start += PIECE) {
      // The parser keeps what belongs to a record that has begun.
      const piece = Buffer.from(text.subarray(start, start + PIECE));
      places.came(piece);
      await give(piece);
      if (rows.length > 0) {
        const taken = rows;
        rows = [];
        yield taken;
      }
    }
  }
  await give(undefined);
  if (rows.length > 0) yield rows;
}

function parserFor(
  delimiter: string,
  limits: ResolvedLimits,
  take: (fields: readonly Buffer[], end: number) => void,
): Parser {
  const parser = new Parser({
    delimiter,
    // Bytes, so that broken UTF-8 is seen and not mended.
    encoding: null,
    relax_column_count: true,
    // A quote within a field that doesn't begin with one is text.
    relax_quotes: true,
    max_record_size: limits.maxRowBytes,
    on_record: (record: unknown, { bytes }) => {
      if (Array.isArray(record)) take(record, bytes);
      return null;
    },
  });
  // The call that wrote what is wrong fails with it; the event comes after that, when nobody waits any more.
  parser.on("error", () => undefined);
  return parser;
}

/** The delimiter of which there are most in the header. */
function delimiterOf(beginning: Uint8Array): string {
  const text = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.length).toString("latin1");
  const header =
    /^(?:"(?:[^"]|"")*"|[^\n"])*/.exec(text.trimStart())?.[0].replace(/"(?:[^"]|"")*"/g, "") ?? "";
  const count = (delimiter: string) => header.split(delimiter).length - 1;
  return [",", ";", "\t"].reduce((best, other) => (count(other) > count(best) ? other : best));
}

function decode(fields: readonly Buffer[]): string[] | RowFault {
  const texts: string[] = [];
  for (const [i, field] of fields.entries()) {
    const text = field.toString("utf8");
    if (text.includes("\ufffd") && !isUtf8(field)) {
      return { path: String(i), message: "the text is broken: it is no UTF-8" };
    }
    if (text.includes("\0")) return { path: String(i), message: "there is a NUL byte in it" };
    texts.push(text);
  }
  return texts;
}

function columnNames(texts: readonly string[], file: string): string[] {
  const names = texts.map((text) => text.trim());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw badHeader(file, `has the column ${JSON.stringify(twice)} twice. Rename one of them`, twice);
  }
  return names;
}

function badHeader(file: string, what: string, field: string | undefined): DataError {
  return new DataError(`The header of ${file} ${what}.`, { code: "invalid_row", file, line: 1, field });
}

function namedField(header: readonly string[], index: string): string {
  return `$[${JSON.stringify(header[Number(index)] ?? Number(index))}]`;
}

function failure(cause: unknown, file: string, places: RecordPlaces, limits: ResolvedLimits): unknown {
  if (!(cause instanceof CsvError)) return cause;
  const { line, byteOffset } = places.next();
  const place = { file, line, byteOffset, cause };
  if (cause.code === "CSV_MAX_RECORD_SIZE") {
    return new DataError(
      `The record in line ${line} of ${file} is longer than ${inBytes(limits.maxRowBytes)}: is there a quote that isn't closed? Otherwise raise limits.maxRowBytes.`,
      { code: "too_large", ...place },
    );
  }
  if (cause.code === "CSV_QUOTE_NOT_CLOSED") {
    return new DataError(
      `${file} ends within a field whose quote isn't closed, in the record that begins in line ${line}.`,
      { code: "damaged", ...place },
    );
  }
  return new DataError(`The record in line ${line} of ${file} can't be read (${cause.code}).`, {
    code: "damaged",
    ...place,
  });
}

/** Where records begin: the parser says after how many bytes they end, and this keeps what it hasn't yet ended. */
class RecordPlaces {
  #pieces: Buffer[] = [];
  #offset = 0;
  #line = 1;
  /** What the parser never saw. */
  #skipped = 0;

  skip(bytes: number): void {
    this.#skipped += bytes;
  }

  came(piece: Buffer): void {
    this.#pieces.push(piece);
  }

  next(): { line: number; byteOffset: number } {
    return { line: this.#line, byteOffset: this.#offset + this.#skipped };
  }

  /** Where the record begins that ends after so many bytes. */
  passTo(end: number): { line: number; byteOffset: number } {
    const place = this.next();
    for (let left = end - this.#offset; left > 0; ) {
      const piece = this.#pieces[0];
      if (!piece) break;
      const passed = piece.subarray(0, left);
      for (let at = passed.indexOf(10); at !== -1; at = passed.indexOf(10, at + 1)) this.#line++;
      if (passed.length === piece.length) this.#pieces.shift();
      else this.#pieces[0] = piece.subarray(passed.length);
      left -= passed.length;
    }
    this.#offset = end;
    return place;
  }
}
