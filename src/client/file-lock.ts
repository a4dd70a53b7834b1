import { isCode } from "./error-code.ts";
import type { NodeModules } from "./node-modules.ts";
import { parsedJSON } from "./parsed-json.ts";

/** What a lock says about who holds it. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** When it took the lock, in milliseconds since 1970. */
  readonly since: number;
}

/** A lock as it lies there. */
interface Lock extends LockHolder {
  /** When the process began, as its system says it: a number may be given to another process later. */
  readonly began: string | null;
  /** Tells this lock from each that was there before. */
  readonly token: string;
}

/** Somebody else holds a lock, or may. */
export class FileLockedError extends Error {
  override readonly name = "FileLockedError";
  readonly holder: LockHolder;
  readonly path: string;

  constructor(path: string, { pid, host, since }: LockHolder) {
    super(`${path} is held by process ${pid} on ${host}.`);
    this.holder = { pid, host, since };
    this.path = path;
  }
}

/** When a holder counts as dead that nobody can ask. */
export interface LockOptions {
  /**
   * A holder on another machine, or on a system that doesn't tell when a process began, counts as dead when it has given no
   * sign of life for so long, in milliseconds. It gives one six times in that time.
   *
   * @default it counts as alive
   */
  readonly deadAfter?: number;
}

/** A lock that says nothing is being written, or its process died at that; so long it is waited for, in milliseconds. */
const WRITING_TIME = 5_000;

/** The tokens of the locks that this copy of the module holds. */
const held = new Set<string>();

/**
 * Takes a lock that keeps processes apart. One whose process has ended is taken over, also where another process has its
 * number now; of many that want to, exactly one does.
 *
 * @param node - Node's modules: they are given, so that a build for browsers has none of them
 * @returns what gives it back
 * @throws FileLockedError if another holds it; the error of the file system if it can't be written
 */
export async function lockFile(
  node: Pick<NodeModules, "fs" | "os" | "crypto">,
  path: string,
  options: LockOptions = {},
): Promise<() => Promise<void>> {
  const { fs, os, crypto } = node;
  const { deadAfter } = options;
  const mine: Lock = {
    pid: globalThis.process.pid,
    host: os.hostname(),
    began: beginningOf(globalThis.process.pid, fs),
    since: Date.now(),
    token: crypto.randomBytes(8).toString("hex"),
  };
  const own = `${path}.${mine.token}.new`;
  try {
    await fs.promises.writeFile(own, JSON.stringify(mine), { mode: 0o600 });
    held.add(mine.token);
    await take();
  } catch (error) {
    held.delete(mine.token);
    throw error;
  } finally {
    await fs.promises.rm(own, { force: true });
  }
  const stopSigns = deadAfter === undefined ? () => undefined : giveSigns(deadAfter / 6);
  return async () => {
    stopSigns();
    held.delete(mine.token);
    // Whoever slept too long to give a sign may have lost it to another.
    if ((await found())?.token === mine.token) {
      await fs.promises.rm(path, { force: true });
    }
  };

  async function take(): Promise<void> {
    while (!(await isNamed())) {
      const there = await found();
      if (!there) {
        continue;
      }
      if (isAlive(there)) {
        throw new FileLockedError(path, there);
      }
      // Who takes a dead one over holds a lock named after it meanwhile. Whoever comes later sees that it has changed.
      const done = await lockFile(node, `${path}.${there.token}`, options);
      try {
        if ((await found())?.token === there.token) {
          await fs.promises.rename(own, path);
          return;
        }
      } finally {
        await done();
      }
    }
  }

  /** Gives the file, which is written already, its second name: it is there with its content, or not at all. */
  async function isNamed(): Promise<boolean> {
    try {
      await fs.promises.link(own, path);
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
      await fs.promises.writeFile(path, JSON.stringify(mine), { flag: "wx", mode: 0o600 });
      return true;
    } catch (error) {
      if (isCode(error, "EEXIST")) {
        return false;
      }
      throw error;
    }
  }

  /** The lock that lies there, once it is written; one that nobody finished is as one of a process that is gone. */
  async function found(): Promise<(Lock & { readonly lastSign: number }) | undefined> {
    for (;;) {
      let text: string;
      let lastSign: number;
      try {
        text = await fs.promises.readFile(path, "utf8");
        lastSign = (await fs.promises.stat(path)).mtimeMs;
      } catch (error) {
        if (isCode(error, "ENOENT")) {
          return undefined;
        }
        throw error;
      }
      const lock = parsedLock(text);
      if (lock) {
        return { ...lock, lastSign };
      }
      if (Math.abs(Date.now() - lastSign) > WRITING_TIME) {
        const token = crypto.createHash("sha256").update(text).digest("hex").slice(0, 16);
        return { pid: 0, host: os.hostname(), began: null, since: lastSign, token, lastSign };
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  function isAlive({ pid, host, began, token, lastSign }: Lock & { readonly lastSign: number }): boolean {
    if (host === mine.host) {
      if (held.has(token)) {
        return true;
      }
      if (!isRunning(pid)) {
        return false;
      }
      const beganNow = beginningOf(pid, fs);
      if (began !== null && beganNow !== null) {
        return beganNow === began;
      }
      if (pid === mine.pid) {
        return false;
      }
    }
    return deadAfter === undefined || Date.now() - lastSign < deadAfter;
  }

  function giveSigns(interval: number): () => void {
    const timer = setInterval(() => {
      const now = new Date();
      fs.utimes(path, now, now, () => {
        // A lock that can't be touched any more is taken over by whoever wants it; the state behind it stays right.
      });
    }, interval);
    timer.unref();
    return () => clearInterval(timer);
  }
}

function parsedLock(text: string): Lock | undefined {
  const value = parsedJSON(text);
  if (
    typeof value !== "object" ||
    value === null ||
    !("pid" in value && "host" in value && "began" in value && "since" in value && "token" in value)
  ) {
    return undefined;
  }
  const { pid, host, began, since, token } = value;
  return typeof pid === "number" &&
    typeof host === "string" &&
    (typeof began === "string" || began === null) &&
    typeof since === "number" &&
    typeof token === "string" &&
    // It becomes part of a file's name.
    /^[\w-]{1,64}$/.test(token)
    ? { pid, host, began, since, token }
    : undefined;
}

function isRunning(pid: number): boolean {
  if (pid <= 0) {
    return false;
  }
  try {
    globalThis.process.kill(pid, 0);
    return true;
  } catch (error) {
    // There is one, of another user.
    return isCode(error, "EPERM");
  }
}

/** When a process began, where the system tells: in ticks since its start, with the start's own name. */
function beginningOf(pid: number, fs: NodeModules["fs"]): string | null {
  if (globalThis.process.platform !== "linux") {
    return null;
  }
  try {
    const boot = fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    // The name of the program stands in brackets and may have anything in it; the rest follows behind the last one.
    const [, rest = ""] = /\) (.*)$/s.exec(fs.readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
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
