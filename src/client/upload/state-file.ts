import { durableFile } from "../durable-file.ts";
import { UploadStateError } from "../errors.ts";
import { FileLockedError, lockFile } from "../file-lock.ts";
import { nodeModules } from "../node-modules.ts";
import type { UploadStateStore } from "./options.ts";

/** Keeps the state of an upload in one file, whatever the key. */
export async function stateFile(path: string): Promise<UploadStateStore> {
  const { read, write, remove } = await durableFile(path);
  return { load: read, save: (_key, state) => write(state), remove };
}

/** What has given no sign of life for so long is taken for dead where it can't be asked, in milliseconds. */
const DEAD_AFTER = 60_000;

/**
 * Takes a lock, so that two processes don't send the same file to the same place.
 *
 * @returns what gives it back
 * @throws UploadStateError if another upload holds it, or it can't be written
 */
export async function lockState(path: string): Promise<() => Promise<void>> {
  try {
    return await lockFile(await nodeModules(), path, { deadAfter: DEAD_AFTER });
  } catch (cause) {
    if (cause instanceof FileLockedError) {
      throw new UploadStateError(
        `Another upload of this file to the same place is running (process ${cause.holder.pid}). ` +
          `Wait for it. If there is none, delete ${cause.path}.`,
        { code: "in_use" },
      );
    }
    throw new UploadStateError(
      `The state of the upload can't be kept beside its source: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        "Give another place as resume: { load, save, remove }.",
      { code: "unwritable", cause },
    );
  }
}
