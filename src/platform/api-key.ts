import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The key of a data directory: made at the first start, and the same at every later one. It is kept in a file that only
 * its owner can read.
 */
export function keptApiKey(dataDir: string): string {
  const path = join(dataDir, "api-key");
  try {
    const key = readFileSync(path, "utf8").trim();
    if (key) return key;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const key = `fermion-local-${randomBytes(24).toString("base64url")}`;
  writeFileSync(path, `${key}\n`, { mode: 0o600 });
  return key;
}

/** Compares keys in a time that doesn't depend on where they differ. */
export function isSameKey(a: string, b: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
