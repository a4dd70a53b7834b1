import { defineConfig } from "vitest/config";

/** Runs and jobs killed at many moments: `npm test` has the same tests with a few. */
export default defineConfig({
  test: {
    include: ["tests/e2e/run-kills.test.ts", "tests/e2e/job-kills.test.ts"],
    env: { RUN_KILLS: process.env.RUN_KILLS ?? "50", JOB_KILLS: process.env.JOB_KILLS ?? "100" },
    hookTimeout: 60_000,
  },
});
