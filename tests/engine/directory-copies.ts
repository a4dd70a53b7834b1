import { mkdtempSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

/** A directory that is written once for a file of tests, and copies of it to damage; all are gone behind them. */
export function directoryCopies(prefix: string, write: (directory: string) => Promise<unknown>) {
  const root = mkdtempSync(join(tmpdir(), prefix));
  const good = join(root, "deep", "good");
  beforeAll(() => write(good));
  afterAll(() => rm(root, { recursive: true, force: true }));
  return {
    root,
    good,
    async copy(): Promise<string> {
      const directory = await mkdtemp(join(root, "copy-"));
      await cp(good, directory, { recursive: true });
      return directory;
    },
  };
}

export async function readJson(directory: string, name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(directory, name), "utf8"));
}
