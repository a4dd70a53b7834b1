import { defineConfig } from "vitest/config";

/** The faults in full: `npm test` has the same tests with fewer runs. */
export default defineConfig({
  test: {
    include: ["tests/chaos/**/*.test.ts"],
    env: { CHAOS_RUNS: process.env.CHAOS_RUNS ?? "1000" },
    // One file after the other: each keeps every core busy by itself.
    fileParallelism: false,
    hookTimeout: 60_000,
  },
});
