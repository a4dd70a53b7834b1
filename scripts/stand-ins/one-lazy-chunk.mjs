import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const CLIENT = resolve("src/client");
/** `import("./follow.ts")` and `import type` of the same look are told apart by their bracket. */
const DYNAMIC = /\bimport\(\s*"(\.{1,2}\/[^"]+\.ts)"\s*\)/g;
/** What comes with a module at once, but for imports that are marked as types, which are none. */
const STATIC = /^(?:import|export)\s+(?!type\b)[^;]*?\bfrom\s+"(\.{1,2}\/[^"]+\.ts)"/gm;
/** These are loaded with the first request in any case, each by itself. */
const APART = /transport[\\/]/;

/**
 * Puts all that the client loads when a method needs it into one chunk. Each by itself, every set of modules that two of
 * them share would be a chunk of its own: an application would load two dozen small files to stream its first answer,
 * which compress badly.
 *
 * Within the chunk, nothing is left to load. A chunk that loads itself would be right, but esbuild, when it makes an
 * application of it, calls a function there that it has not written.
 *
 * @type {import("esbuild").Plugin}
 */
export const oneLazyChunk = {
  name: "one-lazy-chunk",
  setup(build) {
    const lazy = new Map(
      readdirSync(CLIENT, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .flatMap((name) => {
          const file = join(CLIENT, name);
          return [...readFileSync(file, "utf8").matchAll(DYNAMIC)].map(([, path = ""]) =>
            resolve(dirname(file), path),
          );
        })
        .filter((path) => !APART.test(path))
        .map((path, index) => [path, `m${index}`]),
    );
    const atOnce = loadedWith(resolve("src/index.ts"));
    build.onLoad({ filter: /[\\/]src[\\/]client[\\/].*\.ts$/ }, ({ path: file }) => {
      const there = new Map();
      const contents = readFileSync(file, "utf8").replace(DYNAMIC, (whole, path) => {
        const name = lazy.get(resolve(dirname(file), path));
        if (!name) return whole;
        if (atOnce.has(file) || APART.test(file)) return `import("fermion:lazy").then((all) => all.${name})`;
        there.set(name, path);
        return `Promise.resolve(${name})`;
      });
      const imports = [...there].map(([name, path]) => `import * as ${name} from ${JSON.stringify(path)};\n`);
      return { loader: "ts", contents: imports.join("") + contents };
    });
    build.onEnd(({ errors, metafile }) => {
      for (const [path, { imports }] of Object.entries(metafile?.outputs ?? {})) {
        if (errors.length === 0 && imports.some((imported) => imported.path === path)) {
          throw new Error(`${path} loads itself, which esbuild can't put into an application.`);
        }
      }
    });
    build.onResolve({ filter: /^fermion:lazy$/ }, () => ({ path: "lazy", namespace: "fermion" }));
    build.onLoad({ filter: /^lazy$/, namespace: "fermion" }, () => ({
      loader: "ts",
      resolveDir: CLIENT,
      contents: [...lazy]
        .map(([path, name]) => `export * as ${name} from ${JSON.stringify(path)};`)
        .join("\n"),
    }));
  },
};

/** @param {string} entry */
function loadedWith(entry) {
  const found = new Set([entry]);
  for (const file of found) {
    for (const [, path = ""] of readFileSync(file, "utf8").matchAll(STATIC)) {
      found.add(resolve(dirname(file), path));
    }
  }
  return found;
}
