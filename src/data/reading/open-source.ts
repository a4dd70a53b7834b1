import { DataError } from "../errors.ts";
import { asBytes, peek, untilAborted } from "./chunks.ts";
import { type Container, canTell, detectContainer, refuseUtf16, withoutMark } from "./container.ts";
import { type Compression, compressionOf, decompress } from "./decompress.ts";
import { type ByteSlices, blobSlices, memorySlices, openSlices, readFile } from "./file-bytes.ts";
import { refuseForeign } from "./foreign-formats.ts";
import { type ReadLimits, resolveLimits } from "./limits.ts";
import { namedFiles } from "./source-files.ts";

/**
 * Where rows come from: a path or a `file:` URL, a pattern, several of them, bytes, a Blob, or a stream of bytes, text or
 * rows. An array of objects is taken as rows.
 */
export type DataSource =
  | string
  | URL
  | readonly (string | URL)[]
  | readonly object[]
  | Uint8Array
  | Blob
  | AsyncIterable<string | object>;

/** How a source is opened. */
export interface OpenOptions {
  /** @default what the first bytes say, and where they say nothing, the name */
  readonly container?: Container;
  /** @default what the first bytes say */
  readonly compression?: Compression;
  /**
   * Whether paths are patterns, such as `calls/*.jsonl`.
   *
   * @default if there are characters of patterns in them and no such file exists
   */
  readonly glob?: boolean;
  readonly limits?: ReadLimits;
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Something that rows may be in, not yet opened. */
export interface SourceFile {
  /** As the caller named it; `<input>` for what has no name. */
  readonly file: string;
  /** In bytes, compressed if it is; undefined for streams. */
  readonly size: number | undefined;
  /** The raw bytes. A chunk is good until the one after the next is asked for. */
  read(): AsyncIterable<Uint8Array>;
  /** Any piece of the raw bytes; undefined for streams. */
  readonly slices: (() => Promise<ByteSlices>) | undefined;
  /** The rows themselves, if that is what was given. */
  readonly rows?: AsyncIterable<unknown>;
}

/** A file that has been opened, decompressed as it is read. */
export interface OpenedFile {
  readonly file: string;
  readonly container: Container;
  readonly compression: Compression;
  /** In bytes, compressed if it is; undefined for streams. */
  readonly size: number | undefined;
  /** The bytes, decompressed. They can be read once; a chunk is good until the next is asked for. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** How many of `size` bytes have been read so far. */
  bytesRead(): number;
  close(): Promise<void>;
}

/**
 * What a source consists of.
 *
 * @throws DataError if there is no such file, it is a directory, a link leads nowhere, or nothing matches a pattern
 */
export async function sourceFiles(source: DataSource, options: OpenOptions = {}): Promise<SourceFile[]> {
  if (typeof source === "string" || source instanceof URL) {
    return (await namedFiles(source, options.glob)).map((named) => ({
      file: named.file,
      size: named.size,
      read: () => readFile(named),
      slices: named.size === undefined ? undefined : () => openSlices(named),
    }));
  }
  if (source instanceof Uint8Array) {
    return [
      {
        file: UNNAMED,
        size: source.length,
        read: () => once(source),
        slices: async () => memorySlices(source),
      },
    ];
  }
  if (source instanceof Blob) {
    const file = "name" in source && typeof source.name === "string" && source.name ? source.name : UNNAMED;
    return [{ file, size: source.size, read: () => source.stream(), slices: async () => blobSlices(source) }];
  }
  if (Array.isArray(source)) return await filesOfArray(source, options);
  if (typeof source === "object" && source !== null && Symbol.asyncIterator in source) {
    const file = "path" in source && typeof source.path === "string" ? source.path : UNNAMED;
    return [
      { file, size: undefined, ...(await bytesOrRows(source, file, options.signal)), slices: undefined },
    ];
  }
  throw new DataError(
    "Data is given as a path, a pattern, an array of them, bytes, a Blob, or an async iterable of bytes, text or rows.",
    { code: "invalid_option" },
  );
}

/** What rows are said to be in that come from no file. */
const UNNAMED = "<input>";

async function filesOfArray(source: readonly unknown[], options: OpenOptions): Promise<SourceFile[]> {
  if (source.length === 0) {
    throw new DataError("The array of files is empty.", { code: "empty" });
  }
  const files: SourceFile[] = [];
  const rows: object[] = [];
  for (const item of source) {
    if (typeof item === "string" || item instanceof URL) {
      files.push(...(await sourceFiles(item, options)));
    } else if (typeof item === "object" && item !== null) {
      rows.push(item);
    }
  }
  if (rows.length > 0 && rows.length === source.length) return await sourceFiles(each(rows), options);
  if (rows.length > 0 || files.length === 0) {
    throw new DataError("An array has to consist of paths or of rows, not of both.", {
      code: "invalid_option",
    });
  }
  return files;
}

/** What a stream gives is told by the first thing that it gives. */
async function bytesOrRows(
  source: AsyncIterable<unknown>,
  file: string,
  signal: AbortSignal | undefined,
): Promise<Pick<SourceFile, "read" | "rows">> {
  const values = untilAborted(source, signal);
  const { done, value } = await values.next();
  const all = (async function* () {
    try {
      if (done) return;
      yield value;
      yield* values;
    } finally {
      await values.return(undefined);
    }
  })();
  const isRows = !done && typeof value !== "string" && !(value instanceof Uint8Array);
  return { read: () => asBytes(all, file), ...(isRows ? { rows: all } : {}) };
}

/**
 * Opens one of the files of a source. Close it when it is done with.
 *
 * @throws DataError if it can't be read, is empty, or it can't be told what it is
 */
export async function openFile(source: SourceFile, options: OpenOptions = {}): Promise<OpenedFile> {
  const { file, size } = source;
  const limits = resolveLimits(options.limits);
  let read = 0;
  const raw = (async function* () {
    for await (const chunk of untilAborted(source.read(), options.signal)) {
      read += chunk.length;
      yield chunk;
    }
  })();
  const outer = await closingOnError(raw, () => peek(raw, ({ length }) => length >= 4));
  const compression = options.compression ?? compressionOf(outer.beginning);
  const plain = decompress(outer.all, compression, file, limits);
  const close = async () => {
    const closed = plain.return(undefined).then(() => raw.return(undefined));
    // As in untilAborted: what hangs can't be waited for.
    if (options.signal?.aborted) closed.catch(() => undefined);
    else await closed;
  };
  try {
    const { beginning, all } = await peek(plain, canTell);
    if (withoutMark(beginning).length === 0) {
      throw new DataError(`${file} is empty: it has no bytes.`, { code: "empty", file, byteOffset: 0 });
    }
    refuseUtf16(beginning, file);
    refuseForeign(beginning, file);
    const container = options.container ?? detectContainer(beginning, file);
    return { file, container, compression, size, bytes: all, bytesRead: () => read, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function closingOnError<Result>(
  chunks: AsyncGenerator<unknown>,
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    await chunks.return(undefined);
    throw error;
  }
}

/**
 * Opens a source file by file. Each is closed when the next is asked for.
 *
 * @throws DataError
 */
export async function* openSource(source: DataSource, options: OpenOptions = {}): AsyncGenerator<OpenedFile> {
  for (const file of await sourceFiles(source, options)) {
    const opened = await openFile(file, options);
    try {
      yield opened;
    } finally {
      await opened.close();
    }
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
