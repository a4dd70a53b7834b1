import { defineConfig } from "vitest/config";

/** The built package in a real browser. It needs a Chromium, so `npm test` leaves it out: npm run test:browser. */
export default defineConfig({
  test: { include: ["tests/browser/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 120_000 },
});
