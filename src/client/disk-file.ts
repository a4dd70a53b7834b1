import type { FileHandle } from "node:fs/promises";
import { FileSourceError } from "./errors.ts";
import { type NodeModules, nodeModules } from "./node-modules.ts";

/** A file on disk as it was when it was first looked at. */
export interface DiskFile {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  /** Opens it, and makes sure that it is still the same. */
  open(): Promise<OpenFile>;
}

/** A file that is open for reading. */
export interface OpenFile {
  /** The bytes from `start` to before `end`. Several may read at the same time. */
  read(start: number, end: number): AsyncGenerator<Uint8Array>;
  /** As `read`, for who is done with a piece when asking for the next: all of them are in the same memory. */
  scan(start: number, end: number): AsyncGenerator<Uint8Array>;
  /** @throws FileSourceError if it is another file by now, or has another size or time of change */
  unchanged(): Promise<void>;
  close(): Promise<void>;
}

/** Large enough that the calls between don't count, small enough that a few of them in flight don't either. */
const CHUNK = 256 * 1024;

/**
 * Looks at a file on disk.
 *
 * @returns `undefined` for a pipe or a device, which can be read once and has no size
 * @throws FileSourceError if it isn't there, can't be looked at, or is a directory
 */
export async function diskFile(given: string | URL): Promise<DiskFile | undefined> {
  const node = await nodeModules();
  const { fs } = node;
  const path = node.path.resolve(given instanceof URL ? node.url.fileURLToPath(given) : given);
  const first = await stat(node, path);
  if (first.isDirectory()) {
    throw new FileSourceError(`${path} is a directory. Give the path of a file.`, { code: "not_a_file" });
  }
  if (!first.isFile()) {
    return undefined;
  }
  const size = Number(first.size);

  async function unchanged(): Promise<void> {
    const now = await stat(node, path);
    if (now.size !== first.size) {
      const how = now.size > first.size ? "grew" : "shrank";
      throw changed(`The file ${path} ${how} while it was sent: it had ${size} bytes. Send it again.`);
    }
    // A file that was written anew under its name has another number; one written into has another time.
    if (now.mtimeNs !== first.mtimeNs || now.ino !== first.ino || now.dev !== first.dev) {
      throw changed(`The file ${path} was changed while it was sent. Send it again.`);
    }
  }

  return {
    path,
    size,
    async open() {
      const handle = await fs.promises.open(path).catch((cause: unknown) => {
        throw unreadable(path, cause);
      });
      try {
        await unchanged();
      } catch (error) {
        await handle.close();
        throw error;
      }
      return {
        read: (start, end) => readRange(handle, path, start, end),
        scan: (start, end) => scanRange(handle, path, start, end),
        unchanged,
        close: () => handle.close(),
      };
    },
  };
}

/** The bytes of an open file from `start` to before `end`, by position: several may read at the same time. */
export async function* readRange(
  handle: FileHandle,
  path: string,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  const load = (position: number) =>
    position < end
      ? readAt(handle, path, position, new Uint8Array(Math.min(CHUNK, end - position)))
      : undefined;
  let next = load(start);
  for (let position = start; next; ) {
    const chunk = await next;
    position += chunk.length;
    // One piece is read while the one before is being sent.
    next = load(position);
    next?.catch(() => {
      // Thrown when it is asked for; if it never is, it doesn't matter.
    });
    yield chunk;
  }
}

/** As `readRange`, into one piece of memory. */
export async function* scanRange(
  handle: FileHandle,
  path: string,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(Math.min(CHUNK, end - start));
  for (let position = start; position < end; ) {
    const room = memory.subarray(0, Math.min(memory.length, end - position));
    const chunk = await readAt(handle, path, position, room);
    position += chunk.length;
    yield chunk;
  }
}

async function readAt(
  handle: FileHandle,
  path: string,
  position: number,
  room: Uint8Array,
): Promise<Uint8Array> {
  const { bytesRead } = await handle.read(room, 0, room.length, position).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (bytesRead === 0) {
    throw changed(`The file ${path} shrank while it was sent. Send it again.`);
  }
  return room.subarray(0, bytesRead);
}

async function stat({ fs }: NodeModules, path: string) {
  return await fs.promises.stat(path, { bigint: true }).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

function changed(message: string): FileSourceError {
  return new FileSourceError(message, { code: "changed" });
}

function unreadable(path: string, cause: unknown): FileSourceError {
  const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  const why = cause instanceof Error ? cause.message : String(cause);
  return new FileSourceError(`The file ${path} couldn't be read: ${why}`, {
    code: missing ? "not_found" : "unreadable",
    cause,
  });
}
