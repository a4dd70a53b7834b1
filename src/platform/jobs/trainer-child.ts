import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { processEntry } from "../child-entry.ts";
import { type FromTrainer, fromTrainer, type Task, type ToTrainer } from "./protocol.ts";

/** A training process, as the platform sees it. */
export interface TrainerChild {
  /** Asks it to keep its state and end. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
  /** Resolves when it has ended, with the last lines of its standard error. Rejects with what `onMessage` threw. */
  readonly ended: Promise<{ readonly exit: string; readonly stderr: string }>;
}

/** So much of what a crashing process says is kept for the log. */
const STDERR_CHARACTERS = 4000;

/**
 * Starts a process for one task.
 *
 * @param onMessage - hears what it says, in order; `ready` and `flush` are dealt with here
 */
export function startTrainer(task: Task, onMessage: (message: FromTrainer) => void): TrainerChild {
  const { url, execArgv } = processEntry("trainer-process", import.meta.url);
  const child = fork(fileURLToPath(url), [], {
    execArgv: [...execArgv],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // The process needs nothing that the platform's environment may hold, a key least of all.
    env: environment(),
  });
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-STDERR_CHARACTERS);
  });
  const say = (message: ToTrainer) => {
    // It may end at any moment; then there is nobody to say it to, and `ended` tells.
    if (child.connected) child.send(message, () => {});
  };
  let ready = false;
  let stopping = false;
  let killed = false;
  let failure: { readonly error: unknown } | undefined;
  child.on("message", (value) => {
    // What it still said when it was killed would tell of steps, and keep states of them, that it is not to have done.
    if (failure || killed) return;
    try {
      const message = fromTrainer.parse(value);
      if (message.type === "ready") {
        ready = true;
        say({ type: "task", task });
        if (stopping) say({ type: "stop" });
      } else if (message.type === "flush") say({ type: "flushed" });
      else onMessage(message);
    } catch (error) {
      // Thrown here, it would end the whole platform.
      failure = { error };
      child.kill("SIGKILL");
    }
  });
  return {
    stop() {
      stopping = true;
      // Before it is ready it hears nothing: what is said then is lost.
      if (ready) say({ type: "stop" });
    },
    kill: () => {
      killed = true;
      child.kill("SIGKILL");
    },
    ended: new Promise((resolve, reject) => {
      child.once("error", (error) => resolve({ exit: error.message, stderr }));
      child.once("close", (code, signal) => {
        if (failure) reject(failure.error);
        resolve({ exit: signal ? `signal ${signal}` : `exit code ${code}`, stderr });
      });
    }),
  };
}

function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, TEMP, TMP, SystemRoot, NODE_OPTIONS } = process.env;
  return { PATH, HOME, TMPDIR, TEMP, TMP, SystemRoot, NODE_OPTIONS };
}
