import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * The program of a thread: from the sources (with tsx or vitest) a `.ts` file in this folder, for which tsx has to be
 * registered in the thread; in dist/ a `.js` file beside every other.
 *
 * @param name - of the file, without its extension
 */
export function threadEntry(name: string): URL {
  if (!import.meta.url.endsWith(".ts")) return new URL(`./${name}.js`, import.meta.url);
  const program = JSON.stringify(new URL(`./${name}.ts`, import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx"));
  const api = new URL("./esm/api/index.mjs", tsx);
  const code = `import { register } from "${api}"; register(); await import(${program});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
