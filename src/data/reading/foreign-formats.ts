import { DataError } from "../errors.ts";
import { compressionOf } from "./decompress.ts";

/** A format that isn't read, by the bytes that its files begin with. */
interface ForeignFormat {
  readonly beginsWith: string;
  /** Before those bytes. */
  readonly offset?: number;
  readonly what: string;
  readonly mend: string;
}

const TABLE = "Save the table as CSV in UTF-8.";
const RECOMPRESS = "Decompress it, or compress it by gzip or zstd.";
const UNPACK = "Unpack it, and give the files in it.";
const EXPORT = "Export its rows as JSON lines, CSV or Parquet.";

const FOREIGN: readonly ForeignFormat[] = [
  { beginsWith: "PK\x03\x04", what: "a ZIP archive, as .xlsx workbooks are", mend: `${UNPACK} ${TABLE}` },
  { beginsWith: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", what: "a workbook of Excel (.xls)", mend: TABLE },
  { beginsWith: "1AY&SY", offset: 4, what: "compressed by bzip2", mend: RECOMPRESS },
  { beginsWith: "\xfd7zXZ\0", what: "compressed by xz", mend: RECOMPRESS },
  { beginsWith: "7z\xbc\xaf\x27\x1c", what: "a 7z archive", mend: UNPACK },
  { beginsWith: "ustar\0", offset: 257, what: "an archive of tar", mend: UNPACK },
  { beginsWith: "ustar  \0", offset: 257, what: "an archive of tar", mend: UNPACK },
  { beginsWith: "%PDF-", what: "a PDF", mend: EXPORT },
  { beginsWith: "SQLite format 3\0", what: "a database of SQLite", mend: EXPORT },
  { beginsWith: "ARROW1\0\0", what: "an Arrow file", mend: EXPORT },
  { beginsWith: "Obj\x01", what: "an Avro file", mend: EXPORT },
];

/**
 * Refuses files of which every row would be said to be broken: of these, none is.
 *
 * @param beginning - of the file, decompressed
 * @throws DataError
 */
export function refuseForeign(beginning: Uint8Array, file: string): void {
  const text = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.length).toString(
    "latin1",
    0,
    512,
  );
  const known = FOREIGN.find(({ beginsWith, offset = 0 }) => text.startsWith(beginsWith, offset));
  if (known) throw foreign(file, known.what, known.mend);
  if (compressionOf(beginning) !== "none") {
    throw foreign(file, "compressed once more within", "Decompress it once before.");
  }
}

function foreign(file: string, what: string, mend: string): DataError {
  return new DataError(`${file} is ${what}, which isn't read. ${mend}`, {
    code: "unreadable",
    file,
    byteOffset: 0,
  });
}
