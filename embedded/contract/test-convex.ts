import { setImmediate as turn } from "node:timers/promises";
import { inspect } from "node:util";
import type { UserIdentity } from "convex/server";
import { openDeployment } from "../deployment.ts";
import type { Runner } from "../functions/runner.ts";
import { readCronStates, writeCronStates } from "../scheduler/cron-state.ts";
import { Store } from "../storage/store.ts";
import { type Accessor, type InProcess, inProcess, overHttp } from "./accessor.ts";
import { runHandler, type TestHandler } from "./run-handler.ts";

/**
 * A whole deployment in this process behind the calls that convex-test has, so that a test written for one runs on the
 * other. Functions are called over HTTP by the real client; only waiting for jobs, `run` and what functions printed
 * look into the server.
 *
 * Fake timers: the server lives in the test's process, so `vi.useFakeTimers({ toFake: FAKE_TIMERS })` moves its clock
 * and its scheduler with the test's. Actions run in worker threads and keep the real time.
 */

/** What fake timers may replace: the server needs the other kinds to go on by itself. */
export const FAKE_TIMERS = ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"] as const;

export interface TestConvex extends InProcess {
  readonly url: string;
  readonly siteUrl: string;
  readonly adminKey: string;
  /** Names that are left out are made up as convex-test does. */
  withIdentity(identity: Partial<UserIdentity>): InProcess;
  /** Calls as they come from a network address. */
  withRequestMetadata(from: { ip: string }): Accessor;
  /** Runs `handler` with the `ctx` of a mutation of the app; every operation is a transaction of its own. */
  run<T>(handler: TestHandler<T>): Promise<T>;
  /** Resolves when no job is due at the scheduler's clock and none runs. */
  finishInProgressScheduledFunctions(): Promise<void>;
  /** Sets environment variables of the deployment. */
  setVariables(variables: Record<string, string>): Promise<void>;
  /** What functions printed since the last look, e.g. "[LOG] 'text'", with the errors of jobs, and faults of the server. */
  takeConsole(): string[];
  end(): Promise<void>;
}

export interface TestConvexOptions {
  /** A folder with functions that were pushed before; it is used up. */
  dataDir: string;
  /** Where "use node" modules find packages. */
  projectDir?: string;
  variables?: Record<string, string>;
}

/** The last moment that a Date can tell, ms since 1970. */
const NEVER_MS = 8.64e15;

// Kept from before fake timers come.
const realTimeout = globalThis.setTimeout;

/** Opens the deployment in `dataDir`. Rejects like `openDeployment`. */
export async function openTestConvex({ dataDir, projectDir, variables = {} }: TestConvexOptions): Promise<TestConvex> {
  // Into the folder itself: through the server each change would evaluate auth.config, which takes most of a second.
  prepareFolder(dataDir, variables);
  let parts: { store: Store; runner: Runner } | null = null;
  const printed: string[] = [];
  // A job is due when the clock has moved on past its time: with fake timers nothing begins before the test says so.
  const schedulerNow = () => Date.now() - 1;
  const deployment = await openDeployment({
    dataDir,
    port: 0,
    sitePort: 0,
    ...(projectDir === undefined ? {} : { projectDir }),
    schedulerNow,
    onParts: (opened) => (parts = opened),
    report: (error) => printed.push(`[FAULT] ${inspect(error)}`),
  });
  const { store, runner } = parts! as { store: Store; runner: Runner };
  const { url, siteUrl, adminKey } = deployment;
  runner.onExecution(({ logLines, caller, error, identifier }) => {
    printed.push(...logLines);
    if (caller.kind === "scheduler" && error !== null) printed.push(`[ERROR] ${identifier}: ${error.message}`);
  });

  const isBusy = () => store.jobs.due(schedulerNow(), 1).length > 0 || store.jobs.inProgress().length > 0;
  return {
    url,
    siteUrl,
    adminKey,
    ...overHttp(deployment),
    // Who a request is from stands in its token, for which there is no key here.
    attempt: inProcess(runner, siteUrl, {}).attempt,
    withIdentity: (given) => {
      const identity = wholeIdentity(given);
      const { fetch, attempt } = inProcess(runner, siteUrl, { identity });
      return { ...overHttp(deployment, identity), fetch, attempt };
    },
    withRequestMetadata: (from) => inProcess(runner, siteUrl, from),
    run: (handler) => runHandler(runner, handler),
    async finishInProgressScheduledFunctions() {
      // What ended a turn ago may have begun something in this one.
      do {
        while (isBusy()) await new Promise((resolve) => realTimeout(resolve, 1));
        await turn();
      } while (isBusy());
    },
    async setVariables(changed) {
      const changes = Object.entries(changed).map(([name, value]) => ({ name, value }));
      const answer = await fetch(`${url}/api/update_environment_variables`, {
        method: "POST",
        headers: { authorization: `Convex ${adminKey}`, "content-type": "application/json" },
        body: JSON.stringify({ changes }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    takeConsole: () => printed.splice(0),
    end: () => deployment.close(),
  };
}

/** Sets variables, and puts off what is due by itself: there are no crons in memory, and tests count what they did. */
function prepareFolder(dataDir: string, variables: Record<string, string>): void {
  const store = new Store(dataDir);
  for (const [name, value] of Object.entries(variables)) store.env.set(name, value, Date.now());
  writeCronStates(store, Object.entries(readCronStates(store)).map(([key, state]) => [key, { ...state, nextMs: NEVER_MS }]));
  store.close();
}

function wholeIdentity(given: Partial<UserIdentity>): UserIdentity {
  const { subject = "somebody", issuer = "https://convex.test" } = given;
  return { tokenIdentifier: `${issuer}|${subject}`, ...given, subject, issuer };
}
