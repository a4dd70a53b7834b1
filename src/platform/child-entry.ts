import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { runsFromSources } from "./package-root.ts";

/** The program of a process of its own, and what Node needs to run it. */
export interface ProcessEntry {
  readonly url: URL;
  readonly execArgv: readonly string[];
}

/**
 * Finds the program of a process that runs beside the platform.
 *
 * From the sources it is a `.ts` file in a folder of its house, and Node needs tsx to read it; in dist/ it is a `.js`
 * file beside every other.
 *
 * @param name - of the file, without its extension
 * @param importer - the `import.meta.url` of the caller, which lies in the same folder of the sources
 */
export function processEntry(name: string, importer: string): ProcessEntry {
  if (!runsFromSources) return { url: new URL(`./${name}.js`, importer), execArgv: [] };
  return { url: new URL(`./${name}.ts`, importer), execArgv: ["--import", tsxLoader()] };
}

/** The program of a thread; as {@link processEntry}. */
export function threadEntry(name: string, importer: string): URL {
  if (!runsFromSources) return new URL(`./${name}.js`, importer);
  // In Node 20, `--import tsx` does nothing in a thread; it has to be registered there.
  const program = JSON.stringify(new URL(`./${name}.ts`, importer));
  const api = new URL("./esm/api/index.mjs", tsxLoader());
  const code = `import { register } from "${api}"; register(); await import(${program});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** Resolved here, because the child may run in a directory from which tsx can't be found. */
function tsxLoader(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
}
