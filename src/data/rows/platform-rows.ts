import { isUtf8 } from "node:buffer";
import { createToRow, type RowOptions } from "../checking/raw-records.ts";
import type { RuleName } from "../checking/rules.ts";
import type { Container } from "../reading/container.ts";
import { inBytes, resolveLimits } from "../reading/limits.ts";
import { lineBlocks } from "../reading/line-blocks.ts";
import { type OpenedFile, type OpenOptions, openFile, type SourceFile } from "../reading/open-source.ts";
import type { RawRow } from "../reading/raw-rows.ts";
import { fileRows, givenRows } from "../reading/read-records.ts";
import type { RowPlace } from "../record.ts";

/** A row of a source, in the form of platforms as far as it can be brought into it. */
export type PlatformRow =
  | {
      readonly kind: "row";
      readonly place: RowPlace;
      readonly value: unknown;
      /** The line that it stands on, where that is the JSON of `value`; undefined for what was converted. */
      readonly line: PlatformLine | undefined;
      /** As it lies in its file, before it was converted. */
      readonly source: unknown;
    }
  | {
      readonly kind: "unreadable";
      readonly place: RowPlace;
      readonly rule: RuleName;
      readonly path: string;
      readonly message: string;
      /** The bytes of the line, or the row that can't be converted; undefined where there is neither. */
      readonly source: Uint8Array | object | undefined;
    }
  | { readonly kind: "blank"; readonly place: Partial<RowPlace> };

/** A line of JSON without the white space around it. */
export interface PlatformLine {
  readonly json: string;
  /** Whether a byte order mark stood before it, and was left out. */
  readonly hadMark: boolean;
}

/** How rows are read to be mended or shown. */
export interface PlatformRowOptions extends OpenOptions, RowOptions {}

/**
 * The rows of a file, in the form of platforms. Of JSON lines nothing is refused that `JSON.parse` takes, so that what is
 * wrong inside of a row can be seen, and mended.
 */
export async function* platformRows(
  file: SourceFile,
  options: PlatformRowOptions,
): AsyncGenerator<PlatformRow> {
  if (file.rows) {
    yield* converted(givenRows(file.rows, file.file), undefined, options);
    return;
  }
  const opened = await openFile(file, options);
  try {
    if (opened.container === "jsonl") yield* lineRows(opened, options);
    else yield* converted(fileRows(file, opened, options), opened.container, options);
  } finally {
    await opened.close();
  }
}

async function* converted(
  batches: AsyncIterable<RawRow[]>,
  container: Container | undefined,
  options: PlatformRowOptions,
): AsyncGenerator<PlatformRow> {
  const toRow = createToRow(options, container);
  for await (const batch of batches) {
    for (const raw of batch) {
      options.signal?.throwIfAborted();
      const row = toRow(raw);
      if (row === undefined) continue;
      if ("problem" in row) yield unreadable(raw, row.problem);
      else {
        yield { kind: "row", place: raw.place, value: row.value, line: undefined, source: rawValue(raw) };
      }
    }
  }
}

async function* lineRows(
  { file, bytes }: OpenedFile,
  options: PlatformRowOptions,
): AsyncGenerator<PlatformRow> {
  const limits = resolveLimits(options.limits);
  const toRow = createToRow(options, "jsonl");
  let row = 0;
  for await (const block of lineBlocks(bytes, limits)) {
    options.signal?.throwIfAborted();
    if (block.kind === "overlong") {
      const place = { file, row: ++row, line: block.line, byteOffset: block.byteOffset };
      const message = `The line is longer than ${inBytes(limits.maxRowBytes)}.`;
      yield { kind: "unreadable", place, rule: "line-too-long", path: "$", message, source: undefined };
      continue;
    }
    const all = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.length);
    let start = 0;
    for (let index = 0; index < block.count; index++) {
      const end = block.ends[index] ?? start;
      const text = all.subarray(start, end);
      const where = { file, line: block.line + index, byteOffset: block.byteOffset + start };
      start = end + 1;
      const parsed = parseLine(text);
      if (parsed === undefined) {
        yield { kind: "blank", place: where };
        continue;
      }
      const place = { ...where, row: ++row };
      if ("rule" in parsed) {
        yield { kind: "unreadable", place, ...parsed, path: "$", source: Uint8Array.from(text) };
        continue;
      }
      const { value, line } = parsed;
      const made = toRow({ place, value });
      if (made === undefined) continue;
      if ("problem" in made) yield unreadable({ place, value }, made.problem);
      else {
        const isAsItWas = made.value === value;
        yield { kind: "row", place, value: made.value, line: isAsItWas ? line : undefined, source: value };
      }
    }
  }
}

type ParsedLine =
  | { readonly value: unknown; readonly line: PlatformLine }
  | { readonly rule: RuleName; readonly message: string };

/** Undefined for a line that is blank. */
function parseLine(bytes: Buffer): ParsedLine | undefined {
  if (!isUtf8(bytes)) return { rule: "invalid-utf8", message: "The line is no valid UTF-8." };
  const text = bytes.toString("utf8");
  const hadMark = text.startsWith("\ufeff");
  const json = withoutSpace(text, hadMark ? 1 : 0);
  if (json === "" && !hadMark) return undefined;
  try {
    return { value: JSON.parse(json), line: { json, hadMark } };
  } catch {
    return { rule: "invalid-json", message: "The line is no JSON." };
  }
}

/** What JSON takes for white space is left out at both ends. */
function withoutSpace(text: string, from: number): string {
  let start = from;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isSpace(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 13;
}

function unreadable(raw: RawRow, { path, message }: { readonly path: string; readonly message: string }) {
  const value = rawValue(raw);
  return {
    kind: "unreadable",
    place: raw.place,
    rule: "unreadable-row",
    path,
    message: `The row can't be read: ${message}.`,
    source: typeof value === "object" && value !== null ? value : undefined,
  } as const;
}

function rawValue(raw: RawRow): unknown {
  return "value" in raw ? raw.value : undefined;
}
