import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // They install from the registry (npm run test:package), or need a browser (npm run test:browser).
    exclude: ["tests/package/**", "tests/browser/**"],
    // Tests train models and start servers; two at a time suit two cores.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
