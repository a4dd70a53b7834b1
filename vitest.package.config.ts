import { defineConfig } from "vitest/config";

/** Checks of the packed package as a user installs it; they need the registry, so `npm test` leaves them out. */
export default defineConfig({
  test: { include: ["tests/package/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 300_000 },
});
