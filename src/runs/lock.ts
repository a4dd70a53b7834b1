import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import { dirname } from "node:path";
import { FileLockedError, lockFile } from "../client/file-lock.ts";
import { RunLockedError } from "./errors.ts";

/**
 * Takes the lock of a run. One whose process has ended is taken over; of two that want to, one does. On another machine
 * a process counts as alive, whatever has become of it: what a run may do twice costs money.
 *
 * @returns what gives it back
 * @throws RunLockedError if a process that lives holds it, or may live, on another machine
 */
export async function lockRun(run: string, path: string): Promise<() => Promise<void>> {
  await fs.promises.mkdir(dirname(path), { recursive: true });
  try {
    return await lockFile({ fs, os, crypto }, path);
  } catch (error) {
    throw error instanceof FileLockedError ? lockedBy(run, error) : error;
  }
}

function lockedBy(run: string, { holder, path }: FileLockedError): RunLockedError {
  const elsewhere = holder.host === os.hostname() ? "" : ` on ${holder.host}`;
  return new RunLockedError(
    `The run "${run}" is being worked on by process ${holder.pid}${elsewhere} since ${new Date(holder.since).toISOString()}. ` +
      `Wait for it${elsewhere ? `; if there is none any more, delete ${path}` : ", or end it"}.`,
    { run, holder, path },
  );
}
