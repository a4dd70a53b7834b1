import * as fs from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import * as nodePath from "node:path";
import * as z from "zod";
import { isCode } from "../client/error-code.ts";
import { replaceFile } from "../client/replace-file.ts";
import { ConfigurationError } from "../index.ts";
import { RunFileError } from "./errors.ts";
import { RUN_FILE_SCHEMA, type RunFile, type RunVersion, runFileSchema } from "./run-file-schema.ts";

/** Where runs are kept unless it is said. */
export const RUNS_DIRECTORY = ".fermion";

/** Where the parts of a run are. */
export interface RunPaths {
  /** Its file. */
  readonly file: string;
  readonly lock: string;
  /** The folder of its prepared files. */
  readonly folder: string;
}

/** @throws ConfigurationError if it can't be a run's name */
export function runPaths(run: string, directory: string): RunPaths {
  if (typeof run !== "string" || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(run)) {
    throw new ConfigurationError(
      "The name of a run has 1 to 64 letters, digits, dots, underscores and hyphens, and begins with a letter or digit: " +
        "its files and its model are named after it.",
    );
  }
  return {
    file: nodePath.join(directory, `${run}.json`),
    lock: nodePath.join(directory, `${run}.lock`),
    folder: nodePath.join(directory, `${run}.files`),
  };
}

/**
 * Reads a run's file.
 *
 * @returns undefined if there is none
 * @throws RunFileError if what lies there can't be a run's file
 */
export async function readRunFile(run: string, path: string): Promise<RunFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) {
      return undefined;
    }
    throw error;
  }
  const damaged = (why: string, cause?: unknown) =>
    new RunFileError(
      `${path} can't be read as the file of a run: ${why}. Bring it back from a backup to go on. To begin anew, move it ` +
        `and the folder ${run}.files away: what it knew of files, jobs and models is then on the platform alone.`,
      { run, code: "damaged", path, cause },
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged("it isn't JSON", cause);
  }
  const form = z.object({ schema: z.number() }).safeParse(value).data?.schema;
  if (form !== undefined && form > RUN_FILE_SCHEMA) {
    throw new RunFileError(
      `${path} was written by a newer version of this package (form ${form}; this one knows ${RUN_FILE_SCHEMA}). Update it.`,
      { run, code: "newer", path },
    );
  }
  const parsed = runFileSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw damaged(`${issue?.path.join(".") || "it"}: ${issue?.message ?? "of another form"}`, parsed.error);
  }
  if (parsed.data.run !== run) {
    throw damaged(`it is of the run "${parsed.data.run}"`);
  }
  return parsed.data;
}

/** @throws RunFileError if it can't be written */
export async function writeRunFile(path: string, file: RunFile): Promise<void> {
  try {
    await replaceFile({ fs, path: nodePath }, path, `${JSON.stringify(file, null, 2)}\n`);
  } catch (cause) {
    throw new RunFileError(
      `The run can't be kept: ${cause instanceof Error ? cause.message : String(cause)}. Make room, or give another directory.`,
      { run: file.run, code: "unwritable", path, cause },
    );
  }
}

export async function makeFolders({ folder }: RunPaths): Promise<void> {
  await mkdir(folder, { recursive: true });
}

/** The names of the runs in a directory. */
export async function runNames(directory: string): Promise<string[]> {
  try {
    const names = await readdir(directory);
    return names
      .filter((name) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\.json$/.test(name))
      .map((name) => name.slice(0, -".json".length))
      .sort();
  } catch (error) {
    if (isCode(error, "ENOENT")) {
      return [];
    }
    throw error;
  }
}

/**
 * A version of a run, the newest unless it is said.
 *
 * @throws RunFileError if there is no such run or version
 */
export async function versionOf(
  run: string,
  directory: string,
  version?: number,
): Promise<{ readonly file: RunFile; readonly version: RunVersion; readonly paths: RunPaths }> {
  const paths = runPaths(run, directory);
  const file = await readRunFile(run, paths.file);
  if (!file) {
    throw new RunFileError(`There is no run "${run}": ${paths.file} isn't there.`, {
      run,
      code: "not_found",
      path: paths.file,
    });
  }
  const found =
    version === undefined ? file.versions.at(-1) : file.versions.find((one) => one.version === version);
  if (!found) {
    const known = file.versions.map((one) => one.version).join(", ") || "none";
    throw new RunFileError(`The run "${run}" has no version ${version ?? ""}; it has: ${known}.`, {
      run,
      code: "not_found",
      path: paths.file,
    });
  }
  return { file, version: found, paths };
}
