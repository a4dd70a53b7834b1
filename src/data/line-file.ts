import { open, rm } from "node:fs/promises";

/** A file that lines are written to. */
export interface LineFile {
  /** How many lines there are so far. */
  readonly lines: number;
  line(text: string | Uint8Array): Promise<void>;
  /** Brings all of it to the disk, and closes it. */
  seal(): Promise<void>;
  /** Closes and deletes it; harmless when it has been moved away. */
  discard(): Promise<void>;
}

/** So many bytes are gathered before they are written. */
const CHUNK = 256 * 1024;
const LINE_FEED = Buffer.from("\n");

/**
 * Begins a file, readable by its owner alone: it may hold what others must not see.
 *
 * @param options - `flag` is that of the file system, such as `wx` for a file that must not be there; `onChunk` sees the bytes
 */
export async function lineFile(
  path: string,
  options: { readonly flag: "w" | "wx"; readonly onChunk?: (chunk: Uint8Array) => void },
): Promise<LineFile> {
  const file = await open(path, options.flag, 0o600);
  let gathered: Uint8Array[] = [];
  let size = 0;
  let lines = 0;
  let isOpen = true;
  const flush = async () => {
    const chunk = Buffer.concat(gathered);
    gathered = [];
    size = 0;
    options.onChunk?.(chunk);
    await file.writeFile(chunk);
  };
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    await file.close();
  };
  return {
    get lines() {
      return lines;
    },
    async line(text) {
      const bytes = typeof text === "string" ? Buffer.from(text) : text;
      gathered.push(bytes, LINE_FEED);
      size += bytes.length;
      lines++;
      if (size >= CHUNK) await flush();
    },
    async seal() {
      await flush();
      await file.sync();
      await close();
    },
    async discard() {
      await close();
      await rm(path, { force: true });
    },
  };
}
