import { build } from "esbuild";
import { expect, test } from "vitest";

/** The modules of which something is left in what an app loads at once that streams a chat. */
async function modulesOfAnApp(): Promise<string[]> {
  const app = `
    import { Fermion } from "./src/index.ts";
    const client = new Fermion({ baseURL: "http://127.0.0.1/v1", apiKey: "k" });
    for await (const text of client.chat.completions.stream({ model: "m", messages: [] }).text()) console.log(text);
  `;
  const { metafile } = await build({
    stdin: { contents: app, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    external: ["node:*", "zod/v4"],
    // As the package itself is built for browsers.
    alias: { "axios/unsafe/adapters/http.js": "./scripts/stand-ins/http-adapter.mjs" },
    splitting: true,
    outdir: "bundle",
    write: false,
    metafile: true,
  });
  // The entry and what it imports at once; what a method loads when it is called isn't a part of every app.
  const loaded = new Set(
    Object.keys(metafile.outputs).filter((path) => metafile.outputs[path]?.entryPoint === "<stdin>"),
  );
  for (const path of loaded) {
    for (const { path: imported, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind === "import-statement") {
        loaded.add(imported);
      }
    }
  }
  return [...loaded].flatMap((path) =>
    Object.entries(metafile.outputs[path]?.inputs ?? {}).flatMap(([module, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [module] : [],
    ),
  );
}

test("an app that streams a chat loads no schema for it, and nothing of zod", async () => {
  const modules = await modulesOfAnApp();
  expect(modules).toContain("src/client/plain-chunk.ts");
  expect(modules.filter((path) => /\/zod\/|src\/contract\//.test(path))).toEqual([]);
});
