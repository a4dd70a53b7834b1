import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const folder = process.env.FERMION_WIRE ?? resolve(import.meta.dirname, "../../../shared/wire");
const path = resolve(folder, "openai-subset.openapi.json");

/**
 * Whether the public description is at hand: it lies beside the repository where the contract is worked on. Tests that
 * need it are skipped where it isn't.
 */
export const hasPublicDescription = existsSync(path);

/** To be called within a test: the body of a group that is skipped runs all the same. */
export function readPublicDescription() {
  return JSON.parse(readFileSync(path, "utf8"));
}
