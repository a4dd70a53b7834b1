import { DataError } from "../errors.ts";

/** Chunks as they come, until the signal ends it: also while it waits for one that never comes. */
export async function* untilAborted<Chunk>(
  chunks: AsyncIterable<Chunk>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Chunk> {
  if (!signal) {
    yield* chunks;
    return;
  }
  signal.throwIfAborted();
  const iterator = chunks[Symbol.asyncIterator]();
  const next = () =>
    new Promise<IteratorResult<Chunk>>((resolve, reject) => {
      const onAbort = () => reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      iterator
        .next()
        .then(resolve, reject)
        .finally(() => signal.removeEventListener("abort", onAbort));
    });
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await next();
      if (done) return;
      yield value;
    }
  } finally {
    const returned = iterator.return?.();
    // What waits for a chunk that never comes doesn't return either.
    if (signal.aborted) returned?.catch(() => undefined);
    else await returned;
  }
}

/** The beginning of a stream, and all of it. */
export interface Peeked {
  readonly beginning: Uint8Array;
  readonly all: AsyncIterable<Uint8Array>;
}

/** Reads a stream until `enough` of its beginning is there, or its end. */
export async function peek(
  chunks: AsyncIterator<Uint8Array>,
  enough: (beginning: Uint8Array) => boolean,
): Promise<Peeked> {
  let beginning = Buffer.alloc(0);
  let ended = false;
  while (!ended && !enough(beginning)) {
    const { done, value } = await chunks.next();
    if (done) ended = true;
    else beginning = Buffer.concat([beginning, value]);
  }
  return {
    beginning,
    all: (async function* () {
      if (beginning.length > 0) yield beginning;
      while (!ended) {
        const { done, value } = await chunks.next();
        if (done) return;
        yield value;
      }
    })(),
  };
}

/** Text or bytes as bytes; other values as lines of JSON. */
export async function* asBytes(values: AsyncIterable<unknown>, file: string): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  // A character of two code units may be torn between two chunks.
  let half = "";
  let row = 0;
  let position = 0;
  for await (const value of values) {
    let chunk: Uint8Array;
    if (value instanceof Uint8Array) {
      chunk = value;
    } else if (typeof value === "string") {
      let text = half + value;
      const last = text.charCodeAt(text.length - 1);
      half = last >= 0xd800 && last < 0xdc00 ? text.slice(-1) : "";
      text = half ? text.slice(0, -1) : text;
      if (/\p{Surrogate}/u.test(text)) throw tornText(file, position);
      chunk = encoder.encode(text);
    } else {
      row++;
      chunk = encoder.encode(`${toJson(value, file, row)}\n`);
    }
    position += chunk.length;
    if (chunk.length > 0) yield chunk;
  }
  if (half) throw tornText(file, position);
}

function tornText(file: string, byteOffset: number): DataError {
  return new DataError(
    `${file} has half a character after byte ${byteOffset}: a UTF-16 surrogate without its other half, which is no text.`,
    { code: "unreadable", file, byteOffset },
  );
}

function toJson(value: unknown, file: string, row: number): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (text === undefined) {
    throw new DataError(`Row ${row} of ${file} can't be written as JSON. Give objects of plain values.`, {
      code: "invalid_row",
      file,
      line: row,
      cause,
    });
  }
  return text;
}
