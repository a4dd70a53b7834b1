import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, test } from "vitest";

/**
 * Who may import whom, as docs/explanation/architecture.md draws it. A house may always import itself.
 * A house that is missing here may not exist: add it deliberately.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  client: ["contract"],
  engine: [],
  platform: ["contract", "engine"],
  // Its values come from the entrance, so that the build can leave the client there and doesn't bundle a second one.
  "ai-sdk": ["client", "contract", "entrance"],
  // What scripts use on top of the client: each may take from those before it.
  data: ["client", "contract", "entrance"],
  evals: ["client", "contract", "data", "entrance"],
  verticals: ["client", "contract", "data", "entrance", "evals"],
  runs: ["client", "contract", "data", "entrance", "evals", "verticals"],
  // The command line reaches the platform through the package's own entrances, loaded when they are needed.
  cli: [],
};

/** What each entrance may give: an application that only streams must not load a platform, or the other way round. */
const ENTRANCES: Readonly<Record<string, readonly string[]>> = {
  "ai-sdk.ts": ["ai-sdk"],
  "data.ts": ["data", "contract"],
  "evals.ts": ["evals"],
  "index.ts": ["client", "contract"],
  "local.ts": ["platform", "contract"],
  "runs.ts": ["runs"],
  "verticals.ts": ["verticals"],
};

/** Packages that exactly one module may import, so that replacing one of them is a change in one place. */
const SOLE_IMPORTERS: Readonly<Record<string, string>> = {
  "@ai-sdk/provider": "ai-sdk/",
  axios: "client/transport",
  "eventsource-parser": "client/stream",
  "@fastify/busboy": "platform/http",
  "@hono/node-server": "platform/listen",
  libsql: "platform/store",
};

interface Import {
  readonly file: string;
  readonly specifier: string;
}

const source = resolve(import.meta.dirname, "../src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(ts|mjs)$/.test(name) && !name.includes(`kernels${sep}assembly`))
  .map((name) => name.split(sep).join("/"));

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(source, file), "utf8");
  // `from "…"`, `import "…"`, `import("…")`, type imports included: a type dependency is a dependency.
  const specifiers = [
    ...text.matchAll(/^(?![ \t]*(?:\/\/|\*)).*?(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"']+)["']/gm),
  ];
  return specifiers.map((match) => ({ file, specifier: match[1] ?? "" }));
});

const own = imports
  .filter(({ specifier }) => specifier.startsWith("."))
  .map(({ file, specifier }) => ({
    file,
    target: relative(source, resolve(source, dirname(file), specifier))
      .split(sep)
      .join("/"),
  }));

const house = (file: string) => (file.includes("/") ? file.slice(0, file.indexOf("/")) : "entrance");

describe("import directions", () => {
  test("the scan sees the code it is about", () => {
    expect(files.length).toBeGreaterThan(20);
    expect(own.length).toBeGreaterThan(files.length);
  });

  test("every folder of src is a house that the architecture knows", () => {
    const houses = new Set(files.map(house));
    houses.delete("entrance");
    expect([...houses].sort()).toEqual(Object.keys(ALLOWED).sort());
  });

  test("houses import only what lies below them", () => {
    const wrong = own.filter(({ file, target }) => {
      const from = house(file);
      const to = house(target);
      return from !== "entrance" && from !== to && !ALLOWED[from]?.includes(to);
    });
    expect(wrong).toEqual([]);
  });

  test("each entrance gives its own houses alone", () => {
    const wrong = own.filter(
      ({ file, target }) => house(file) === "entrance" && !ENTRANCES[file]?.includes(house(target)),
    );
    expect(wrong).toEqual([]);
  });

  test("every relative import is resolved inside src and names its file with the extension", () => {
    const known = new Set(files);
    expect(own.filter(({ target }) => !known.has(target))).toEqual([]);
  });

  test.each(Object.entries(SOLE_IMPORTERS))("%s is imported by %s alone", (name, importer) => {
    const importers = imports
      .filter(({ specifier }) => specifier === name || specifier.startsWith(`${name}/`))
      .map(({ file }) => file);
    expect(importers.length).toBeGreaterThan(0);
    expect(importers.filter((file) => !file.startsWith(importer))).toEqual([]);
  });

  test("the client imports nothing but its three runtime dependencies", () => {
    const packages = imports
      .filter(({ file, specifier }) => /^(client|contract)\//.test(file) && !/^(\.|node:)/.test(specifier))
      .map(({ specifier }) => specifier);
    expect([...new Set(packages)].sort()).toEqual([
      "axios/unsafe/adapters/fetch.js",
      "axios/unsafe/adapters/http.js",
      "eventsource-parser",
      "zod/mini",
      "zod/v4",
      "zod/v4/core",
    ]);
  });
});
