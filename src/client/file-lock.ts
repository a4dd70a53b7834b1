import { isCode } from "./error-code.ts";
import { nodeModules } from "./node-modules.ts";
import { parsedJSON } from "./parsed-json.ts";

/** Milliseconds between two signs of life of a lock, and how old the last may be. */
const SIGN_OF_LIFE = 10_000;
const DEAD_AFTER = 60_000;

/** The locks that this process holds: its own number in one of another may be a number that was used before. */
const held = new Set<string>();

/** Somebody else holds a lock. */
export class FileLockedError extends Error {
  override readonly name = "FileLockedError";
  /** The process that holds it, where the lock says. */
  readonly pid: number | undefined;

  constructor(path: string, pid: number | undefined) {
    super(`${path} is held by process ${pid ?? "unknown"}.`);
    this.pid = pid;
  }
}

/**
 * Takes a lock that keeps two processes apart. One whose process has ended is taken over.
 *
 * @returns what gives it back
 * @throws FileLockedError if another holds it; the error of the file system if it can't be written
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
        throw cause;
      }
    }
    const found = await seen(path);
    if (found && (attempt > 3 || isAlive(found.content, found.lastSign))) {
      throw new FileLockedError(path, ownerOf(found.content)?.pid);
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
