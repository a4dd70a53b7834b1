import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Tests train models and start servers; two at a time suit two cores.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: ["tests/property-seed.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          include: ["tests/**/*.test.ts"],
          // They install from the registry (npm run test:package), need a browser (npm run test:browser), or take long
          // (npm run soak:interrupt).
          exclude: ["tests/package/**", "tests/browser/**", "tests/e2e/job-kills.test.ts"],
        },
      },
      {
        // The client again, with nothing but the runtime's own `fetch`, as it is used outside Node.
        extends: true,
        test: {
          name: "fetch",
          include: ["tests/client/**/*.test.ts"],
          env: { FERMION_TEST_ADAPTER: "fetch" },
        },
      },
    ],
  },
});
