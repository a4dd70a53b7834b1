import { type FileHandle, open } from "node:fs/promises";
import { DataError } from "../errors.ts";
import { type NamedFile, unreadable } from "./source-files.ts";

/** Any piece of a file. */
export interface ByteSlices {
  readonly size: number;
  /** The bytes from `start` to before `end`, in memory of their own. */
  slice(start: number, end: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

const CHUNK = 256 * 1024;

/**
 * The bytes of a file from its beginning. A chunk is good until the one after the next is asked for: two pieces of memory
 * serve a file of any size, one being read into while the other is looked at.
 */
export async function* readFile({ file, path, size }: NamedFile): AsyncGenerator<Uint8Array> {
  const handle = await openFile(file, path);
  // A pipe has no positions. It is asked for more only when the last is done with, because a read can't be taken back.
  const isPipe = size === undefined;
  let position = 0;
  let pending: Promise<Uint8Array> | undefined;
  const load = (memory: Uint8Array) => {
    const loaded = readInto(handle, file, memory, isPipe ? null : position);
    // Thrown where it is awaited; if it never is, the file isn't wanted any more.
    loaded.catch(() => undefined);
    return loaded;
  };
  const memories = [Buffer.allocUnsafeSlow(CHUNK), Buffer.allocUnsafeSlow(CHUNK)] as const;
  try {
    for (let turn = 0; ; turn = 1 - turn) {
      const chunk: Uint8Array = await (pending ?? load(turn === 0 ? memories[0] : memories[1]));
      pending = undefined;
      if (chunk.length === 0) {
        if (size !== undefined && position < size) throw becameShorter(file, position, size);
        return;
      }
      position += chunk.length;
      if (!isPipe) pending = load(turn === 0 ? memories[1] : memories[0]);
      yield chunk;
    }
  } finally {
    await pending?.catch(() => undefined);
    await handle.close();
  }
}

/** A file of which any piece can be read. */
export async function openSlices({ file, path }: NamedFile): Promise<ByteSlices> {
  const handle = await openFile(file, path);
  const { size } = await handle.stat();
  return {
    size,
    async slice(start, end) {
      const bytes = new Uint8Array(end - start);
      for (let filled = 0; filled < bytes.length; ) {
        const piece = await readInto(handle, file, bytes.subarray(filled), start + filled);
        if (piece.length === 0) throw becameShorter(file, start + filled, size);
        filled += piece.length;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

/** Any piece of bytes that are in memory. */
export function memorySlices(bytes: Uint8Array): ByteSlices {
  return {
    size: bytes.length,
    // A Buffer's own slice would be a view of memory that it shares.
    slice: async (start, end) => new Uint8Array(bytes.subarray(start, end)),
    close: async () => undefined,
  };
}

/** Any piece of a blob. */
export function blobSlices(blob: Blob): ByteSlices {
  return {
    size: blob.size,
    slice: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
    close: async () => undefined,
  };
}

/** Whoever writes it isn't done, and what has been read of it may be of two versions. */
function becameShorter(file: string, position: number, size: number): DataError {
  return new DataError(
    `${file} has become shorter while it was read: it ends after ${position} of ${size} bytes. Read it again when it is complete.`,
    { code: "unreadable", file },
  );
}

async function openFile(file: string, path: string): Promise<FileHandle> {
  return await open(path).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
}

async function readInto(
  handle: FileHandle,
  file: string,
  memory: Uint8Array,
  position: number | null,
): Promise<Uint8Array> {
  const { bytesRead } = await handle.read(memory, 0, memory.length, position).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  return memory.subarray(0, bytesRead);
}
