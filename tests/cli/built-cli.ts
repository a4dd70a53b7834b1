import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const program = join(import.meta.dirname, "../../dist/cli.js");

/** What a command printed, and how it ended. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command line as it was built, in a folder, with nothing of the environment that changes what it prints. */
export function startCli(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const { NO_COLOR: _, FERMION_DEBUG: __, ...inherited } = process.env;
  return spawn(process.execPath, [program, ...args], { cwd, env: { ...inherited, ...env } });
}

/** Waits for a command's end. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  await once(child, "close");
  return { status: child.exitCode, signal: child.signalCode, stdout, stderr };
}

/** Runs a command to its end. */
export async function cli(cwd: string, ...args: readonly string[]): Promise<Ended> {
  return await ended(startCli(cwd, args));
}
