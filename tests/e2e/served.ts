import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as z from "zod";

/** A platform in a process of its own, that a test can kill. */
export interface ServedPlatform {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly child: ChildProcess;
  /** Ends the process by a signal, and waits until it has ended. */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
}

const ready = z.object({ base_url: z.string(), api_key: z.string() });

/** Starts a platform as a process and waits until it is ready. @param program - from the sources, unless it says otherwise */
export async function servePlatform(
  dataDir: string,
  base: string,
  program = new URL("serve.ts", import.meta.url),
): Promise<ServedPlatform> {
  const child = spawn(process.execPath, ["--import", "tsx", fileURLToPath(program), dataDir, base], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) throw new Error("the platform ended before it was ready");
  const { base_url: baseURL, api_key: apiKey } = ready.parse(JSON.parse(first.value));
  return {
    baseURL,
    apiKey,
    child,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
}
