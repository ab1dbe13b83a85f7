import { statSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Runner } from "../functions/runner.ts";
import { stoppedFor } from "./events.ts";
import { Count, type Figure, Histogram, prometheusText, reading } from "./figures.ts";

/**
 * Figures of the running server (O6). Labels have few values that are known here, never names from outside, so their
 * number does not grow. What can be asked for is asked when the figures are read; nothing ticks.
 */

export interface MetricSources {
  runner: Pick<Runner, "onExecution" | "onCommit" | "realms">;
  /** The data folder. */
  dataDir: string;
  /** Live queries somebody watches, and how many were run in all. */
  subscriptions: { readonly size: number; readonly executions: number };
  /** Open WebSockets. */
  sockets: () => number;
  /** How long the oldest due job waits already, ms; 0 when none is late. */
  schedulerLagMs: () => number;
  /** Threads of actions, and calls that wait for one or run. */
  actions: () => { threads: number; running: number };
  /** What is held of what clients sent and of what they have not taken, bytes. */
  memory: () => { intake: number; unread: number; live: number };
}

/** Bounds in seconds: from a cached read to an action of ten minutes. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600];
const GROUP_SIZES = [1, 2, 4, 8, 16, 32, 64, 128];

export class Metrics {
  readonly #functionSeconds = new Histogram(
    "deployment_function_seconds",
    "Time of functions from their start to their result, in seconds; a mutation's ends on disk.",
    SECONDS,
  );
  readonly #stopped = new Count("deployment_functions_stopped_total", "Functions that were stopped for their time or memory.");
  readonly #groups = new Histogram(
    "deployment_commit_group_transactions",
    "Transactions written with one disk synchronisation; the count is that of commit groups.",
    GROUP_SIZES,
  );
  readonly #requests = new Count("deployment_http_requests_total", "HTTP requests answered, by listener and class of status.");
  readonly #overload = new Count("deployment_overload_total", "What was refused because too much was asked for at a time.");
  readonly #figures: Figure[];

  constructor(sources: MetricSources) {
    const { runner } = sources;
    runner.onExecution((execution) => {
      const { udfType, error, durationMs } = execution;
      const kind = udfType.charAt(0).toLowerCase() + udfType.slice(1);
      this.#functionSeconds.observe(durationMs / 1000, { kind, outcome: error ? "error" : "success" });
      const reason = stoppedFor(execution);
      if (reason) this.#stopped.add({ reason });
    });
    runner.onCommit(({ transactions }) => this.#groups.observe(transactions));
    const counted = [this.#functionSeconds, this.#stopped, this.#groups, this.#requests, this.#overload];
    this.#figures = [...counted, ...serverReadings(sources), ...processReadings()];
  }

  /** The figures as Prometheus text, and its content type. */
  read(): Promise<{ type: string; body: string }> {
    return prometheusText(this.#figures);
  }

  /** Counts an answered request. */
  answered(listener: "api" | "site", status: number): void {
    this.#requests.add({ listener, status: `${Math.floor(status / 100)}xx` });
  }

  /** Counts something refused. */
  overloaded(what: "calls" | "sockets"): void {
    this.#overload.add({ what });
  }
}

function serverReadings(sources: MetricSources): Figure[] {
  const { runner, subscriptions, sockets, schedulerLagMs, actions, memory, dataDir } = sources;
  const gauge = (name: string, help: string, value: () => number) => reading("gauge", `deployment_${name}`, help, value);
  const scopes = () => runner.realms.counts;
  const file = (name: string) => () => statSync(join(dataDir, name), { throwIfNoEntry: false })?.size ?? 0;
  return [
    gauge("subscriptions", "Live queries that somebody watches.", () => subscriptions.size),
    reading("counter", "deployment_subscription_runs_total", "Executions of live queries.", () => subscriptions.executions),
    gauge("sockets", "Open WebSockets.", sockets),
    gauge("scheduler_lag_seconds", "How long the oldest due job waits.", () => schedulerLagMs() / 1000),
    gauge("ready_scopes", "Global scopes made ahead of need.", () => scopes().fresh + scopes().sealed),
    reading("counter", "deployment_reused_scope_calls_total", "Calls in global scopes that served calls before.", () => scopes().sealedCalls),
    reading("counter", "deployment_own_scope_calls_total", "Calls in global scopes made for them, which cost several times more.", () => scopes().freshCalls),
    gauge("action_threads", "Threads that run actions.", () => actions().threads),
    gauge("actions", "Actions that wait for a thread or run.", () => actions().running),
    gauge("intake_bytes", "What clients sent and was not worked off.", () => memory().intake),
    gauge("unread_bytes", "What was sent and clients have not taken.", () => memory().unread),
    gauge("live_query_bytes", "Arguments and results of live queries.", () => memory().live),
    gauge("store_bytes", "Size of the database file.", file("deployment.sqlite3")),
    gauge("store_log_bytes", "Size of the write-ahead log.", file("deployment.sqlite3-wal")),
  ];
}

function processReadings(): Figure[] {
  const cpuSeconds = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  let last = performance.eventLoopUtilization();
  const busy = () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return Number.isFinite(utilization) ? utilization : 0;
  };
  return [
    reading("gauge", "process_start_time_seconds", "Start of the process, seconds since 1970.", () => performance.timeOrigin / 1000),
    reading("counter", "process_cpu_seconds_total", "Processor time used.", cpuSeconds),
    reading("gauge", "process_resident_memory_bytes", "Memory of the process.", () => process.memoryUsage.rss()),
    reading("gauge", "nodejs_heap_used_bytes", "Heap in use on the server's thread.", () => process.memoryUsage().heapUsed),
    reading("gauge", "nodejs_external_memory_bytes", "Buffers outside the heap.", () => process.memoryUsage().external),
    reading("gauge", "nodejs_eventloop_utilization", "Busy share of the server's thread since the last reading.", busy),
  ];
}
