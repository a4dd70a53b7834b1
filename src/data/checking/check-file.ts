import { createHash } from "node:crypto";
import { peek } from "../reading/chunks.ts";
import { type Container, canTell, withoutMark } from "../reading/container.ts";
import { inBytes, resolveLimits } from "../reading/limits.ts";
import { lineBlocks } from "../reading/line-blocks.ts";
import { openFile, type SourceFile } from "../reading/open-source.ts";
import type { RawRow } from "../reading/raw-rows.ts";
import { fileRows, givenRows } from "../reading/read-records.ts";
import type { RowPlace } from "../record.ts";
import { type BlockResult, RowWord } from "./block-checker.ts";
import type { Collector } from "./collector.ts";
import type { Side } from "./cross-rows.ts";
import type { LineChecker } from "./line-checker.ts";
import type { CheckOptions } from "./options.ts";
import { createToRow, isPlatformShape, type LabelledRow, shapeOf } from "./raw-records.ts";
import type { CheckedFile } from "./report.ts";

/** Rows that are no lines are checked so many at a time. */
const ROWS_AT_ONCE = 64;

/** Blocks whose results wait for those of earlier ones. */
const MOST_PENDING = 8;

/** Checks one file after the other. */
export type FileChecker = (side: Side, file: SourceFile) => Promise<CheckedFile>;

export function createFileChecker(
  collector: Collector,
  lines: LineChecker,
  options: CheckOptions,
): FileChecker {
  const { places, kept } = collector;
  const { signal, onProgress } = options;
  const limits = resolveLimits(options.limits);

  /** JSON lines in the form of platforms: in blocks, on threads, and back in the order of the file. */
  const checkLines = async (
    side: Side,
    file: SourceFile,
    bytes: AsyncIterable<Uint8Array>,
    read: () => number,
  ) => {
    const pending: { result: BlockResult | Promise<BlockResult>; line: number; byteOffset: number }[] = [];
    const take = (result: BlockResult, line: number, byteOffset: number) => {
      const { rows, words, columns } = result;
      const firstRow = places.count;
      for (let at = 0; at < rows * words; at += words) {
        places.add(
          line + (columns[at + RowWord.line] ?? 0),
          byteOffset + (columns[at + RowWord.byteOffset] ?? 0),
        );
      }
      collector.take(side, result, firstRow, (found) => ({
        file: file.file,
        line: line + found.line,
        byteOffset: byteOffset + found.byteOffset,
      }));
    };
    const settle = async () => {
      const next = pending.shift();
      if (next) take(await next.result, next.line, next.byteOffset);
    };
    for await (const block of lineBlocks(bytes, limits)) {
      signal?.throwIfAborted();
      if (block.kind === "overlong") {
        while (pending.length > 0) await settle();
        places.add(block.line, block.byteOffset);
        const message = `The line is longer than ${inBytes(limits.maxRowBytes)}.`;
        collector.find("line-too-long", places.placeOf(places.count - 1), "$", message);
        continue;
      }
      const { bytes: text, ends, count, line, byteOffset } = block;
      const result = lines.lines(text, ends, count, kept.wanted());
      // It is awaited in its turn; until then, nobody would hear of its failure.
      if (result instanceof Promise) result.catch(() => undefined);
      pending.push({ result, line, byteOffset });
      while (
        pending.length > 0 &&
        (pending.length > MOST_PENDING || !(pending[0]?.result instanceof Promise))
      ) {
        await settle();
      }
      onProgress?.({ file: file.file, bytes: read(), size: file.size, rows: places.count });
    }
    while (pending.length > 0) await settle();
  };

  /** Rows of any other kind, on this thread. */
  const checkRows = async (
    side: Side,
    file: SourceFile,
    batches: AsyncIterable<RawRow[]>,
    container: Container | undefined,
    read: () => number,
  ) => {
    const toRow = createToRow(options, container);
    let batch: LabelledRow[] = [];
    let batchPlaces: RowPlace[] = [];
    const flush = () => {
      const firstRow = places.count;
      for (const { line, byteOffset } of batchPlaces) places.add(line, byteOffset);
      collector.take(side, lines.values(batch, kept.wanted()), firstRow, () => ({ file: file.file }));
      onProgress?.({ file: file.file, bytes: read(), size: file.size, rows: places.count });
      batch = [];
      batchPlaces = [];
    };
    for await (const raws of batches) {
      for (const raw of raws) {
        signal?.throwIfAborted();
        const row = toRow(raw);
        if (row === undefined) continue;
        if ("problem" in row) {
          flush();
          places.add(raw.place.line, raw.place.byteOffset);
          const message = `The row can't be read: ${row.problem.message}.`;
          collector.find("unreadable-row", places.placeOf(places.count - 1), row.problem.path, message);
          continue;
        }
        batchPlaces.push(raw.place);
        if (batch.push(row) >= ROWS_AT_ONCE) flush();
      }
    }
    flush();
  };

  return async (side, file) => {
    places.beginFile(file.file);
    if (file.rows) {
      await checkRows(side, file, givenRows(file.rows, file.file), undefined, () => 0);
      return { file: file.file, use: side, rows: places.rowsOfFile, bytes: undefined, sha256: undefined };
    }
    let hash = createHash("sha256");
    let bytes = 0;
    async function* hashed() {
      for await (const chunk of file.read()) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    }
    const opened = await openFile({ ...file, read: hashed }, options);
    try {
      const { container, bytesRead } = opened;
      const { beginning, all } = await peek(opened.bytes[Symbol.asyncIterator](), canTell);
      const first = container === "jsonl" ? firstRow(beginning) : undefined;
      const isPlain =
        container === "jsonl" && !options.map && isPlatformShape(shapeOf(first, options), first);
      if (isPlain) await checkLines(side, file, all, bytesRead);
      else {
        await checkRows(side, file, fileRows(file, { ...opened, bytes: all }, options), container, bytesRead);
      }
      if (container === "parquet" && file.slices) {
        // It was read in pieces.
        hash = createHash("sha256");
        bytes = 0;
        for await (const _ of hashed()) signal?.throwIfAborted();
      }
    } finally {
      await opened.close();
    }
    return { file: file.file, use: side, rows: places.rowsOfFile, bytes, sha256: hash.digest("hex") };
  };
}

/** The first row of JSON lines, if it is one. */
function firstRow(beginning: Uint8Array): unknown {
  const text = Buffer.from(withoutMark(beginning)).toString("utf8");
  const line = text.split("\n").find((each) => each.trim() !== "");
  try {
    return JSON.parse(line ?? "");
  } catch {
    // What is wrong with it is found with all the other rows.
    return undefined;
  }
}
