/// <reference types="vite/client" />
// Where the desk's function tests run. In memory on convex-test; or on what another project of vitest.config.ts puts
// under ENGINE before the tests are loaded (the embedded server). The tests are the same.

import agentTest from "@convex-dev/agent/test";
import rateLimiterTest from "@convex-dev/rate-limiter/test";
import workflowTest from "@convex-dev/workflow/test";
import { convexTest, type TestConvex } from "convex-test";
import type { FunctionReference, GenericMutationCtx } from "convex/server";
import { vi } from "vitest";
import type { DataModel, TableNames } from "../_generated/dataModel";
import schema from "../schema";

type InMemory = TestConvex<typeof schema>;
type Fetch = { fetch(path: string, init?: RequestInit): Promise<Response> };
export type Calls = Pick<InMemory, "query" | "mutation" | "action"> & Fetch;

/** What tests may do with a desk, the same everywhere. */
export type Desk = Calls &
  Pick<InMemory, "run" | "finishInProgressScheduledFunctions"> & {
    withIdentity(identity: Parameters<InMemory["withIdentity"]>[0]): Calls;
    /** Calls as they come from a network address. */
    withRequestMetadata(from: { ip: string }): Pick<InMemory, "query" | "mutation" | "action">;
  };

export interface Engine {
  /** What fake timers replace; everything when absent. */
  fakeTimers?: NonNullable<Parameters<typeof vi.useFakeTimers>[0]>["toFake"];
  /** An empty desk, with the variables set so far. */
  open(): Promise<Desk>;
  /** Sets an environment variable for all desks of the test. */
  setVariable(name: string, value: string): Promise<void>;
  /** The origin that the desks' tokens name as their issuer. */
  siteUrl(desk: Desk): string;
  /**
   * Calls a mutation and takes back what it did: whether that changed any row of the app or what is scheduled. Rejects with what
   * it throws.
   */
  attempt(caller: Calls, fn: FunctionReference<"mutation">, args: Record<string, unknown>): Promise<boolean>;
  /** What functions printed on something other than the test's own console, since the last look. */
  takeConsole(): string[];
  /** Ends the desks of a test and forgets its variables. */
  end(): Promise<void>;
}

export const ENGINE: unique symbol = Symbol.for("convex function test engine");

const SITE_URL = "http://127.0.0.1:3212";
const modules = import.meta.glob(["../**/*.ts", "../_generated/*.js", "!../**/*.*.ts"]);

class RollBack extends Error {}

/** Every row of the app, and what is scheduled, as a text. */
export async function contents(ctx: Pick<GenericMutationCtx<DataModel>, "db">): Promise<string> {
  const rows: unknown[] = [await ctx.db.system.query("_scheduled_functions").collect()];
  for (const table of Object.keys(schema.tables) as TableNames[]) rows.push(await ctx.db.query(table).collect());
  return textOf(rows);
}

/** Documents as a text, equal for equal ones. */
export function textOf(documents: unknown): string {
  return JSON.stringify(documents, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}

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
  async attempt(caller, fn, args) {
    let changed = false;
    const call = caller.mutation(async (ctx) => {
      const before = await contents(ctx);
      await ctx.runMutation(fn, args);
      changed = (await contents(ctx)) !== before;
      throw new RollBack();
    });
    await call.catch((error: unknown) => {
      if (!(error instanceof RollBack)) throw error;
    });
    return changed;
  },
  takeConsole: () => [],
  end() {
    vi.unstubAllEnvs();
    return Promise.resolve();
  },
};

export const engine: Engine = (globalThis as { [ENGINE]?: Engine })[ENGINE] ?? inMemory;
