import { join } from "node:path";
import { type LocalPlatform, type LocalPlatformOptions, startLocalPlatform } from "../../src/local.ts";
import { writeTinyBase } from "./tiny-base.ts";

/** Starts the real platform in this process, below a directory of the test's, with a base that is tuned in a second. */
export async function startTinyPlatform(
  directory: string,
  options: Partial<LocalPlatformOptions> = {},
): Promise<LocalPlatform> {
  const base = join(directory, "base");
  await writeTinyBase(base);
  return await startLocalPlatform({
    dataDir: join(directory, "data"),
    port: 0,
    threads: 1,
    bases: { "photon-nano": base },
    ...options,
  });
}
