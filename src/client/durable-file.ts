import { isCode } from "./error-code.ts";
import { nodeModules } from "./node-modules.ts";

/** A small file that is written whole or not at all, and stays after the power has failed. */
export interface DurableFile {
  /** `undefined` if it isn't there. */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
  remove(): Promise<void>;
}

/** @param path - of the file; `path.tmp` beside it is written first */
export async function durableFile(path: string): Promise<DurableFile> {
  const { fs, path: paths } = await nodeModules();
  // Always the same name: what a killed process leaves is written over by the next. A lock sees to it that only one
  // writes.
  const temporary = `${path}.tmp`;
  return {
    async read() {
      try {
        return await fs.promises.readFile(path, "utf8");
      } catch (error) {
        if (isCode(error, "ENOENT")) {
          return undefined;
        }
        throw error;
      }
    },
    async write(text) {
      const file = await fs.promises.open(temporary, "w", 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await fs.promises.rename(temporary, path);
      await syncDirectory(paths.dirname(path));
    },
    async remove() {
      await fs.promises.rm(path, { force: true });
      await fs.promises.rm(temporary, { force: true });
    },
  };

  /** A rename is safe from a power failure only when its directory is. Windows can't do it, and needn't. */
  async function syncDirectory(directory: string): Promise<void> {
    if (globalThis.process.platform === "win32") {
      return;
    }
    const handle = await fs.promises.open(directory, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
