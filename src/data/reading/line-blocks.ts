import { resolveLimits } from "./limits.ts";

/** Whole lines of a file, as bytes. */
export interface LineBlock {
  readonly kind: "lines";
  /** The lines with what ends them. The memory is used again for the next block: copy what has to stay. */
  readonly bytes: Uint8Array;
  /** How many lines there are. */
  readonly count: number;
  /**
   * Where each line ends in `bytes`, without its line feed: line `i` is `bytes.subarray(i ? ends[i - 1] + 1 : 0, ends[i])`.
   * Only the first `count` are of this block. A carriage return before the line feed belongs to the line; to JSON it is
   * white space.
   */
  readonly ends: Uint32Array;
  /** The first line, counted from 1. */
  readonly line: number;
  /** Bytes of the file before the block. */
  readonly byteOffset: number;
}

/** A line that is longer than rows may be. What follows it is read if the next block is asked for. */
export interface OverlongLine {
  readonly kind: "overlong";
  readonly line: number;
  readonly byteOffset: number;
}

/** So much is looked at in one go: large enough that a promise for each doesn't count. */
const BLOCK = 256 * 1024;
const LINE_FEED = 10;

/**
 * Cuts a file into blocks of whole lines, at the speed of memory: nothing is made for a single line. A byte-order mark of
 * UTF-8 at the beginning is left out, and counts in the offsets.
 *
 * It holds one block and never more than a row may have besides, whatever comes: of a longer line it says so as soon as
 * that is known, and skips the rest of it.
 *
 * @param bytes - each chunk is copied before the next is asked for
 */
export async function* lineBlocks(
  bytes: AsyncIterable<Uint8Array>,
  options: { readonly maxRowBytes?: number } = {},
): AsyncGenerator<LineBlock | OverlongLine> {
  const { maxRowBytes } = resolveLimits(options);
  const first = Math.min(maxRowBytes, BLOCK) + BLOCK;
  let memory = Buffer.allocUnsafeSlow(first);
  let ends = new Uint32Array(1024);
  /** How much of `memory` is a line that has begun. */
  let held = 0;
  let line = 1;
  let byteOffset = 0;
  let skipping = false;
  let begun = false;

  function* cut(filled: number, isLast: boolean): Generator<LineBlock | OverlongLine> {
    let start = 0;
    // What was held before has no end in it, or it wouldn't be held.
    let search = held;
    held = filled;
    if (!begun) {
      // The mark may come in pieces.
      if (filled < 3 && !isLast) return;
      begun = true;
      search = 0;
      if (memory[0] === 0xef && memory[1] === 0xbb && memory[2] === 0xbf && filled >= 3) start = 3;
    }
    let lineStart = start;
    let count = 0;
    const block = (): LineBlock => ({
      kind: "lines",
      bytes: memory.subarray(start, lineStart),
      count,
      ends,
      line,
      byteOffset: byteOffset + start,
    });
    const text = memory.subarray(0, filled);
    for (;;) {
      const found = text.indexOf(LINE_FEED, Math.max(search, lineStart));
      const end = found === -1 ? filled : found;
      const isWhole = found !== -1 || (isLast && filled > lineStart);
      const isOverlong = end - lineStart > maxRowBytes;
      if ((isOverlong || !isWhole) && count > 0) {
        yield block();
        line += count;
        count = 0;
        start = lineStart;
      }
      if (isOverlong) {
        yield { kind: "overlong", line, byteOffset: byteOffset + lineStart };
        if (!isWhole) {
          skipping = true;
          byteOffset += filled;
          held = 0;
          return;
        }
        line++;
        lineStart = found === -1 ? filled : found + 1;
        start = lineStart;
      } else if (isWhole) {
        if (count === ends.length) {
          const more = new Uint32Array(2 * count);
          more.set(ends);
          ends = more;
        }
        ends[count++] = end - start;
        lineStart = found === -1 ? filled : found + 1;
      } else {
        break;
      }
    }
    memory.copyWithin(0, start, filled);
    byteOffset += start;
    held = filled - start;
  }

  for await (const whole of bytes) {
    for (let position = 0; position < whole.length; position += BLOCK) {
      let chunk = whole.subarray(position, position + BLOCK);
      if (skipping) {
        const end = chunk.indexOf(LINE_FEED);
        byteOffset += end === -1 ? chunk.length : end + 1;
        if (end === -1) continue;
        chunk = chunk.subarray(end + 1);
        skipping = false;
        line++;
      }
      const filled = held + chunk.length;
      if (filled > memory.length) {
        const larger = Buffer.allocUnsafeSlow(
          Math.max(filled, Math.min(2 * memory.length, maxRowBytes + BLOCK)),
        );
        larger.set(memory.subarray(0, held));
        memory = larger;
      }
      memory.set(chunk, held);
      yield* cut(filled, false);
    }
  }
  yield* cut(held, true);
}
