/// <reference types="vite/client" />
// Where the desk's function tests run. In memory on convex-test; or on what another project of vitest.config.ts puts
// under ENGINE before the tests are loaded (the embedded server). The tests are the same.

import agentTest from "@convex-dev/agent/test";
import rateLimiterTest from "@convex-dev/rate-limiter/test";
import workflowTest from "@convex-dev/workflow/test";
import { convexTest, type TestConvex } from "convex-test";
import { vi } from "vitest";
import schema from "../schema";

/** What tests may do with a desk, the same everywhere. */
export type Desk = Pick<
  TestConvex<typeof schema>,
  "query" | "mutation" | "action" | "run" | "withIdentity" | "finishInProgressScheduledFunctions"
>;

export interface Engine {
  /** What fake timers replace; everything when absent. */
  fakeTimers?: NonNullable<Parameters<typeof vi.useFakeTimers>[0]>["toFake"];
  /** An empty desk, with the variables set so far. */
  open(): Promise<Desk>;
  /** Sets an environment variable for all desks of the test. */
  setVariable(name: string, value: string): Promise<void>;
  /** The origin that the desks' tokens name as their issuer. */
  siteUrl(desk: Desk): string;
  /** What functions printed on something other than the test's own console, since the last look. */
  takeConsole(): string[];
  /** Ends the desks of a test and forgets its variables. */
  end(): Promise<void>;
}

export const ENGINE: unique symbol = Symbol.for("convex function test engine");

const SITE_URL = "http://127.0.0.1:3212";
const modules = import.meta.glob(["../**/*.ts", "../_generated/*.js", "!../**/*.*.ts"]);

const inMemory: Engine = {
  open() {
    vi.stubEnv("CONVEX_SITE_URL", SITE_URL);
    const desk = convexTest(schema, modules);
    workflowTest.register(desk);
    agentTest.register(desk);
    rateLimiterTest.register(desk);
    return Promise.resolve(desk);
  },
  setVariable(name, value) {
    vi.stubEnv(name, value);
    return Promise.resolve();
  },
  siteUrl: () => SITE_URL,
  takeConsole: () => [],
  end() {
    vi.unstubAllEnvs();
    return Promise.resolve();
  },
};

export const engine: Engine = (globalThis as { [ENGINE]?: Engine })[ENGINE] ?? inMemory;
