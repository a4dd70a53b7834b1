import { defineConfig } from "vitest/config";

/** Runs killed at many moments: `npm test` has the same test with a few. */
export default defineConfig({
  test: {
    include: ["tests/e2e/run-kills.test.ts"],
    env: { RUN_KILLS: process.env.RUN_KILLS ?? "50" },
    hookTimeout: 60_000,
  },
});
