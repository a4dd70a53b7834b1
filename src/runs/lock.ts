import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import * as z from "zod";
import { isCode } from "../client/error-code.ts";
import { RunLockedError } from "./errors.ts";
import { sha256 } from "./hash.ts";

/** What a lock says about who holds it. */
const holderSchema = z.object({
  pid: z.number(),
  host: z.string(),
  /** When the process began, as its system says it: a number may be given to another process later. */
  began: z.string().nullable(),
  since: z.number(),
  /** Tells this lock from each that was there before. */
  token: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

/** The locks that this process holds. */
const held = new Set<string>();

/** A lock that says nothing is one whose process ended before it had written it; so long it is let be, in milliseconds. */
const UNWRITTEN_TIME = 5_000;

/**
 * Takes the lock of a run. One whose process has ended is taken over; of two that want to, one does.
 *
 * @returns what gives it back
 * @throws RunLockedError if a process that lives holds it, or may live, on another machine
 */
export async function lockRun(run: string, path: string): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true });
  const mine: Holder = {
    pid: process.pid,
    host: hostname(),
    began: beginningOf(process.pid),
    since: Date.now(),
    token: randomBytes(8).toString("hex"),
  };
  const own = `${path}.${mine.token}.new`;
  const release = async () => {
    held.delete(mine.token);
    await rm(path, { force: true });
  };
  held.add(mine.token);
  try {
    await writeFile(own, JSON.stringify(mine), { mode: 0o600 });
    for (;;) {
      if (await taken(own, path)) {
        return release;
      }
      const there = await holderOf(path);
      if (!there) {
        continue;
      }
      if (isAlive(there)) {
        throw lockedBy(run, there, path);
      }
      // Who takes a dead one over holds a lock named after it meanwhile. Whoever comes later sees that it has changed.
      const done = await lockRun(run, `${path}.${there.token}`);
      try {
        if ((await holderOf(path))?.token === there.token) {
          await rename(own, path);
          return release;
        }
      } finally {
        await done();
      }
    }
  } catch (error) {
    held.delete(mine.token);
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** A second name for a file that is written already: it is there with its content, or not at all. */
async function taken(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) {
      return false;
    }
    if (!isCode(error, "EPERM", "ENOTSUP", "ENOSYS", "EOPNOTSUPP", "EMLINK")) {
      throw error;
    }
  }
  // A file system without second names.
  try {
    await writeFile(path, await readFile(own), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) {
      return false;
    }
    throw error;
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  let text: string;
  let modified: number;
  try {
    [text, modified] = await Promise.all([readFile(path, "utf8"), stat(path).then(({ mtimeMs }) => mtimeMs)]);
  } catch (error) {
    if (isCode(error, "ENOENT")) {
      return undefined;
    }
    throw error;
  }
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    // Not written to its end: by one that is at it, or by one that died at it.
    const isFresh = Date.now() - modified < UNWRITTEN_TIME;
    return {
      pid: isFresh ? process.ppid : 0,
      host: hostname(),
      began: null,
      since: modified,
      token: sha256(text).slice(0, 16),
    };
  }
}

function isAlive({ pid, host, began, token }: Holder): boolean {
  if (host !== hostname()) {
    // Nobody here can tell.
    return true;
  }
  if (pid === process.pid) {
    return held.has(token);
  }
  if (pid <= 0 || !isRunning(pid)) {
    return false;
  }
  const now = beginningOf(pid);
  return began === null || now === null || now === began;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // There is one, of another user.
    return isCode(error, "EPERM");
  }
}

/** When a process began, where the system tells: in ticks since its start, with the start's own name. */
function beginningOf(pid: number): string | null {
  if (process.platform !== "linux") {
    return null;
  }
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    // The name of the program stands in brackets and may have anything in it; the rest follows behind the last one.
    const [, rest = ""] = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    const fields = rest.split(" ");
    // A process that has ended stays in the list until its parent has asked for its status.
    return fields[0] === "Z" ? `${boot}/ended` : `${boot}/${fields[19]}`;
  } catch (error) {
    if (isCode(error, "ENOENT", "EACCES", "ESRCH")) {
      return null;
    }
    throw error;
  }
}

function lockedBy(run: string, { pid, host, since }: Holder, path: string): RunLockedError {
  const elsewhere = host === hostname() ? "" : ` on ${host}`;
  return new RunLockedError(
    `The run "${run}" is being worked on by process ${pid}${elsewhere} since ${new Date(since).toISOString()}. ` +
      `Wait for it${elsewhere ? `; if there is none any more, delete ${path}` : ", or end it"}.`,
    { run, holder: { pid, host, since }, path },
  );
}
