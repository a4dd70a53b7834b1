import { readFileSync } from "node:fs";
import * as z from "zod";

/** Whether this runs from the sources (with tsx or vitest), and not from what the build put into dist/. */
export const runsFromSources = import.meta.url.endsWith(".ts");

/** The folder of package.json: two levels above this file in the sources, one above everything in dist/. */
export const packageRoot = new URL(runsFromSources ? "../../" : "../", import.meta.url);

/** The version in package.json. */
export function packageVersion(): string {
  const text = readFileSync(new URL("package.json", packageRoot), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
