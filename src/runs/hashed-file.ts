import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { isCode } from "../client/error-code.ts";
import { syncDirectory } from "../client/replace-file.ts";

/** A file that lies under a name with its hash in it, so that what is there is whole. */
export interface HashedFile {
  /** Its name in the folder. */
  readonly name: string;
  /** Of its bytes, as lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly lines: number;
}

/** Writes a file of lines whose name is known once its content is. */
export interface HashedWriter {
  /** How many there are so far. */
  readonly lines: number;
  line(text: string): Promise<void>;
  /** Brings it to the disk. */
  finish(): Promise<HashedFile>;
  /** Leaves nothing of it. */
  discard(): Promise<void>;
}

/** So many characters are gathered before they are written. */
const CHUNK = 256 * 1024;

/** @param title - the beginning of its name, such as `v1.training` @param ending - such as `.jsonl` */
export async function hashedFile(folder: string, title: string, ending: string): Promise<HashedWriter> {
  const temporary = join(folder, `${title}${ending}.tmp`);
  const file: FileHandle = await open(temporary, "w", 0o600);
  const hash = createHash("sha256");
  let gathered = "";
  let bytes = 0;
  let lines = 0;
  let isOpen = true;
  const flush = async () => {
    const chunk = Buffer.from(gathered);
    gathered = "";
    hash.update(chunk);
    bytes += chunk.length;
    await file.writeFile(chunk);
  };
  const close = async () => {
    if (isOpen) {
      isOpen = false;
      await file.close();
    }
  };
  return {
    get lines() {
      return lines;
    },
    async line(text) {
      gathered += `${text}\n`;
      lines++;
      if (gathered.length >= CHUNK) {
        await flush();
      }
    },
    async finish() {
      await flush();
      await file.sync();
      await close();
      const sha256 = hash.digest("hex");
      const name = `${title}-${sha256.slice(0, 12)}${ending}`;
      await rename(temporary, join(folder, name));
      await syncDirectory({ fs }, folder);
      return { name, sha256, bytes, lines };
    },
    async discard() {
      await close();
      await rm(temporary, { force: true });
    },
  };
}

/** Whether a file is there and is what it was. */
export async function isWhole(folder: string, file: HashedFile): Promise<boolean> {
  try {
    return (await sha256OfFile(join(folder, file.name))) === file.sha256;
  } catch (error) {
    if (isCode(error, "ENOENT")) {
      return false;
    }
    throw error;
  }
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(fs.createReadStream(path), hash);
  return hash.digest("hex");
}
