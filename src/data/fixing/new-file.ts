import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DataError } from "../errors.ts";

/** A file of lines that is there as a whole once it is finished, and not before. */
export interface NewFile {
  /** How many lines there are so far. */
  readonly lines: number;
  line(text: string | Uint8Array): Promise<void>;
  /** Puts it into its place, if it has a line; what lay there before is gone in any case. */
  finish(): Promise<void>;
  /** Leaves nothing of it, once it is finished nothing more happens. */
  discard(): Promise<void>;
}

/** So many bytes are gathered before they are written. */
const CHUNK = 256 * 1024;
const LINE_FEED = Buffer.from("\n");

/** Begins a file beside its place, readable by its owner alone: it may hold what others must not see. */
export async function newFile(path: string): Promise<NewFile> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(4).toString("hex")}.tmp`);
  await mkdir(folder, { recursive: true });
  const file: FileHandle = await open(temporary, "wx", 0o600);
  let gathered: Uint8Array[] = [];
  let size = 0;
  let lines = 0;
  let isOpen = true;
  const flush = async () => {
    const chunk = Buffer.concat(gathered);
    gathered = [];
    size = 0;
    await file.writeFile(chunk);
  };
  const close = async () => {
    isOpen = false;
    await file.close();
  };
  return {
    get lines() {
      return lines;
    },
    async line(text) {
      const bytes = typeof text === "string" ? Buffer.from(text) : text;
      gathered.push(bytes, LINE_FEED);
      size += bytes.length;
      lines++;
      if (size >= CHUNK) await flush();
    },
    async finish() {
      await flush();
      await file.sync();
      await close();
      if (lines > 0) await rename(temporary, path);
      else {
        await rm(temporary, { force: true });
        await rm(path, { force: true });
      }
    },
    async discard() {
      if (!isOpen) return;
      await close();
      await rm(temporary, { force: true });
    },
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
