import { inBytes, type ResolvedLimits } from "./limits.ts";
import { lineBlocks } from "./line-blocks.ts";
import { parseJsonRow, type RawRow } from "./raw-rows.ts";

/** The rows of JSONL, as many at once as lie in one block of lines. */
export async function* jsonLines(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  limits: ResolvedLimits,
): AsyncGenerator<RawRow[]> {
  let row = 0;
  for await (const block of lineBlocks(bytes, limits)) {
    if (block.kind === "overlong") {
      const { line, byteOffset } = block;
      const message = `it is longer than ${inBytes(limits.maxRowBytes)}; raise limits.maxRowBytes if it should be`;
      yield [{ place: { file, row: ++row, line, byteOffset }, problem: { path: "$", message } }];
      continue;
    }
    const rows: RawRow[] = [];
    const text = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.length);
    let start = 0;
    for (let i = 0; i < block.count; i++) {
      const end = block.ends[i] ?? start;
      const line = text.subarray(start, end);
      if (!isBlank(line)) {
        const place = { file, row: ++row, line: block.line + i, byteOffset: block.byteOffset + start };
        rows.push({ place, ...parseJsonRow(line) });
      }
      start = end + 1;
    }
    if (rows.length > 0) yield rows;
  }
}

function isBlank(line: Uint8Array): boolean {
  for (const byte of line) {
    if (byte !== 32 && byte !== 13 && byte !== 9) return false;
  }
  return true;
}
