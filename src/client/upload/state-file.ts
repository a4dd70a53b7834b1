import { durableFile } from "../durable-file.ts";
import { UploadStateError } from "../errors.ts";
import { FileLockedError, lockFile } from "../file-lock.ts";
import type { UploadStateStore } from "./options.ts";

/** Keeps the state of an upload in one file, whatever the key. */
export async function stateFile(path: string): Promise<UploadStateStore> {
  const { read, write, remove } = await durableFile(path);
  return { load: read, save: (_key, state) => write(state), remove };
}

/**
 * Takes a lock, so that two processes don't send the same file to the same place.
 *
 * @returns what gives it back
 * @throws UploadStateError if another upload holds it, or it can't be written
 */
export async function lockState(path: string): Promise<() => Promise<void>> {
  try {
    return await lockFile(path);
  } catch (cause) {
    if (cause instanceof FileLockedError) {
      throw new UploadStateError(
        `Another upload of this file to the same place is running (process ${cause.pid ?? "unknown"}). ` +
          `Wait for it. If there is none, delete ${path}.`,
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
