import type { NodeModules } from "./node-modules.ts";

/** How a file is replaced. */
export interface ReplaceOptions {
  /**
   * What is written first, in the same folder. The same name each time: what a killed process leaves is written over by the
   * next. A lock has to see to it that only one writes; where there is none, each needs a name of its own.
   *
   * @default the path with `.tmp` behind it
   */
  readonly temporary?: string;
  /** @default 0o600 */
  readonly mode?: number;
}

/**
 * Replaces a file as a whole: whoever reads it sees the old content or the new one, also after a power failure.
 *
 * @param node - Node's modules: they are given, so that a build for browsers has none of them
 * @throws the error of the file system if it can't be written; the old content is there then
 */
export async function replaceFile(
  node: Pick<NodeModules, "fs" | "path">,
  path: string,
  content: string,
  options: ReplaceOptions = {},
): Promise<void> {
  const { temporary = `${path}.tmp`, mode = 0o600 } = options;
  const { open, rename, rm } = node.fs.promises;
  try {
    const file = await open(temporary, "w", mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(node, node.path.dirname(path));
}

/** A rename is safe from a power failure only when its directory is. Windows can't do it, and needn't. */
export async function syncDirectory({ fs }: Pick<NodeModules, "fs">, directory: string): Promise<void> {
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
