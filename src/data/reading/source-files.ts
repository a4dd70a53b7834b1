import { lstat, stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { glob, isDynamicPattern } from "tinyglobby";
import { DataError } from "../errors.ts";

/** A file on disk, or a pipe. */
export interface NamedFile {
  /** As the caller named it. */
  readonly file: string;
  readonly path: string;
  /** In bytes; undefined for a pipe or a device, which can be read once and has no size. */
  readonly size: number | undefined;
}

/**
 * The files that a path or pattern means, in the order of their names.
 *
 * @param asGlob - whether it is a pattern; if undefined, it is one if it has its characters and no such file exists
 * @throws DataError if there is none, or it is something else
 */
export async function namedFiles(given: string | URL, asGlob: boolean | undefined): Promise<NamedFile[]> {
  if (given instanceof URL) {
    if (given.protocol !== "file:") {
      throw new DataError(
        `Data can be read from URLs that begin with file:, not ${given.protocol} Give the body of fetch's response instead.`,
        { code: "invalid_option" },
      );
    }
    const path = fileURLToPath(given);
    return [await namedFile(path)];
  }
  if (given === "") {
    throw new DataError("The name of the file is empty.", { code: "invalid_option" });
  }
  const isPattern = asGlob ?? (isDynamicPattern(given) && !(await exists(given)));
  return isPattern ? matches(given) : [await namedFile(given)];
}

async function matches(pattern: string): Promise<NamedFile[]> {
  const names = await glob(pattern, {
    absolute: isAbsolute(pattern),
    expandDirectories: false,
    onlyFiles: true,
  });
  // Links may lead to a file on several ways, and in circles. It is read once, by the shortest of its names.
  names.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const found = new Map<string, NamedFile>();
  for (const name of names) {
    const stats = await lookAt(name);
    const identity = `${stats.dev}:${stats.ino}`;
    if (!stats.isDirectory() && !found.has(identity)) found.set(identity, sized(name, stats));
  }
  const files = [...found.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
  if (files.length === 0) {
    throw new DataError(
      `No file matches ${pattern}. Patterns are relative to the working directory, ${process.cwd()}; names that begin with a dot have to be named with it.`,
      { code: "no_match", file: pattern },
    );
  }
  return files;
}

async function namedFile(path: string): Promise<NamedFile> {
  const stats = await lookAt(path);
  if (stats.isDirectory()) {
    throw new DataError(`${path} is a directory. Give a file, or a pattern such as ${path}/*.jsonl.`, {
      code: "not_a_file",
      file: path,
    });
  }
  return sized(path, stats);
}

function sized(path: string, stats: Awaited<ReturnType<typeof stat>>): NamedFile {
  return { file: path, path, size: stats.isFile() ? Number(stats.size) : undefined };
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function lookAt(path: string) {
  return await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

/** What the system says of a file that it couldn't read. */
export function unreadable(file: string, cause: unknown): DataError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new DataError(
      `There is no file ${file}. Paths are relative to the working directory, ${process.cwd()}.`,
      {
        code: "not_found",
        file,
        cause,
      },
    );
  }
  if (code === "ELOOP") {
    return new DataError(`${file} is a link that leads back to itself, so there is no file behind it.`, {
      code: "link_loop",
      file,
      cause,
    });
  }
  if (code === "EISDIR") {
    return new DataError(`${file} is a directory. Give a file.`, { code: "not_a_file", file, cause });
  }
  if (code === "EACCES" || code === "EPERM") {
    return new DataError(`${file} may not be read by this user. Give it permission to, as chmod u+r does.`, {
      code: "unreadable",
      file,
      cause,
    });
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DataError(`${file} couldn't be read: ${why}`, { code: "unreadable", file, cause });
}
