import { copyFileSync } from "node:fs";
import type { BuildOptions, Plugin } from "esbuild";
import { defineConfig } from "tsup";
import { axiosForFetch } from "./scripts/stand-ins/axios-for-fetch.mjs";
import { oneLazyChunk } from "./scripts/stand-ins/one-lazy-chunk.mjs";

/** What every build has in common: Node 20 is the oldest that is supported. */
const common = { target: "node20", sourcemap: false, clean: false } as const;

/** Axios and zod are made of hundreds of small files, and loading those takes longer than all that the client does. */
const client = {
  noExternal: ["axios", "zod/mini", "zod/v4/core"],
  external: [/^node:/],
  splitting: true,
};

/** Bundled CommonJS requires Node's own modules. */
const requireBanner = {
  js: 'import { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
};

const standIn = (name: string) => `./scripts/stand-ins/${name}.mjs`;

const withoutFormData = (options: BuildOptions) => {
  options.alias = { "form-data": standIn("form-data") };
};

/** The client stays in the entrance that an application has already, or there would be two of each class. */
const clientFromItsEntrance: Plugin = {
  name: "client-from-its-entrance",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^(\.\.\/)+index\.ts$/ }, () => ({ path: "fermion", external: true })),
};

/** The entrances of what a fine-tuning script uses on top of the client. */
const HOUSES = {
  data: "src/data.ts",
  evals: "src/evals.ts",
  verticals: "src/verticals.ts",
  runs: "src/runs.ts",
};

/** Small libraries of pure JavaScript that read data: bundled, so that reading a format needs no further install. */
const DATA_LIBRARIES = [
  "ajv",
  "csv-parse",
  "fzstd",
  "hyparquet",
  "hyparquet-compressors",
  "libphonenumber-js",
  "tinyglobby",
];

export default defineConfig([
  {
    // The client on Node. See docs/explanation/architecture.md for why two of its libraries are bundled.
    ...common,
    ...client,
    platform: "node",
    entry: { index: "src/index.ts" },
    format: ["esm"],
    // Its types are made with those of the houses, below.
    dts: false,
    banner: requireBanner,
    esbuildOptions: withoutFormData,
  },
  {
    // As one file: the way in which tsup splits CommonJS takes the names of classes away.
    ...common,
    ...client,
    splitting: false,
    platform: "node",
    entry: { index: "src/index.ts" },
    format: ["cjs"],
    dts: true,
    esbuildOptions: withoutFormData,
  },
  {
    // The client in browsers and on fetch-only runtimes: for them, axios leaves its http adapter out by itself.
    ...common,
    ...client,
    platform: "browser",
    target: "es2022",
    entry: { web: "src/index.ts" },
    format: ["esm"],
    minify: true,
    esbuildPlugins: [axiosForFetch, oneLazyChunk],
    esbuildOptions(options) {
      options.alias = { "axios/unsafe/adapters/http.js": standIn("http-adapter") };
    },
  },
  {
    ...common,
    platform: "neutral",
    entry: { "ai-sdk": "src/ai-sdk.ts" },
    format: ["esm", "cjs"],
    dts: true,
    esbuildPlugins: [clientFromItsEntrance],
  },
  {
    // What a fine-tuning script uses on top of the client: one module system, so that they share their chunks and classes.
    ...common,
    platform: "node",
    entry: {
      ...HOUSES,
      // The program of a thread, which shares their chunks.
      "check-worker": "src/data/checking/check-worker.ts",
    },
    format: ["esm"],
    splitting: true,
    // With the client's: made apart, each would declare a `Fermion` of its own, and TypeScript would let none for another.
    dts: { entry: { index: "src/index.ts", ...HOUSES } },
    noExternal: DATA_LIBRARIES,
    banner: requireBanner,
    esbuildPlugins: [clientFromItsEntrance],
  },
  {
    // The platform, and the programs that it starts in a process and a thread of their own, share their chunks.
    ...common,
    platform: "node",
    entry: {
      local: "src/local.ts",
      "trainer-process": "src/platform/jobs/trainer-process.ts",
      "inference-worker": "src/platform/serving/inference-worker.ts",
    },
    format: ["esm"],
    splitting: true,
    dts: { entry: { local: "src/local.ts" } },
    onSuccess: async () => {
      copyFileSync("src/engine/kernels/kernels.wasm", "dist/kernels.wasm");
      copyFileSync("src/engine/word-counting/word-counting.wasm", "dist/word-counting.wasm");
      copyFileSync("src/engine/kernels/worker.mjs", "dist/worker.mjs");
    },
  },
  {
    ...common,
    platform: "node",
    entry: { local: "src/local.ts" },
    format: ["cjs"],
    dts: true,
    // import.meta.url has to mean the file in CommonJS too.
    shims: true,
  },
  {
    // commander is bundled: the command line must be able to say what is missing before anything is installed.
    ...common,
    platform: "node",
    entry: { cli: "src/cli/main.ts" },
    format: ["esm"],
    noExternal: ["commander"],
    external: ["fermion", "fermion/data", "fermion/local", "fermion/runs"],
    banner: requireBanner,
  },
]);
