import { UploadStateError } from "../errors.ts";
import { nodeModules } from "../node-modules.ts";
import { parsedJSON } from "../parsed-json.ts";
import type { UploadStateStore } from "./options.ts";

/** Keeps the state of an upload in one file, whatever the key. */
export async function stateFile(path: string): Promise<UploadStateStore> {
  const { fs, path: paths } = await nodeModules();
  // Always the same name: what a killed process leaves is written over by the next. The lock sees to it that only one
  // writes.
  const temporary = `${path}.tmp`;
  return {
    async load() {
      try {
        return await fs.promises.readFile(path, "utf8");
      } catch (error) {
        if (isCode(error, "ENOENT")) {
          return undefined;
        }
        throw error;
      }
    },
    async save(_key, state) {
      const file = await fs.promises.open(temporary, "w", 0o600);
      try {
        await file.writeFile(state);
        await file.sync();
      } finally {
        await file.close();
      }
      await fs.promises.rename(temporary, path);
      await syncDirectory(paths.dirname(path));
    },
    async remove() {
      await fs.promises.rm(path, { force: true });
      await fs.promises.rm(temporary, { force: true });
    },
  };

  /** A rename is safe from a power failure only when its directory is. Windows can't do it, and needn't. */
  async function syncDirectory(directory: string): Promise<void> {
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
}

/** Milliseconds between two signs of life of a lock, and how old the last may be. */
const SIGN_OF_LIFE = 10_000;
const DEAD_AFTER = 60_000;

/** The locks that this process holds: its own number in one of another may be a number that was used before. */
const held = new Set<string>();

/**
 * Takes a lock, so that two processes don't send the same file to the same place. One whose process has ended is taken
 * over.
 *
 * @returns what gives it back
 * @throws UploadStateError if another upload holds it, or it can't be written
 */
export async function lockFile(path: string): Promise<() => Promise<void>> {
  const { fs, os } = await nodeModules();
  const { pid } = globalThis.process;
  const text = JSON.stringify({ pid, host: os.hostname() });

  const isAlive = (content: string, lastSign: number) => {
    if (Date.now() - lastSign > DEAD_AFTER) {
      return false;
    }
    const owner = ownerOf(content);
    if (owner?.host !== os.hostname()) {
      return true;
    }
    return owner.pid === pid ? held.has(path) : isRunning(owner.pid);
  };

  for (let attempt = 1; ; attempt++) {
    try {
      // Synchronous, so that hardly anything can happen between the name and the content.
      fs.writeFileSync(path, text, { flag: "wx", mode: 0o600 });
      break;
    } catch (cause) {
      if (!isCode(cause, "EEXIST")) {
        throw new UploadStateError(
          `The state of the upload can't be kept beside its source: ${cause instanceof Error ? cause.message : String(cause)}. ` +
            "Give another place as resume: { load, save, remove }.",
          { code: "unwritable", cause },
        );
      }
    }
    const found = await seen(path);
    if (found && (attempt > 3 || isAlive(found.content, found.lastSign))) {
      throw new UploadStateError(
        `Another upload of this file to the same place is running (process ${ownerOf(found.content)?.pid ?? "unknown"}). ` +
          `Wait for it. If there is none, delete ${path}.`,
        { code: "in_use" },
      );
    }
    if (found) {
      await takeAway(found.content);
    }
  }

  held.add(path);
  const timer = setInterval(() => {
    const now = new Date();
    fs.utimes(path, now, now, () => {
      // A lock that can't be touched any more is taken over by whoever wants it; the state behind it stays right.
    });
  }, SIGN_OF_LIFE);
  timer.unref();
  return async () => {
    clearInterval(timer);
    held.delete(path);
    await fs.promises.rm(path, { force: true });
  };

  async function seen(lock: string) {
    try {
      const [content, { mtimeMs }] = await Promise.all([
        fs.promises.readFile(lock, "utf8"),
        fs.promises.stat(lock),
      ]);
      return { content, lastSign: mtimeMs };
    } catch (error) {
      if (isCode(error, "ENOENT")) {
        return undefined;
      }
      throw error;
    }
  }

  /** Two may find the same dead lock: who moves it away looks at what it was, and puts back the lock of a living one. */
  async function takeAway(dead: string): Promise<void> {
    const aside = `${path}.${pid}`;
    try {
      await fs.promises.rename(path, aside);
      if ((await fs.promises.readFile(aside, "utf8")) !== dead) {
        await fs.promises.link(aside, path);
      }
    } catch (error) {
      if (!isCode(error, "ENOENT") && !isCode(error, "EEXIST")) {
        throw error;
      }
    } finally {
      await fs.promises.rm(aside, { force: true });
    }
  }
}

function ownerOf(content: string): { pid: number; host: string } | undefined {
  // No JSON if its process was killed before it had written it.
  const value = parsedJSON(content);
  return typeof value === "object" && value !== null && "pid" in value && "host" in value
    ? { pid: Number(value.pid), host: String(value.host) }
    : undefined;
}

function isRunning(pid: number): boolean {
  try {
    globalThis.process.kill(pid, 0);
    return true;
  } catch (error) {
    // There is one, of another user.
    return isCode(error, "EPERM");
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
