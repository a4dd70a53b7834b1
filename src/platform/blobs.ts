import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { newId } from "./ids.ts";

/** Bytes that have arrived and are hashed, and are kept or thrown away by whoever asked for them. */
export interface ReceivedBlob {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Lower-case hex, where it was asked for. */
  readonly md5: string | undefined;
  /**
   * Makes it a blob. Synchronous: between this and the row that refers to it nothing may run, or a deletion of the same
   * bytes under another name could take them away.
   */
  keep(): void;
  /** Throws it away, unless it was kept. */
  discard(): void;
}

/** Files named by the SHA-256 of their bytes, so that the same bytes are kept once. */
export interface Blobs {
  /** Writes a stream to disk as it comes, and hashes it on the way. What is half written is gone if it fails. */
  receive(source: AsyncIterable<Uint8Array>, options?: { md5?: boolean }): Promise<ReceivedBlob>;
  path(sha256: string): string;
  read(sha256: string): Readable;
  delete(sha256: string): void;
  /** Deletes every blob that isn't needed: what a killed process left behind. */
  sweep(needed: ReadonlySet<string>): void;
}

/** Keeps blobs in a directory. */
export function createBlobs(directory: string): Blobs {
  const arriving = join(directory, "arriving");
  // Nothing arrives yet: what lies here was cut off by the end of an earlier process.
  rmSync(arriving, { recursive: true, force: true });
  mkdirSync(arriving, { recursive: true });
  const folder = (sha256: string) => join(directory, sha256.slice(0, 2));
  const path = (sha256: string) => join(folder(sha256), sha256);

  return {
    async receive(source, { md5 = false } = {}) {
      const temporary = join(arriving, newId("blob-"));
      const file = await open(temporary, "wx", 0o600);
      try {
        const hashes = await writeHashed(file, source, md5);
        await file.sync();
        await file.close();
        return {
          ...hashes,
          keep() {
            const { sha256 } = hashes;
            if (existsSync(path(sha256))) {
              rmSync(temporary);
              return;
            }
            mkdirSync(folder(sha256), { recursive: true });
            renameSync(temporary, path(sha256));
            syncDirectory(folder(sha256));
          },
          discard: () => rmSync(temporary, { force: true }),
        };
      } catch (error) {
        await file.close().catch(() => {
          // Closed already: what failed is worth telling, not this.
        });
        rmSync(temporary, { force: true });
        throw error;
      }
    },
    path,
    read: (sha256) => createReadStream(path(sha256)),
    delete: (sha256) => rmSync(path(sha256), { force: true }),
    sweep(needed) {
      for (const prefix of readdirSync(directory)) {
        if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
        for (const name of readdirSync(join(directory, prefix))) {
          if (!needed.has(name)) rmSync(join(directory, prefix, name), { force: true });
        }
      }
    },
  };
}

async function writeHashed(file: FileHandle, source: AsyncIterable<Uint8Array>, withMd5: boolean) {
  const sha256 = createHash("sha256");
  const md5 = withMd5 ? createHash("md5") : undefined;
  let bytes = 0;
  for await (const chunk of source) {
    sha256.update(chunk);
    md5?.update(chunk);
    let written = 0;
    while (written < chunk.length) {
      written += (await file.write(chunk, written, chunk.length - written)).bytesWritten;
    }
    bytes += chunk.length;
  }
  return { bytes, sha256: sha256.digest("hex"), md5: md5?.digest("hex") };
}

/** A rename is only safe from a power failure when its directory is. Windows can't do it, and needn't. */
function syncDirectory(directory: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
