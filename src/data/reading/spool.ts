import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ByteSlices, openSlices } from "./file-bytes.ts";

/**
 * Puts a stream aside, so that any piece of it can be read. Closing it deletes it.
 *
 * @param file - the name for errors
 */
export async function spool(bytes: AsyncIterable<Uint8Array>, file: string): Promise<ByteSlices> {
  const folder = await mkdtemp(join(tmpdir(), "fermion-data-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, "data");
  try {
    const handle = await open(path, "wx", 0o600);
    try {
      for await (const chunk of bytes) await handle.writeFile(chunk);
    } finally {
      await handle.close();
    }
    const slices = await openSlices({ file, path, size: undefined });
    return { ...slices, close: () => slices.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
