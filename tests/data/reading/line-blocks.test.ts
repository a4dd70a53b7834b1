import fc from "fast-check";
import { expect, test } from "vitest";
import { lineBlocks } from "../../../src/data/reading/line-blocks.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]) {
  // One piece of memory for all chunks, as a reader of files has it: what isn't copied in time is spoilt.
  const memory = new Uint8Array(Math.max(...sizes));
  for (let start = 0, i = 0; start < bytes.length; i++) {
    const piece = bytes.subarray(start, start + (sizes[i % sizes.length] ?? 1));
    memory.set(piece);
    yield memory.subarray(0, piece.length);
    start += piece.length;
  }
}

interface Seen {
  readonly line: number;
  readonly byteOffset: number;
  /** Undefined for a line that is too long. */
  readonly text: string | undefined;
}

async function read(chunks: AsyncIterable<Uint8Array>, maxRowBytes?: number): Promise<Seen[]> {
  const seen: Seen[] = [];
  for await (const block of lineBlocks(chunks, maxRowBytes === undefined ? {} : { maxRowBytes })) {
    if (block.kind === "overlong") {
      seen.push({ line: block.line, byteOffset: block.byteOffset, text: undefined });
      continue;
    }
    let start = 0;
    for (let i = 0; i < block.count; i++) {
      const end = block.ends[i] ?? 0;
      seen.push({
        line: block.line + i,
        byteOffset: block.byteOffset + start,
        text: decoder.decode(block.bytes.subarray(start, end)),
      });
      start = end + 1;
    }
    expect(block.count).toBeGreaterThan(0);
  }
  return seen;
}

/** The same, plainly. */
function reference(text: string, maxRowBytes: number): Seen[] {
  let byteOffset = text.startsWith("\ufeff") ? 3 : 0;
  const lines = text.replace(/^\ufeff/, "").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line, i) => {
    const length = encoder.encode(line).length;
    const seen = { line: i + 1, byteOffset, text: length > maxRowBytes ? undefined : line };
    byteOffset += length + 1;
    return seen;
  });
}

test("lines, their numbers and offsets are the same however the file comes in", async () => {
  const character = fc.constantFrom("a", "b", "\n", "\n", "\r", "ä", "😀", "\ufeff", "\0");
  await fc.assert(
    fc.asyncProperty(
      fc.array(character, { maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 20 }),
      async (characters, sizes, maxRowBytes) => {
        const text = characters.join("");
        const seen = await read(inChunks(encoder.encode(text), sizes), maxRowBytes);
        expect(seen).toEqual(reference(text, maxRowBytes));
      },
    ),
    { numRuns: 500 },
  );
});

test("lines over many blocks keep their places", async () => {
  const text = Array.from({ length: 40_000 }, (_, i) => `${"x".repeat(i % 97)}${i}`).join("\n");
  const seen = await read(inChunks(encoder.encode(text), [65_536, 300_000, 7]));
  expect(seen).toEqual(reference(text, 8_000_000));
});

test("a line without an end is given up at once, and what follows it is read", async () => {
  let asked = 0;
  const chunk = new Uint8Array(1024 * 1024).fill(120);
  const endless = (async function* () {
    for (; asked < 400; asked++) yield chunk;
    yield encoder.encode("\nthe next\n");
  })();
  const blocks = lineBlocks(endless, { maxRowBytes: 4 * 1024 * 1024 });
  const before = process.memoryUsage().rss;
  expect((await blocks.next()).value).toEqual({ kind: "overlong", line: 1, byteOffset: 0 });
  expect(asked).toBeLessThan(6);
  const { value } = await blocks.next();
  expect(value).toMatchObject({ kind: "lines", count: 1, line: 2, byteOffset: 400 * 1024 * 1024 + 1 });
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
});
