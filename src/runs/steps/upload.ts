import { join } from "node:path";
import type { Fermion, FileObject, UploadProgress } from "../../index.ts";
import { NotFoundError } from "../../index.ts";
import { sha256 } from "../hash.ts";
import type { PreparedFile } from "../run-file-schema.ts";

/** A larger file goes in parts, with its state beside it. */
const ONE_REQUEST = 16 * 1024 ** 2;
/** So many of the platform's files are looked through for one that is there already. */
const MOST_FILES = 2_000;

/**
 * Sends a prepared file, or finds it on the platform: sent by an earlier call that didn't live to write it down, or by
 * an earlier version of the run.
 *
 * @param filename - has the content's hash in it, because not every platform says hashes
 */
export async function uploadOnce(
  client: Fermion,
  file: PreparedFile,
  {
    folder,
    filename,
    signal,
    onProgress,
  }: {
    folder: string;
    filename: string;
    signal: AbortSignal;
    onProgress: (progress: UploadProgress) => void;
  },
): Promise<FileObject> {
  const known = await fileThere(client, file, filename, signal);
  if (known) {
    return known;
  }
  for (let attempt = 1; ; attempt++) {
    const sent = await client.files.upload(join(folder, file.name), {
      purpose: "fine-tune",
      filename,
      signal,
      onProgress,
      // A platform that remembers keys makes one file of a request that came twice.
      idempotencyKey: `fermion-run-file-${sha256(`${filename}\n${file.sha256}\n${attempt}`).slice(0, 40)}`,
      resume: file.bytes > ONE_REQUEST,
    });
    try {
      return await client.files.waitForProcessing(sent.id, { signal });
    } catch (error) {
      // It remembers the key, and somebody has deleted the file since.
      if (!(error instanceof NotFoundError) || attempt === 5) {
        throw error;
      }
    }
  }
}

async function fileThere(
  client: Fermion,
  file: PreparedFile,
  filename: string,
  signal: AbortSignal,
): Promise<FileObject | undefined> {
  let seen = 0;
  for await (const one of client.files.list({ purpose: "fine-tune", pageSize: 100 }, { signal })) {
    const isIt =
      one.filename === filename &&
      one.bytes === file.bytes &&
      one.status !== "error" &&
      (one.sha256 == null || one.sha256 === file.sha256);
    if (isIt) {
      return one;
    }
    if (++seen >= MOST_FILES) {
      return undefined;
    }
  }
  return undefined;
}

/** Whether the platform still has the files of an upload. */
export async function filesThere(
  client: Fermion,
  { training, validation }: { readonly training: string; readonly validation: string | null },
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for (const id of [training, validation]) {
      if (id !== null) {
        await client.files.retrieve(id, { signal });
      }
    }
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) {
      return false;
    }
    throw error;
  }
}
