import { isCode } from "./error-code.ts";
import { nodeModules } from "./node-modules.ts";
import { replaceFile } from "./replace-file.ts";

/** A small file that is written whole or not at all, and stays after the power has failed. */
export interface DurableFile {
  /** `undefined` if it isn't there. */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
  remove(): Promise<void>;
}

/** @param path - of the file; `path.tmp` beside it is written first, so a lock has to keep others from writing */
export async function durableFile(path: string): Promise<DurableFile> {
  const node = await nodeModules();
  const { readFile, rm } = node.fs.promises;
  return {
    async read() {
      try {
        return await readFile(path, "utf8");
      } catch (error) {
        if (isCode(error, "ENOENT")) {
          return undefined;
        }
        throw error;
      }
    },
    write: (text) => replaceFile(node, path, text),
    async remove() {
      await rm(path, { force: true });
      await rm(`${path}.tmp`, { force: true });
    },
  };
}
