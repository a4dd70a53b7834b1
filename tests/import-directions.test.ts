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

/**
 * What the other houses take values from in the client past its entrance. The build puts a copy of these into each house, so
 * they may hold no class that a user meets: whoever needs Node's modules is given them.
 */
const COPIED: readonly string[] = [
  "client/error-code.ts",
  "client/file-lock.ts",
  "client/parsed-json.ts",
  "client/replace-file.ts",
  "client/version.ts",
];

interface Import {
  readonly file: string;
  readonly specifier: string;
  /** Whether it is for types alone, so that nothing of it is left in the build. */
  readonly isOfTypes: boolean;
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
  return specifiers.map((match) => ({
    file,
    specifier: match[1] ?? "",
    isOfTypes: /^(?:import|export) type\b/.test(statementOf(text, match)),
  }));
});

const own = imports
  .filter(({ specifier }) => specifier.startsWith("."))
  .map(({ file, specifier, isOfTypes }) => ({
    file,
    isOfTypes,
    target: relative(source, resolve(source, dirname(file), specifier))
      .split(sep)
      .join("/"),
  }));

/** The statement that an import's specifier ends: its names may stand on lines before. */
function statementOf(text: string, { index, 0: line }: RegExpExecArray): string {
  const until = text.slice(0, index + line.length);
  return until.slice(Math.max(until.lastIndexOf("\nimport "), until.lastIndexOf("\nexport ")) + 1);
}

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

  test("values of the client come from its entrance, but for those that every house may have a copy of", () => {
    const values = own.filter(({ isOfTypes, target }) => !isOfTypes && house(target) === "client");
    const past = values.filter(({ file }) => !["client", "entrance"].includes(house(file)));
    const copied = values.filter(({ file }) => COPIED.includes(file));
    expect(past.length).toBeGreaterThan(0);
    expect([...past, ...copied].filter(({ target }) => !COPIED.includes(target))).toEqual([]);
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
