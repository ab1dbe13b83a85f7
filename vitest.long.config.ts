import { defineConfig } from "vitest/config";

/** Trials that take longer than `npm test` may: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ["**/*.long.test.ts"],
    exclude: ["node_modules/**"],
    globalSetup: ["e2e/setup.ts"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 180_000,
  },
});
