import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Runs TypeScript in a process of its own and gives what it prints as JSON: what one part of the benchmark leaves in
 * memory shall not weigh on the next.
 */
export async function jsonOf(args: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, ["--import", "tsx", ...args], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("exit", resolve);
    child.once("error", reject);
  });
  let output = "";
  for await (const piece of child.stdout.setEncoding("utf8")) {
    output += piece;
  }
  const code = await ended;
  if (code !== 0) {
    throw new Error(`${args.join(" ")} ended with ${code}.`);
  }
  return JSON.parse(output);
}
