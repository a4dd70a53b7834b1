import { copyFileSync } from "node:fs";
import { defineConfig } from "tsup";

/** What every build has in common: Node 20 is the oldest that is supported. */
const common = { target: "node20", sourcemap: false, clean: false } as const;

export default defineConfig([
  {
    // The client runs in browsers and on fetch-only runtimes too, so nothing of Node may be assumed.
    ...common,
    platform: "neutral",
    entry: { index: "src/index.ts" },
    format: ["esm", "cjs"],
    dts: true,
    external: [/^node:/],
  },
  {
    // The client stays in the entrance that an application has already, or there would be two of each class.
    ...common,
    platform: "neutral",
    entry: { "ai-sdk": "src/ai-sdk.ts" },
    format: ["esm", "cjs"],
    dts: true,
    esbuildPlugins: [
      {
        name: "client-from-its-entrance",
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\.\.\/index\.ts$/ }, () => ({ path: "fermion", external: true })),
      },
    ],
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
    external: ["fermion", "fermion/local"],
    // The bundled commander is CommonJS and requires Node's own modules.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
    },
  },
]);
