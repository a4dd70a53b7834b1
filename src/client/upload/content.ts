import { listenForAbort } from "../abort-listeners.ts";
import { diskFile, readRange, scanRange } from "../disk-file.ts";
import { APIUserAbortError, ConfigurationError, FileSourceError } from "../errors.ts";
import { emptyFile, type FileSource } from "../file-source.ts";
import { isNode, nodeModules } from "../node-modules.ts";

/** What is uploaded: its size is known, and any piece of it can be read, and read again. */
export interface Content {
  readonly size: number;
  read(start: number, end: number): AsyncIterable<Uint8Array>;
  /** As `read`, for who is done with a piece when asking for the next. */
  scan(start: number, end: number): AsyncIterable<Uint8Array>;
  /** @throws FileSourceError if it isn't what it was when it was opened */
  unchanged(): Promise<void>;
  /** Lets go of what it holds open, and of what was put aside for it. */
  close(): Promise<void>;
}

/** The most that an upload may have together, in bytes. */
const UPLOAD_LIMIT = 8 * 1024 ** 3;

/** The most of a stream that is kept in memory, in bytes: what is longer goes to a temporary file. */
const MEMORY_LIMIT = 16 * 1024 ** 2;

/** The most of a stream that is kept where there is no disk, in bytes. */
const BLOB_LIMIT = 512 * 1024 ** 2;

/** Opens what can be read in pieces; a stream is put aside first, because its size has to be announced. */
export async function openContent(source: FileSource, signal: AbortSignal): Promise<Content> {
  const content = source.path === undefined ? await held(source, signal) : await onDisk(source.path);
  if (content.size > 0 && content.size <= UPLOAD_LIMIT) {
    return content;
  }
  await content.close();
  throw content.size === 0 ? emptyFile(source) : tooLarge(source);
}

async function onDisk(path: string): Promise<Content> {
  const file = await diskFile(path);
  if (!file) {
    throw new FileSourceError(`${path} is no file any more.`, { code: "changed" });
  }
  return { size: file.size, ...(await file.open()) };
}

async function held(source: FileSource, signal: AbortSignal): Promise<Content> {
  const { slice, size } = source;
  if (slice && size !== undefined) {
    return inMemory(size, slice);
  }
  const chunks = abortable(source.read(), signal);
  return isNode ? await putAside(source, chunks) : await collected(source, chunks);
}

function inMemory(size: number, read: Content["read"]): Content {
  return { size, read, scan: read, unchanged: async () => undefined, close: async () => undefined };
}

/** Short streams in memory, long ones in a temporary file. */
async function putAside(source: FileSource, chunks: AsyncGenerator<Uint8Array>): Promise<Content> {
  const begun: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  while (size <= MEMORY_LIMIT) {
    const { done, value } = await chunks.next();
    if (done) {
      const bytes = new Uint8Array(await new Blob(begun).arrayBuffer());
      return inMemory(size, async function* (start, end) {
        yield bytes.subarray(start, end);
      });
    }
    // A copy: whoever yields may use the same buffer for its next piece.
    begun.push(new Uint8Array(value));
    size += value.length;
  }

  const { fs, os, path } = await nodeModules();
  const directory = await fs.promises.mkdtemp(path.join(os.tmpdir(), "fermion-upload-"));
  const temporary = path.join(directory, "stream");
  const handle = await fs.promises.open(temporary, "wx+", 0o600);
  const remove = () => fs.promises.rm(directory, { recursive: true, force: true });
  const close = async () => {
    await handle.close();
    await remove();
  };
  try {
    // While it is open, a file needs no name: nothing is left of it even if the process is killed. Not so on Windows.
    await remove().catch(() => undefined);
    let written = 0;
    const keep = async (chunk: Uint8Array) => {
      for (let done = 0; done < chunk.length; ) {
        done += (await handle.write(chunk, done, chunk.length - done, written + done)).bytesWritten;
      }
      written += chunk.length;
      if (written > UPLOAD_LIMIT) {
        throw tooLarge(source);
      }
    };
    for (let chunk = begun.shift(); chunk; chunk = begun.shift()) {
      await keep(chunk);
    }
    for await (const chunk of chunks) {
      await keep(chunk);
    }
    return {
      size: written,
      read: (start, end) => readRange(handle, temporary, start, end),
      scan: (start, end) => scanRange(handle, temporary, start, end),
      unchanged: async () => undefined,
      close,
    };
  } catch (cause) {
    await close();
    if (cause instanceof Error && "syscall" in cause) {
      throw new FileSourceError(
        `The stream couldn't be put aside in ${os.tmpdir()}, which it is because its size must be known before it is sent: ${cause.message}`,
        { cause },
      );
    }
    throw cause;
  }
}

/** Elsewhere there is no disk to write to, but browsers move large blobs to theirs. */
async function collected(source: FileSource, chunks: AsyncGenerator<Uint8Array>): Promise<Content> {
  const step = 8 * 1024 ** 2;
  const blobs: Blob[] = [];
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  let waiting = 0;
  for await (const chunk of chunks) {
    pieces.push(new Uint8Array(chunk));
    size += chunk.length;
    waiting += chunk.length;
    if (size > BLOB_LIMIT) {
      throw new ConfigurationError(
        `The stream ${source.name} is longer than ${BLOB_LIMIT / 1024 ** 2} MB, the most that is kept of one outside Node. Give a File or Blob.`,
      );
    }
    if (waiting >= step) {
      blobs.push(new Blob(pieces));
      pieces = [];
      waiting = 0;
    }
  }
  const whole = new Blob([...blobs, ...pieces]);
  return inMemory(size, async function* (start, end) {
    yield new Uint8Array(await whole.slice(start, end).arrayBuffer());
  });
}

/** A stream that gives nothing can be waited for without end; the signal ends that. */
async function* abortable(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let stop = () => {};
  const stopped = new Promise<"stopped">((resolve) => {
    stop = () => resolve("stopped");
  });
  const stopListening = listenForAbort(signal, stop);
  let ended = false;
  try {
    for (;;) {
      const step = signal.aborted ? "stopped" : await Promise.race([iterator.next(), stopped]);
      if (step === "stopped") {
        throw new APIUserAbortError();
      }
      if (step.done) {
        ended = true;
        return;
      }
      yield step.value;
    }
  } finally {
    stopListening();
    if (!ended) {
      // Not awaited: it can't end before the piece comes that it is waiting for. What it was told before comes first.
      void iterator.return?.().catch(() => undefined);
    }
  }
}

function tooLarge(source: FileSource): ConfigurationError {
  return new ConfigurationError(
    `The file ${source.path ?? source.name} is larger than ${UPLOAD_LIMIT / 1024 ** 3} GB, the most that an upload may have.`,
  );
}
