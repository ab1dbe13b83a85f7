import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { launchBrowser } from "../e2e/browser.ts";
import { copyOf, type Desk, emptyFolder, startDesk, threeFreePorts } from "../e2e/desk.ts";
import type { Burst } from "./burst.ts";
import { type Decision, manyAtOnce, oneAtATime, untilPerformed } from "./decisions.ts";
import type { Plan } from "./options.ts";
import { signIn } from "./people.ts";
import { type OpenTask, requestsInReview } from "./prepare.ts";
import { type Painted, secondBrowser } from "./second-browser.ts";

/** A stopped desk whose requests wait for decisions. Every run starts from a copy, so all of them begin alike. */
export interface PreparedDesk {
  dataDir: string;
  /** The desk stands on the same ports each time, as a person's does: its address is among its variables. */
  port: number;
  tasks: OpenTask[];
  /** From the command to the printed address, on an empty folder and with no dashboard built, ms. */
  firstStartMs: number;
}

export interface DeskRun {
  /** From the command to the printed address, on a folder that a desk has used, ms. */
  secondStartMs: number;
  decisions: Decision[];
  painted: Painted[];
  burst: Burst;
}

/** No pauses between the words of drafts, no undo window, and nothing performed outside this machine, whatever the shell has set. */
const env = { TEMPLATE_DELAY_MS: "0", UNDO_WINDOW_MS: "0", WEBHOOK_URL: "", WEBHOOK_SECRET: "" };
const builtMark = resolve(import.meta.dirname, "../dist/.inputs");

/** Starts a desk for the first time, has `count` requests drafted, and stops it. */
export async function prepareDesk(count: number): Promise<PreparedDesk> {
  const port = await threeFreePorts();
  const dataDir = emptyFolder();
  rmSync(builtMark, { force: true });
  const { desk, ms } = await timedStart(dataDir, port);
  try {
    const tasks = await requestsInReview(await signIn(deploymentOf(desk)), count);
    return { dataDir, port, tasks, firstStartMs: ms };
  } finally {
    await desk.stop();
  }
}

/** Measures once, on a copy of the prepared desk. */
export async function measureDesk({ dataDir, port, tasks }: PreparedDesk, plan: Plan): Promise<DeskRun> {
  const copy = copyOf(dataDir);
  const { desk, ms } = await timedStart(copy, port);
  try {
    const cast = await signIn(deploymentOf(desk));
    const left = [...tasks];
    const take = (count: number) => left.splice(0, count);
    const warmUp = take(plan.desk.warmUp);
    await manyAtOnce(cast.reviewer, warmUp, plan.inFlight);
    await untilPerformed(cast, warmUp);
    const decisions = await oneAtATime(cast, take(plan.desk.oneAtATime));
    const painted = await inBrowser((browser) => secondBrowser(browser, desk.url, cast, take(plan.desk.browser)));
    const burst = await manyAtOnce(cast.reviewer, take(plan.desk.burst), plan.inFlight);
    return { secondStartMs: ms, decisions, painted, burst };
  } finally {
    await desk.kill();
    rmSync(copy, { recursive: true, force: true });
  }
}

async function timedStart(dataDir: string, port: number): Promise<{ desk: Desk; ms: number }> {
  const from = performance.now();
  const desk = await startDesk({ dataDir, port, env });
  return { desk, ms: performance.now() - from };
}

async function inBrowser<T>(use: (browser: Awaited<ReturnType<typeof launchBrowser>>) => Promise<T>): Promise<T> {
  const browser = await launchBrowser();
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

/** The deployment listens one port above the dashboard. */
function deploymentOf({ port }: Desk): string {
  return `http://127.0.0.1:${port + 1}`;
}
