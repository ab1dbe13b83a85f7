import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { FunctionReference } from "convex/server";
import { inject } from "vitest";
import type { InProcess } from "./accessor.ts";
import { FAKE_TIMERS, openTestConvex, type TestConvex } from "./test-convex.ts";

/**
 * Setup of a vitest project whose tests were written for convex-test and ask for their engine under this symbol: they
 * run on deployments of the embedded server instead. Each test gets new ones, made from the folder that `prepared.setup.ts`
 * pushed the project's functions to.
 */

const projectDir = dirname(dirname(import.meta.dirname));
const CACHE = "modules-cache";
const open = new Map<TestConvex, string>();
let variables: Record<string, string> = {};
const printed: string[] = [];

const engine = {
  fakeTimers: FAKE_TIMERS,
  async open(): Promise<TestConvex> {
    const dataDir = mkdtempSync(join(tmpdir(), "embedded-test-convex-"));
    const pushed = inject("pushedDataDir");
    cpSync(pushed, dataDir, { recursive: true, filter: (path) => basename(path) !== CACHE });
    // What is known of the code is the same for all; its files are named by their content.
    symlinkSync(join(pushed, CACHE), join(dataDir, CACHE));
    const deployment = await openTestConvex({ dataDir, projectDir, variables });
    open.set(deployment, dataDir);
    return deployment;
  },
  async setVariable(name: string, value: string): Promise<void> {
    variables[name] = value;
    for (const deployment of open.keys()) await deployment.setVariables({ [name]: value });
  },
  siteUrl: (deployment: TestConvex) => deployment.siteUrl,
  attempt: (caller: InProcess, fn: FunctionReference<"mutation">, args: Record<string, unknown>): Promise<boolean> =>
    caller.attempt(fn, args),
  takeConsole(): string[] {
    return [...printed.splice(0), ...[...open.keys()].flatMap((deployment) => deployment.takeConsole())].filter(
      // What is logged for debugging is seen by those who look for it.
      (line) => !line.startsWith("[DEBUG]"),
    );
  },
  async end(): Promise<void> {
    for (const [deployment, dataDir] of open) {
      await deployment.end();
      printed.push(...deployment.takeConsole());
      rmSync(dataDir, { recursive: true, force: true });
    }
    open.clear();
    variables = {};
  },
};

(globalThis as Record<symbol, unknown>)[Symbol.for("convex function test engine")] = engine;
