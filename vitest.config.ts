import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests of the desk's functions, which go through its engine (convex/testing/engine.helper.ts). */
const deskOnBoth = ["convex/*.test.ts", "convex/{agents,connectors,model,workflows}/*.test.ts"];
/** Random sequences have a trial of their own there, with kills (e2e/killed-sequences.long.test.ts). */
const deskInMemory = ["convex/sequences.test.ts", "**/*.long.test.ts"];

/**
 * One project per kind of test: what it may touch decides how it runs. `isolate: false`: the files of a project follow each
 * other in one process, which loads the modules once; so a test puts back what it changes in a module or the environment.
 */
export default defineConfig({
  resolve: { alias: { "@": folder("./src"), "@convex": folder("./convex") } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "embedded",
          environment: "node",
          include: ["embedded/**/*.test.ts", "scripts/**/*.test.ts", "bench/**/*.test.ts"],
          exclude: ["**/*.long.test.ts"],
          pool: "forks",
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "desk",
          environment: "edge-runtime",
          include: ["convex/**/*.test.ts"],
          exclude: ["**/*.long.test.ts"],
          server: { deps: { inline: ["convex-test"] } },
          isolate: false,
          testTimeout: 90_000, // in npm test they take the time that the others leave
        },
      },
      {
        extends: true,
        test: {
          // The desk's function tests once more, on the embedded server; for the long trials.
          name: "desk-embedded",
          environment: "node",
          include: deskOnBoth,
          exclude: deskInMemory,
          globalSetup: ["embedded/contract/prepared.setup.ts"],
          setupFiles: ["embedded/contract/engine.setup.ts"],
          pool: "forks",
          testTimeout: 90_000,
        },
      },
      {
        extends: true,
        test: { name: "dashboard", environment: "node", include: ["src/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          environment: "node",
          include: ["e2e/**/*.test.ts"],
          exclude: ["**/*.long.test.ts"],
          globalSetup: ["e2e/setup.ts"],
          pool: "forks",
          fileParallelism: false, // each file has its own desk and browser: two at once starve each other on two cores
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
