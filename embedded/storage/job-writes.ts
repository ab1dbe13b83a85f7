import { UserError } from "../values/errors.ts";
import { decodeId } from "../values/ids.ts";
import { isPlainObject, sizeOf, type Json, type JsonObject } from "../values/json.ts";
import { MAX_SCHEDULE_DISTANCE_MS } from "../values/limits.ts";
import { readDocument } from "./documents.ts";
import { type Job, JOB_TABLE_NUMBER, type JobPhase, type JobState } from "./jobs.ts";
import { mustWrite, tableNumbered, type TransactionState } from "./state.ts";
import { insertSystemDocument, patchSystemDocument, removeSystemDocument } from "./system-writes.ts";

/** A function to run later. */
export interface NewJob {
  /** Component and canonical path ("a/b.js:c") of the function. */
  componentPath: string;
  path: string;
  udfType: "mutation" | "action";
  /** The argument object, or an array of exactly that. */
  args: Json;
  /** When to run it, ms since 1970. */
  atMs: number;
  /** The job whose function schedules this one. */
  parent?: string | undefined;
}

/** Schedules a job and answers its id (SPEC S40, S41). */
export function scheduleJob(t: TransactionState, ns: number, job: NewJob): string {
  mustWrite(t);
  if (!Number.isFinite(job.atMs) || Math.abs(job.atMs - t.nowMs) > MAX_SCHEDULE_DISTANCE_MS) {
    const side = job.atMs < t.nowMs ? "past" : "future";
    throw new UserError("InvalidScheduleTime", `A function cannot be scheduled more than 5 years in the ${side}.`);
  }
  const args = Array.isArray(job.args) ? (job.args[0] ?? {}) : job.args;
  t.metrics.add("functionsScheduled", 1);
  t.metrics.add("scheduledFunctionArgsBytes", sizeOf(args));
  const isOrphan = job.parent !== undefined && isCanceled(t, job.parent);
  const id = insertSystemDocument(t, ns, "_scheduled_functions", {
    name: job.path,
    args: [args],
    scheduledTime: job.atMs,
    state: { kind: isOrphan ? "canceled" : "pending" },
    ...(isOrphan ? { completedTime: t.nowMs } : {}),
  });
  const { componentPath, path, udfType } = job;
  const phase: JobPhase = isOrphan ? "done" : "pending";
  const nextTs = isOrphan ? t.nowMs : Math.max(job.atMs, t.nowMs);
  const parent = job.parent ?? null;
  t.overlay.putJob(id, { ns, id, componentPath, path, udfType, phase, nextTs, attempts: 0, parent });
  return id;
}

/** Cancels a job that is pending or in progress; leaves one that is done, and the mutation that asks (SPEC S42). */
export function cancelJob(t: TransactionState, ns: number, id: string): void {
  mustWrite(t);
  const decoded = typeof id === "string" ? decodeId(id) : null;
  if (decoded?.tableNumber !== JOB_TABLE_NUMBER) {
    const cause = `${JSON.stringify(id)} is not the ID of a scheduled function.`;
    throw new UserError("InvalidArgument", `Invalid argument \`id\` for \`scheduler.cancel\`: ${cause}`);
  }
  const job = findJob(t, ns, id);
  if (job === null) throw new UserError("DocumentNotFound", `Cancel on nonexistent scheduled function ID ${id}`);
  // A mutation in progress is visible in its own transaction only: it is the one that asks.
  const isItself = job.udfType === "mutation" && job.phase === "inProgress";
  if (job.phase !== "done" && !isItself) setJobState(t, ns, id, { kind: "canceled" });
}

/** A job as this transaction sees it, or null. */
export function findJob(t: TransactionState, ns: number, id: string): Job | null {
  const pending = t.overlay.jobs.get(id);
  const job = pending === undefined && decodeId(id) !== null ? t.store.jobs.get(id) : (pending ?? null);
  return job?.ns === ns ? job : null;
}

/** Moves a job to `state`, in its document and for the scheduler. Throws when it does not exist. */
export function setJobState(t: TransactionState, ns: number, id: string, state: JobState): void {
  moveTo(t, mustFind(t, ns, id), state);
}

/** Moves a job that is in phase `from`, as `setJobState`. False when it is not, or does not exist. */
export function moveJob(t: TransactionState, ns: number, id: string, from: JobPhase, state: JobState): boolean {
  const job = findJob(t, ns, id);
  if (job?.phase !== from) return false;
  moveTo(t, job, state);
  return true;
}

function moveTo(t: TransactionState, job: Job, state: JobState): void {
  const { ns, id } = job;
  const phase: JobPhase = state.kind === "pending" || state.kind === "inProgress" ? state.kind : "done";
  const completed: JsonObject = phase === "done" ? { completedTime: t.nowMs } : {};
  patchSystemDocument(t, ns, id, { state: { ...state }, ...completed });
  t.overlay.putJob(id, { ...job, phase, nextTs: phase === "done" ? t.nowMs : job.nextTs });
}

/** Leaves a job pending until `atMs` and counts one more attempt. */
export function retryJob(t: TransactionState, ns: number, id: string, atMs: number): void {
  const job = mustFind(t, ns, id);
  t.overlay.putJob(id, { ...job, phase: "pending", nextTs: atMs, attempts: job.attempts + 1 });
}

/** Forgets a job and its document. */
export function removeJob(t: TransactionState, ns: number, id: string): void {
  mustFind(t, ns, id);
  removeSystemDocument(t, ns, id);
  t.overlay.putJob(id, null);
}

function mustFind(t: TransactionState, ns: number, id: string): Job {
  const job = findJob(t, ns, id);
  if (job === null) throw new UserError("DocumentNotFound", `There is no scheduled function with ID ${id}.`);
  return job;
}

/** Whether the job whose function is running was canceled meanwhile; its id is the same in every namespace. */
function isCanceled(t: TransactionState, id: string): boolean {
  if (decodeId(id) === null) return false;
  const job = t.overlay.jobs.get(id) ?? t.store.jobs.get(id);
  const table = job === null ? undefined : tableNumbered(t, job.ns, JOB_TABLE_NUMBER);
  const document = job === null || table === undefined ? undefined : readDocument(t, table, id)?.doc;
  const state = document?.["state"];
  return state !== undefined && isPlainObject(state) && (state as JsonObject)["kind"] === "canceled";
}
