import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, resolve } from "node:path";
import { stopOnSignals } from "../../embedded/operations/stop.ts";
import { convexCli, type Target } from "./convex-cli.ts";
import { buildDashboard, serveDashboard } from "./dashboard.ts";
import { isUpToDate, pushFunctions, setVariables } from "./deployment.ts";
import { chooseHome, type Home } from "./home.ts";
import { enableDemo, leaveDemo, setupLink } from "./people.ts";
import { type DemoChoice, help, readOptions, StartError, type StartOptions } from "./options.ts";
import { readRecord, writeRecord } from "./record.ts";

const projectDir = resolve(import.meta.dirname, "../..");

/** `npm start`: from a clone to a printed address, and a clean end on Ctrl-C. Mistakes end in one sentence and exit code 1. */
export async function start(argv: string[]): Promise<void> {
  try {
    const options = readOptions(argv);
    if (options.kind === "help") console.log(help);
    else await run(options);
  } catch (error) {
    if (!(error instanceof Error && (error instanceof StartError || "httpStatus" in error))) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

async function run(options: Extract<StartOptions, { kind: "start" }>): Promise<void> {
  const startedAt = performance.now();
  const home = chooseHome(projectDir);
  if (home.kind !== "embedded" && options.demo === "on") {
    throw new StartError("--demo works only on the embedded deployment: a demo workspace lets anybody in without a password.");
  }
  checkFolder(options.dataDir);
  const ports = home.kind === "embedded" ? [options.port, options.port + 1, options.port + 2] : [options.port];
  for (const port of ports) await checkPort(port);

  const closers: (() => Promise<unknown>)[] = [];
  endOnSignals(closers);
  const deployment = await openHome(home, options, closers);
  const setup = await prepare(home, deployment.target, options);
  const dashboard = await serveDashboard(projectDir, options.port, await deployment.url());
  closers.unshift(async () => {
    dashboard.closeAllConnections();
    dashboard.close();
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const ready = `\nCountersign is ready (${seconds} s). Open http://localhost:${options.port}\nCtrl-C stops it.`;
  const first = `\n\nNobody can sign in as an admin yet. This link makes the first one; it works once, for 24 hours:\n${setup}`;
  // At once: whoever waits for the address finds the link, too.
  console.log(setup === null ? ready : ready + first);
}

interface OpenHome {
  target: Target;
  url(): Promise<string>;
}

async function openHome(home: Home, options: { port: number; dataDir: string }, closers: (() => Promise<unknown>)[]): Promise<OpenHome> {
  switch (home.kind) {
    case "embedded": {
      const { openDeployment } = await import("../../embedded/deployment.ts");
      const opened = await openDeployment({
        dataDir: options.dataDir,
        port: options.port + 1,
        sitePort: options.port + 2,
        allowedOrigins: [`http://localhost:${options.port}`, `http://127.0.0.1:${options.port}`],
        projectDir,
      });
      closers.push(() => opened.close());
      return { target: { url: opened.url, adminKey: opened.adminKey }, url: async () => opened.url };
    }
    case "selfHosted":
      await checkDeployment(home);
      return { target: home, url: async () => home.url };
    case "cloud":
      return {
        target: "environment",
        url: async () => (JSON.parse(await convexCli(projectDir, "environment", ["function-spec"])) as { url: string }).url,
      };
    default:
      return home satisfies never;
  }
}

/** Asks the deployment who it is, so that a wrong address or key is one sentence and not a wait without an end. */
async function checkDeployment({ url, adminKey }: { url: string; adminKey: string }): Promise<void> {
  let response: Response;
  try {
    const headers = { Authorization: `Convex ${adminKey}` };
    response = await fetch(`${url}/api/v1/get_canonical_urls`, { headers, signal: AbortSignal.timeout(10_000) });
  } catch {
    throw new StartError(`The deployment at ${url} cannot be reached: check CONVEX_SELF_HOSTED_URL, and that it runs.`);
  }
  if (response.status === 401 || response.status === 403) {
    throw new StartError(`The deployment at ${url} refused the key: check CONVEX_SELF_HOSTED_ADMIN_KEY.`);
  }
  if (!response.ok) throw new StartError(`What answers at ${url} is no Convex deployment (status ${response.status}).`);
}

/**
 * Variables, functions, dashboard and demo mode, each only when something changed since the last start. Answers a
 * link for the first admin while there is none.
 */
async function prepare(home: Home, target: Target, options: { port: number; dataDir: string; demo: DemoChoice }): Promise<string | null> {
  // Another deployment than the one this folder keeps must be asked anew each time: others may change it too.
  const remembered = home.kind === "embedded";
  let record = remembered ? readRecord(options.dataDir) : {};
  const save = (next: typeof record): void => {
    record = next;
    if (remembered) writeRecord(options.dataDir, record);
  };
  const building = buildDashboard(projectDir);
  building.catch(() => {}); // reported below, after the push
  if (remembered && record.pushed === undefined) console.log("First start: setting up the deployment, pushing the functions, building the dashboard …");
  else if (!isUpToDate(projectDir, record)) console.log("Pushing the functions, building the dashboard …");
  save(await setVariables({ projectDir, target, record, siteUrl: `http://localhost:${options.port}`, env: process.env }));
  save(await pushFunctions({ projectDir, target, record, push: home.kind === "cloud" ? home.push : "deploy" }));
  if (options.demo === "leave") {
    await leaveDemo(projectDir, target);
    save({ ...record, demo: "off" });
  } else if (home.kind === "embedded" && (record.demo === undefined || options.demo === "on") && record.demo !== "on") {
    save({ ...record, demo: options.demo === "off" ? "off" : await enableDemo(projectDir, target, options.demo) });
  } else if (record.demo === "on" && options.demo === "off") {
    throw new StartError("This data folder holds a demo. Choose another with --data, or turn it into a desk of real people with --leave-demo.");
  }
  await building;
  if (record.demo === "on" || record.admin === true) return null;
  const link = await setupLink(projectDir, target);
  if (link === null) save({ ...record, admin: true });
  return link;
}

function checkFolder(dir: string): void {
  try {
    makeFolder(dir);
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new StartError(`The data folder ${dir} cannot be written to (${reason}): choose another with --data, or change its permissions.`);
  }
}

/** One level at a time: the recursive form never returns on file systems such as /proc. */
function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  makeFolder(dirname(dir));
  mkdirSync(dir, { mode: 0o700 });
}

/** Asks before anything is opened, so that the sentence names the port and nothing is left half started. */
async function checkPort(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((done, fail) => {
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "is already in use" : `cannot be opened (${error.code})`;
      fail(new StartError(`Port ${port} ${why}: stop what uses it, or choose another with \`npm start -- --port P\` (P, P+1 and P+2 are used).`));
    });
    probe.listen(port, "127.0.0.1", () => probe.close(() => done()));
  });
}

/** How long a stop may take, ms. */
const STOP_LIMIT_MS = 10_000;

function endOnSignals(closers: (() => Promise<unknown>)[]): void {
  const close = async (): Promise<void> => {
    await Promise.allSettled(closers.map((closer) => closer()));
  };
  void stopOnSignals({ close, limitMs: STOP_LIMIT_MS });
}
