import { isAsyncIterable, readWebStream } from "./byte-stream.ts";
import { diskFile } from "./disk-file.ts";
import { ConfigurationError, FileSourceError } from "./errors.ts";
import { isNode, nodeModules } from "./node-modules.ts";
import type { FileContent, FilePath, Uploadable } from "./uploadable.ts";

/** A file that is ready to be sent. */
export interface FileSource {
  readonly name: string;
  readonly type: string;
  /** In bytes, where it is known beforehand. What is read is exactly as long, or an error. */
  readonly size: number | undefined;
  /** In bytes, where it is only likely: to show progress by, not to promise a length by. */
  readonly expectedSize?: number | undefined;
  /** Whether it can be read from its beginning: a stream can't any more once it has been begun. */
  repeatable(): boolean;
  read(): AsyncIterable<Uint8Array>;
  /** Where it lies on disk, if it does. */
  readonly path?: string | undefined;
  /** Any piece of it, where that can be had without reading all that comes before. */
  readonly slice?: ((start: number, end: number) => AsyncIterable<Uint8Array>) | undefined;
}

/** What has no bytes is no file: refused before anything is sent, where its size is known. */
export async function resolveFilledFile(file: Uploadable): Promise<FileSource> {
  const source = await resolveFile(file);
  if (source.size === 0) {
    throw emptyFile(source);
  }
  return source;
}

export function emptyFile({ path, name }: FileSource): FileSourceError {
  return new FileSourceError(`The file ${path ?? name} is empty: it has 0 bytes.`, { code: "empty" });
}

/** Makes one thing of all that a file can be given as. */
export async function resolveFile(file: Uploadable): Promise<FileSource> {
  if (typeof file === "string") {
    throw new ConfigurationError(
      "A file can't be given as a string. Did you mean `{ path: … }` for a file on disk, or `toFile(text, name)`?",
    );
  }
  if (typeof file !== "object" || file === null) {
    throw new ConfigurationError(`A file can't be given as ${file === null ? "null" : typeof file}.`);
  }
  if ("content" in file) {
    const source = await contentSource(file.content);
    return { ...source, name: file.name ?? source.name, type: file.type ?? source.type };
  }
  return isPath(file) ? pathSource(file) : contentSource(file);
}

// A read stream of Node has a path too, and what it was opened with (a range, say) counts.
function isPath(file: Uploadable): file is FilePath {
  return (
    "path" in file && (typeof file.path === "string" || file.path instanceof URL) && !isAsyncIterable(file)
  );
}

async function pathSource({ path, name: given }: FilePath): Promise<FileSource> {
  if (!isNode) {
    throw new ConfigurationError("A file can be given by its path on Node only. Give a File or Blob here.");
  }
  if (path instanceof URL && path.protocol !== "file:") {
    throw new ConfigurationError(
      `A file can be given by a URL that begins with file:, not ${path.protocol} Give the response of fetch instead.`,
    );
  }
  const name = given ?? lastPart(path instanceof URL ? decodeURIComponent(path.pathname) : path);
  const file = await diskFile(path);
  if (!file) {
    const { fs } = await nodeModules();
    return { ...once(readIterable(fs.createReadStream(path))), name };
  }
  return {
    name,
    type: defaultType,
    size: file.size,
    path: file.path,
    repeatable: always,
    async *read() {
      const opened = await file.open();
      try {
        yield* opened.read(0, file.size);
        // Before the end of the form goes out: a request that is cut off makes nothing.
        await opened.unchanged();
      } finally {
        await opened.close();
      }
    },
  };
}

const defaultType = "application/octet-stream";
const always = () => true;

async function contentSource(content: FileContent): Promise<FileSource> {
  if (content instanceof Blob) {
    return {
      name: "name" in content && typeof content.name === "string" ? content.name : "file",
      type: content.type || defaultType,
      size: content.size,
      repeatable: always,
      read: () => readIterable(readWebStream(content.stream())),
      slice: (start, end) => readIterable(readWebStream(content.slice(start, end).stream())),
    };
  }
  if (content instanceof ArrayBuffer || ArrayBuffer.isView(content)) {
    const bytes =
      content instanceof ArrayBuffer
        ? new Uint8Array(content)
        : new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
    return {
      name: "file",
      type: defaultType,
      size: bytes.length,
      repeatable: always,
      read: () => slices(bytes),
      slice: (start, end) => slices(bytes.subarray(start, end)),
    };
  }
  if (content instanceof Response) {
    if (!content.body) {
      throw new ConfigurationError("A file can't be made of a response without a body.");
    }
    return {
      ...once(readIterable(readWebStream(content.body))),
      name: lastPart(content.url.replace(/[?#].*$/, "")) || "file",
      type: content.headers.get("content-type") ?? defaultType,
    };
  }
  if (content instanceof ReadableStream) {
    return once(readIterable(readWebStream(content)));
  }
  if (isAsyncIterable(content)) {
    const path = "path" in content && typeof content.path === "string" ? content.path : undefined;
    return {
      ...once(readIterable(content)),
      name: path ? lastPart(path) : "file",
      expectedSize: await readStreamSize(content),
    };
  }
  throw new ConfigurationError(
    "This can't be sent as a file. Give a File or Blob, bytes, a stream, or a file on disk as `{ path: … }`.",
  );
}

/**
 * The size of the file that a read stream of Node will read from its beginning to its end, if it is one that does. It
 * may have been opened by a number, or the file may still grow, so this is no promise.
 */
async function readStreamSize(stream: object): Promise<number | undefined> {
  if (!isNode || !("path" in stream)) {
    return undefined;
  }
  const { fs } = await nodeModules();
  if (!(stream instanceof fs.ReadStream) || stream.bytesRead > 0 || stream.readableEncoding !== null) {
    return undefined;
  }
  // The types don't know the range, but every version of Node has it there.
  const start = "start" in stream ? stream.start : undefined;
  const end = "end" in stream ? stream.end : undefined;
  if (start !== undefined || (end !== undefined && end !== Number.POSITIVE_INFINITY)) {
    return undefined;
  }
  // A file that isn't there is said by the stream itself.
  const stats = await fs.promises.stat(stream.path).catch(() => undefined);
  return stats?.isFile() ? stats.size : undefined;
}

function once(chunks: AsyncIterable<Uint8Array>): FileSource {
  let begun = false;
  return {
    name: "file",
    type: defaultType,
    size: undefined,
    repeatable: () => !begun,
    read: () => {
      begun = true;
      return chunks;
    },
  };
}

async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const size = 256 * 1024;
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
  }
}

async function* readIterable(chunks: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  try {
    for await (const chunk of chunks) {
      if (chunk instanceof Uint8Array) {
        yield chunk;
      } else if (typeof chunk === "string") {
        yield encoder.encode(chunk);
      } else {
        throw new TypeError(`A file can't consist of ${typeof chunk}s, only of bytes or text.`);
      }
    }
  } catch (cause) {
    throw await unreadable(cause);
  }
}

async function unreadable(cause: unknown): Promise<FileSourceError> {
  const why = cause instanceof Error ? cause.message : String(cause);
  // Node repeats the path as it was given; where a relative one led is what one needs to know.
  const path =
    isNode && cause instanceof Error && "path" in cause && typeof cause.path === "string"
      ? ` ${(await nodeModules()).path.resolve(cause.path)}`
      : "";
  return new FileSourceError(`The file${path} couldn't be read: ${why}`, { cause });
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
