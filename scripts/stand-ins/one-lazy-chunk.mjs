import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const CLIENT = resolve("src/client");
/** `import("./follow.ts")` and `import type` of the same look are told apart by their bracket. */
const DYNAMIC = /\bimport\(\s*"(\.{1,2}\/[^"]+\.ts)"\s*\)/g;
/** These are loaded with the first request in any case, each by itself. */
const APART = /transport[\\/]/;

/**
 * Puts all that the client loads when a method needs it into one chunk. Each by itself, every set of modules that two of
 * them share would be a chunk of its own: an application would load two dozen small files to stream its first answer,
 * which compress badly.
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
    build.onLoad({ filter: /[\\/]src[\\/]client[\\/].*\.ts$/ }, ({ path: file }) => ({
      loader: "ts",
      contents: readFileSync(file, "utf8").replace(DYNAMIC, (whole, path) => {
        const name = lazy.get(resolve(dirname(file), path));
        return name ? `import("fermion:lazy").then((all) => all.${name})` : whole;
      }),
    }));
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
