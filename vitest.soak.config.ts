import { defineConfig } from "vitest/config";

/** Runs and jobs killed at many moments. */
export default defineConfig({
  test: {
    include: ["tests/e2e/run-kills.test.ts", "tests/e2e/job-kills.test.ts"],
    // `npm test` has the runs, too, with a few kills.
    env: { RUN_KILLS: process.env.RUN_KILLS ?? "50" },
    hookTimeout: 60_000,
  },
});
