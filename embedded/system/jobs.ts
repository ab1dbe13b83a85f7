/** Scheduled jobs and crons as the dashboard lists them (P22). */
import type { CronSpec } from "../push/crons.ts";
import { cronKey, readCronStates } from "../scheduler/cron-state.ts";
import type { JobRow } from "../storage/jobs.ts";
import type { Transaction } from "../storage/transaction.ts";
import { encodeInt64, isPlainObject, type Json, type JsonObject } from "../values/json.ts";
import { optionalString, pageArgument, wrongArgument } from "./arguments.ts";
import type { SystemContext } from "./functions.ts";

const MAX_PAGE = 1000;

/**
 * Jobs that wait or run, the soonest first: `{paginationOpts, udfPath?}`. Those that run stand on the first page. Times
 * are int64 nanoseconds, `udfArgs` the bytes of a JSON text.
 */
export function scheduledJobs(txn: Transaction, context: SystemContext, args: JsonObject): Json {
  const { ns, store } = context;
  const { cursor, numItems } = pageArgument(args);
  const udfPath = optionalString(args, "udfPath");
  dependOnJobs(txn, context);
  const limit = Math.min(Math.max(1, Math.floor(numItems)), MAX_PAGE);
  const after = cursor === null ? null : positionOf(cursor);
  const { jobs, next } = store.jobs.pendingAfter(ns, { path: udfPath, after, limit });
  const running = cursor === null ? store.jobs.inProgress().filter((job) => job.ns === ns) : [];
  const shown = [...running.filter(({ path }) => udfPath === null || path === udfPath), ...jobs];
  return {
    page: shown.map((job) => jobDocument(txn, job)),
    isDone: next === null,
    continueCursor: next === null ? "end" : JSON.stringify(next),
  };
}

/** When the next job is due, int64 nanoseconds, or null. */
export function nextJobTimestamp(txn: Transaction, context: SystemContext): Json {
  dependOnJobs(txn, context);
  const [job] = context.store.jobs.pendingAfter(context.ns, { path: null, after: null, limit: 1 }).jobs;
  return job ? nanoseconds(job.nextTs) : null;
}

function dependOnJobs(txn: Transaction, { store, ns }: SystemContext): void {
  const byId = store.catalog.table(ns, "_scheduled_functions")!.indexes.get("by_id")!;
  txn.reads.range(byId.id, Buffer.alloc(0), null);
}

function positionOf(cursor: string): [nextMs: number, seq: number] {
  try {
    const [nextMs, seq] = JSON.parse(cursor) as unknown[];
    if (typeof nextMs === "number" && typeof seq === "number") return [nextMs, seq];
  } catch {
    // Said below.
  }
  throw wrongArgument("cursor", "one that a page of jobs gave");
}

function jobDocument(txn: Transaction, job: JobRow): Json {
  const document = txn.get(job.ns, job.id, { isSystem: true }) ?? {};
  const state = document.state;
  return {
    _id: job.id,
    _creationTime: document._creationTime ?? 0,
    component: job.componentPath,
    udfPath: job.path,
    udfArgs: jsonBytes([job.args]),
    state: { type: state !== undefined && isPlainObject(state) ? state.kind! : "pending" },
    nextTs: nanoseconds(job.nextTs),
    completedTs: null,
    originalScheduledTs: nanoseconds(Number(document.scheduledTime ?? job.nextTs)),
    attempts: { system_errors: encodeInt64(BigInt(job.attempts)), occ_errors: encodeInt64(0n) },
  };
}

/** The crons of a component with their next times. What earlier runs did is in the logs only. */
export function cronJobs({ store, code, instance }: SystemContext): Json {
  const states = readCronStates(store);
  return (instance?.crons ?? []).map(({ identifier, path, args, schedule }) => {
    const nextMs = states[cronKey(instance!.path, identifier)]?.nextMs ?? null;
    return {
      _id: cronKey(instance!.path, identifier),
      _creationTime: code.pushedAtMs,
      name: identifier,
      cronSpec: { udfPath: path, udfArgs: jsonBytes([args]), cronSchedule: scheduleJson(schedule as never) },
      lastRun: null,
      nextRun: { nextTs: nextMs === null ? null : nanoseconds(nextMs), state: { type: "pending" } },
      nextTs: nextMs === null ? null : nanoseconds(nextMs),
      prevTs: null,
      state: { type: "pending" },
    };
  });
}

/** A schedule with its numbers as int64, as the dashboard reads it. */
export function scheduleJson(schedule: CronSpec["spec"]["cronSchedule"]): Json {
  return Object.fromEntries(
    Object.entries(schedule).map(([name, value]) => [
      name,
      typeof value === "number" ? encodeInt64(BigInt(value)) : (value as Json),
    ]),
  );
}

/** A JSON text as encoded bytes. */
export function jsonBytes(value: Json): Json {
  return { $bytes: Buffer.from(JSON.stringify(value)).toString("base64") };
}

function nanoseconds(ms: number): Json {
  return encodeInt64(BigInt(Math.round(ms)) * 1_000_000n);
}
