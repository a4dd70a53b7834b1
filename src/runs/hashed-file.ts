import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { isCode } from "../client/error-code.ts";
import { syncDirectory } from "../client/replace-file.ts";
import { type LineFile, lineFile } from "../data/line-file.ts";

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
export interface HashedWriter extends Pick<LineFile, "lines" | "line" | "discard"> {
  /** Brings it to the disk. */
  finish(): Promise<HashedFile>;
}

/** @param title - the beginning of its name, such as `v1.training` @param ending - such as `.jsonl` */
export async function hashedFile(folder: string, title: string, ending: string): Promise<HashedWriter> {
  const temporary = join(folder, `${title}${ending}.tmp`);
  const hash = createHash("sha256");
  let bytes = 0;
  const file = await lineFile(temporary, {
    // What a killed process left is written over.
    flag: "w",
    onChunk(chunk) {
      hash.update(chunk);
      bytes += chunk.length;
    },
  });
  return {
    get lines() {
      return file.lines;
    },
    line: file.line,
    async finish() {
      await file.seal();
      const sha256 = hash.digest("hex");
      const name = `${title}-${sha256.slice(0, 12)}${ending}`;
      await rename(temporary, join(folder, name));
      await syncDirectory({ fs }, folder);
      return { name, sha256, bytes, lines: file.lines };
    },
    discard: file.discard,
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
