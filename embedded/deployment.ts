import type { Server } from "node:http";
import { join } from "node:path";
import { AdminKey } from "./auth/admin-key.ts";
import { WorkerPool } from "./functions/actions/pool.ts";
import { Loader } from "./functions/loader.ts";
import { type Execution, Runner } from "./functions/runner.ts";
import { Authenticator } from "./http/authenticator.ts";
import { originRules } from "./http/origins.ts";
import { keyFetcher } from "./http/own-site.ts";
import { apiRouter } from "./http/router.ts";
import { apiServer, listen, type SiteHandler, siteServer } from "./http/server.ts";
import { siteHandler } from "./http/site.ts";
import { Sockets } from "./http/sockets.ts";
import { logExecutions, overloadTeller } from "./operations/events.ts";
import { HealthCheck } from "./operations/health.ts";
import { createLogger, formatForStandardError, type Logger, type LoggerOptions } from "./operations/log.ts";
import { Metrics } from "./operations/metrics.ts";
import { AnalysisThread } from "./push/analysis-thread.ts";
import { loadCode, type Origins } from "./push/load.ts";
import { type LogEntry, LogStream } from "./push/log-stream.ts";
import { SchemaBuilds } from "./push/schema-builds.ts";
import { pushRoutes } from "./push/routes.ts";
import { Scheduler } from "./scheduler/scheduler.ts";
import { Store } from "./storage/store.ts";
import { intake, live, unread } from "./sync/budget.ts";
import { Calls } from "./sync/calls.ts";
import type { AuthenticateMessage } from "./sync/protocol.ts";
import { Subscriptions } from "./sync/subscriptions.ts";
import { createSystemMutation, createSystemQuery } from "./system/query.ts";
import { Transfers } from "./transfer/transfers.ts";

/** A whole deployment in this process: store, functions, scheduler, sockets and listeners, opened and closed together. */

export interface DeploymentOptions {
  /** Folder of the data; made when it is not there. One process at a time may use it. */
  dataDir: string;
  /** Port of the API, and of the HTTP actions; 0 lets the system choose. */
  port: number;
  sitePort: number;
  /** Address to listen on; 127.0.0.1 unless given (H6). */
  host?: string;
  /** Origins of pages that may use the API, e.g. the dashboard's (H2). */
  allowedOrigins?: readonly string[];
  /** Host names besides loopback that requests may come under (H1). */
  allowedHosts?: readonly string[];
  /** Used instead of the key kept in the data folder. */
  adminKey?: string;
  /** Where external packages of "use node" modules are found; none when absent. */
  projectDir?: string;
  /** What is logged, and how: warnings on standard error unless given. `functions`: every execution with its console output. */
  log?: Partial<Omit<LoggerOptions, "secrets">> & { functions?: boolean };
  /** Where faults of the server are told; the log unless given. */
  report?: (error: unknown) => void;
  /** The clock of scheduled functions in ms since 1970; the system's unless given. */
  schedulerNow?: () => number;
  /** Is shown the parts once they stand, before anything is due; tests look into them. */
  onParts?: (parts: { store: Store; runner: Runner }) => void;
}

export interface Deployment {
  /** Origin of the API, e.g. `http://127.0.0.1:3210`. */
  url: string;
  /** Origin of the HTTP actions. */
  siteUrl: string;
  adminKey: string;
  /** The server's log; it hides the admin key and the values of variables. */
  log: Logger;
  /** Stops everything in order and frees ports and files; may be called again. */
  close(): Promise<void>;
}

const DEFAULT_HOST = "127.0.0.1";
/** Calls under way at a close get this long to end, ms. */
const CLOSE_GRACE_MS = 2_000;

/**
 * Opens a deployment. Resolves when it answers requests.
 * @throws UserError with one sentence: a port in use, a folder that cannot be used or is in use, a malformed key or origin.
 * Nothing stays open then.
 */
export async function openDeployment(options: DeploymentOptions): Promise<Deployment> {
  // Functions see the time zone of the process, and Convex's is UTC.
  process.env["TZ"] = "UTC";
  let parts: Parts | null = null;
  const { functions: logFunctions = false, ...logOptions } = options.log ?? {};
  const secrets = () => parts?.secrets() ?? [];
  const log = createLogger({ level: "warn", format: formatForStandardError(), ...logOptions, secrets });
  const report = options.report ?? ((error: unknown) => log.error("fault", { error }));
  const host = options.host ?? DEFAULT_HOST;
  const hosts = [...(options.allowedHosts ?? []), ...(host === "0.0.0.0" || host === "::" ? [] : [host])];
  const rules = originRules({ hosts, origins: options.allowedOrigins ?? [] });

  // The listeners come first: their ports are part of what functions see. Requests wait until the rest is there.
  const opening = Promise.withResolvers<Parts>();
  opening.promise.catch(() => undefined);
  const site: SiteHandler = async (...request) => (await opening.promise).site(...request);
  const answered = (listener: "api" | "site") => (status: number) => parts?.operations.metrics.answered(listener, status);
  const api = apiServer({ rules, report, site, answered: answered("api"), api: async (...request) => (await opening.promise).api(...request) });
  const siteListener = siteServer({ rules, report, site, answered: answered("site") });
  const sockets = new Sockets(api, rules, opening.promise.then((parts) => parts.sync));
  try {
    const origins: Origins = {
      cloudUrl: originOf(host, await listen(api, options.port, host)),
      siteUrl: originOf(host, await listen(siteListener, options.sitePort, host)),
    };
    parts = await openParts(options, { origins, report, log, logFunctions, sockets: () => sockets.size });
    opening.resolve(parts);
    let closing: Promise<void> | null = null;
    const opened = parts;
    return {
      url: origins.cloudUrl,
      siteUrl: origins.siteUrl,
      adminKey: parts.adminKey.text,
      log,
      close: () => (closing ??= closeAll(sockets, [api, siteListener], opened)),
    };
  } catch (error) {
    opening.reject(error);
    await closeAll(sockets, [api, siteListener], parts);
    throw error;
  }
}

type Parts = Awaited<ReturnType<typeof openParts>>;

interface Surroundings {
  origins: Origins;
  report: (error: unknown) => void;
  log: Logger;
  logFunctions: boolean;
  /** Number of open WebSockets. */
  sockets: () => number;
}

async function openParts(options: DeploymentOptions, { origins, report, log, logFunctions, sockets }: Surroundings) {
  const store = new Store(options.dataDir);
  try {
    if (store.db.copyBeforeUpgrade !== null) log.warn("upgraded", { copy: store.db.copyBeforeUpgrade });
    const adminKey = AdminKey.open(options.dataDir, options.adminKey, (message) => log.warn("adminKey", { message }));
    const loader = new Loader(join(options.dataDir, "modules-cache"));
    const onStray = (line: string): void => log.warn("stray", { line });
    const pool = new WorkerPool({ dataDir: options.dataDir, projectDir: options.projectDir ?? null, onStray });
    const instanceName = adminKey.name;
    const runner = new Runner({ store, loader, actions: pool, deploymentName: instanceName });
    runner.setCode(loadCode(store, origins));
    const code = () => runner.code;
    const system = { runner, store, code };
    const calls = new Calls(runner, createSystemQuery(system), createSystemMutation(system));
    const subscriptions = new Subscriptions(calls, store.db.lastTs());
    runner.onCommit(({ ts, writes }) => subscriptions.committed(ts, writes));
    runner.onCommit(() => store.blobs.committed());
    runner.onCode(() => subscriptions.codeChanged());
    const authenticator = new Authenticator({
      adminKey,
      providers: () => runner.code.auth,
      fetchJson: keyFetcher(origins.siteUrl, runner),
    });
    const logs = new LogStream();
    runner.onExecution((execution) => logs.append(logEntryOf(execution)));
    logExecutions(runner, log, logFunctions);
    const { schedulerNow: now = Date.now } = options;
    const scheduler = new Scheduler({ store, runner, code, report, now });
    const health = new HealthCheck({ store, runner, now });
    const metrics = new Metrics({
      runner,
      dataDir: options.dataDir,
      subscriptions,
      sockets,
      schedulerLagMs: () => health.lagMs(),
      actions: () => pool.load(),
      memory: () => ({ intake: intake.used, unread: unread.used, live: live.used }),
    });
    const overloaded = overloadTeller(log, (what: "calls" | "sockets") => metrics.overloaded(what));
    options.onParts?.({ store, runner });
    const analysis = new AnalysisThread({
      cacheDir: join(options.dataDir, "modules-cache"),
      projectDir: options.projectDir ?? null,
      analyzeNode: (set, paths, env) => pool.analyzeNode(set, paths, env),
    });
    const builds = new SchemaBuilds({ store, runner, report });
    const routes = pushRoutes({
      store,
      runner,
      analysis,
      builds,
      report,
      origins,
      logs,
      code,
      checkAdminKey: (key) => adminKey.matches(key),
    });
    await scheduler.start();
    void builds.sweep(store.catalog.namespaces().map(({ ns }) => ns)).catch(report);
    store.blobs.sweep().catch(report);
    const transfers = new Transfers({ store, runner, report });
    await transfers.start();
    return {
      adminKey,
      operations: { health, metrics },
      /** What must not be in the log. */
      secrets: () => [adminKey.text, ...Object.values(store.db.sql.isOpen ? store.env.values() : {})],
      sync: { calls, subscriptions, report, overloaded, authenticate: (m: AuthenticateMessage) => authenticator.fromMessage(m) },
      api: apiRouter({ store, runner, transfers,
        instanceName,
        calls,
        subscriptions,
        authenticator,
        pushRoutes: routes,
        operations: { health, metrics },
        jwks: () => runner.signingKey.jwks(),
      }),
      site: siteHandler({ runner, report, viewerOf: (header) => authenticator.forHttpAction(header) }),
      /** Answers those who wait for news, so that they do not hold up the close. */
      endWaits: () => logs.close(),
      async close() {
        await analysis.close();
        await builds.close();
        await transfers.close();
        await scheduler.stop();
        await pool.close();
        await runner.close();
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Stops taking requests, lets those under way end, then closes what they stand on (H18). */
async function closeAll(sockets: Sockets, servers: Server[], parts: Parts | null): Promise<void> {
  sockets.close();
  parts?.endWaits();
  const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
  for (const server of servers) server.closeIdleConnections();
  const grace = setTimeout(() => servers.forEach((server) => server.closeAllConnections()), CLOSE_GRACE_MS);
  await Promise.all(closed);
  clearTimeout(grace);
  await parts?.close();
}

/** An execution in the shape of the log stream. */
function logEntryOf(e: Execution): LogEntry {
  return {
    kind: "Completion",
    udfType: e.udfType,
    componentPath: e.componentPath === "" ? null : e.componentPath,
    identifier: e.identifier,
    logLines: e.logLines,
    timestamp: (e.startedMs + e.durationMs) / 1000,
    executionTime: e.durationMs / 1000,
    error: e.error?.message ?? null,
    requestId: e.caller.requestId,
    caller: e.caller.kind,
    environment: e.environment,
    cachedResult: e.isCached,
  };
}

function originOf(host: string, port: number): string {
  if (host === "0.0.0.0" || host === "::") return `http://${DEFAULT_HOST}:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
