import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DataError } from "../errors.ts";
import { type LineFile, lineFile } from "../line-file.ts";

/** A file of lines that is there as a whole once it is finished, and not before. */
export interface NewFile extends Pick<LineFile, "lines" | "line"> {
  /** Puts it into its place, if it has a line; what lay there before is gone in any case. */
  finish(): Promise<void>;
  /** Leaves nothing of it; once it is finished nothing more happens. */
  discard(): Promise<void>;
}

/** Begins a file beside its place. */
export async function newFile(path: string): Promise<NewFile> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(4).toString("hex")}.tmp`);
  await mkdir(folder, { recursive: true });
  const file = await lineFile(temporary, { flag: "wx" });
  return {
    get lines() {
      return file.lines;
    },
    line: file.line,
    async finish() {
      await file.seal();
      if (file.lines > 0) await rename(temporary, path);
      else {
        await file.discard();
        await rm(path, { force: true });
      }
    },
    discard: file.discard,
  };
}

/**
 * Refuses paths that must not be written to: files that are there already, unless they may be replaced, and the sources in
 * any case, by whatever name.
 *
 * @throws {@link DataError} `exists` or `invalid_option`
 */
export async function refuseTaken(
  paths: Readonly<Record<string, string>>,
  sources: readonly string[],
  force: boolean,
): Promise<void> {
  const identities = new Set<string>();
  for (const source of sources) {
    const identity = await identityOf(source);
    if (identity !== undefined) identities.add(identity);
  }
  const seen = new Set<string>();
  for (const [field, path] of Object.entries(paths)) {
    if (seen.has(path)) {
      throw new DataError(`Two files would be written to ${path}. Give \`${field}\` another path.`, {
        code: "invalid_option",
        file: path,
        field,
      });
    }
    seen.add(path);
    const identity = await identityOf(path);
    if (identity === undefined) continue;
    if (identities.has(identity)) {
      throw new DataError(`${path} is what is read, and is never written over. Give another path.`, {
        code: "invalid_option",
        file: path,
        field,
      });
    }
    if (!force) {
      throw new DataError(
        `${path} is there already. Remove it, give another path, or say that it may be replaced (\`force\`).`,
        { code: "exists", file: path, field },
      );
    }
  }
}

async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    // There is nothing; what else may be wrong with the path is said by who reads or writes it.
    return undefined;
  }
}
