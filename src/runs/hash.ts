import { createHash } from "node:crypto";
import { canonicalJson } from "../evals/canonical-json.ts";

/** SHA-256 as lower-case hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * The hash of what JSON says of a value, the same whatever the order in which its fields were written. Records may be
 * anything that a program has: a date counts by its time, an object of a class by its fields, and what JSON leaves out doesn't
 * count. That is enough to see that data has changed, because what is made of it is compared as well.
 */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(JSON.parse(JSON.stringify(value) ?? "null")));
}
