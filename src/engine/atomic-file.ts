import { createHash, randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** What came to lie on the disk. */
export interface WrittenFile {
  readonly bytes: number;
  /** Of the whole content, in hexadecimal. */
  readonly sha256: string;
}

/**
 * Writes a file so that whoever reads the path sees the old content or the whole new one, also after a crash or a power
 * cut: into a temporary file beside it, to the disk, then renamed.
 *
 * @param chunks the content; a chunk is read before the next is asked for, so one buffer may serve for all
 * @throws what the file system or `chunks` throws; the temporary file is then gone and the path as it was
 */
export async function writeFileAtomically(path: string, chunks: Iterable<Uint8Array>): Promise<WrittenFile> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    const file = await open(temporary, "wx");
    try {
      for (const chunk of chunks) {
        hash.update(chunk);
        for (let done = 0; done < chunk.length; ) {
          done += (await file.write(chunk, done, chunk.length - done)).bytesWritten;
        }
        bytes += chunk.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
  return { bytes, sha256: hash.digest("hex") };
}

/** Brings a renaming to the disk, which syncing the file alone does not. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory, and journals the renaming by itself.
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
