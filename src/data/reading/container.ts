import { DataError } from "../errors.ts";

/**
 * What rows lie in:
 *
 * - `jsonl`: a JSON value on each line.
 * - `json-array`: one JSON array of them.
 * - `csv`, `tsv`: records under a header, parted by commas (or semicolons) or tabs.
 * - `parquet`: columns in row groups.
 */
export type Container = "jsonl" | "json-array" | "csv" | "tsv" | "parquet";

/** So much of a file is looked at to tell what it is, if its first line is no shorter. */
export const LOOKED_AT = 64 * 1024;

/** Whether the beginning of a file is enough to tell what it is. */
export function canTell(beginning: Uint8Array): boolean {
  return beginning.length >= LOOKED_AT || (beginning.length >= 4 && /\S[^\n]*\n/.test(latin1(beginning)));
}

/**
 * What a file is, by its first bytes. Its name decides only where those say nothing.
 *
 * @throws DataError if neither says it
 */
export function detectContainer(beginning: Uint8Array, file: string): Container {
  if (latin1(beginning.subarray(0, 4)) === "PAR1") return "parquet";
  const name = file.toLowerCase().replace(/\.(gz|gzip|zst|zstd)$/, "");
  if (name.endsWith(".csv")) return "csv";
  if (name.endsWith(".tsv") || name.endsWith(".tab")) return "tsv";
  if (name.endsWith(".parquet")) return "parquet";
  const text = latin1(withoutMark(beginning)).trimStart();
  if (text.startsWith("[")) return "json-array";
  if (text.startsWith("{") || /\.(jsonl|ndjson|json)$/.test(name)) return "jsonl";
  const firstLine = text.split("\n", 1)[0] ?? "";
  if (firstLine.includes("\t")) return "tsv";
  if (/[,;]/.test(firstLine)) return "csv";
  throw new DataError(
    `What ${file} is can't be told from how it begins. Say it with the option \`container\`: jsonl, json-array, csv, tsv or parquet.`,
    { code: "unknown_format", file, byteOffset: 0, line: 1 },
  );
}

/**
 * Refuses text in an encoding that isn't read.
 *
 * @throws DataError
 */
export function refuseUtf16(beginning: Uint8Array, file: string): void {
  const [a, b, c, d] = beginning;
  const isMarked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  // Two characters of ASCII, each with its high byte: no text in UTF-8 has a NUL beside each of its letters.
  const isWide = (a && !b && c && !d) || (!a && b && !c && d);
  if (isMarked || (isWide && beginning.length >= 4)) {
    const why = isMarked ? "byte-order mark says" : "NUL bytes say";
    throw new DataError(
      `${file} is encoded in UTF-16, as its ${why}. Save it as UTF-8, for example by iconv -f utf-16 -t utf-8.`,
      { code: "unreadable", file, line: 1, byteOffset: 0 },
    );
  }
}

/** Without the byte-order mark that some programs begin UTF-8 with. */
export function withoutMark(beginning: Uint8Array): Uint8Array {
  return beginning[0] === 0xef && beginning[1] === 0xbb && beginning[2] === 0xbf
    ? beginning.subarray(3)
    : beginning;
}

const latin1 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
