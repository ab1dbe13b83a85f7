import { setImmediate as nextTurn } from "node:timers/promises";
import type { Store } from "../storage/store.ts";
import { COMPLETED_JOB_RETENTION_MS, SESSION_REQUEST_RETENTION_MS } from "../values/limits.ts";
import type { JobRunner } from "./runner-port.ts";

/** Jobs that one transaction forgets. */
const BATCH = 100;

/**
 * Forgets the jobs that were completed more than seven days before `nowMs` (SPEC J8), a hundred per transaction with
 * a turn of the event loop in between, until there are none or `isOver()`.
 */
export async function forgetOldJobs(
  store: Pick<Store, "jobs">,
  runner: JobRunner,
  nowMs: number,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const { value: count } = await runner.transact((txn) => {
      const old = store.jobs.completedBefore(nowMs - COMPLETED_JOB_RETENTION_MS, BATCH);
      for (const { ns, id } of old) txn.removeJob(ns, id);
      return old.length;
    });
    if (count < BATCH) return;
    await nextTurn();
  }
}

/** Records that one transaction forgets. */
const REQUESTS_BATCH = 500;

/**
 * Forgets the records of clients' mutations that were done more than seven days before `nowMs` (SPEC D7), some per
 * transaction with a turn of the event loop in between, until there are none or `isOver()`.
 */
export async function forgetOldRequests(runner: JobRunner, nowMs: number, isOver: () => boolean): Promise<void> {
  const before = BigInt(Math.floor(nowMs - SESSION_REQUEST_RETENTION_MS)) * 1_000_000n;
  while (!isOver()) {
    const batch = { forgotten: 0 };
    await runner.transact((txn) =>
      txn.atFlush((store) => {
        batch.forgotten = store.sessions.prune(before, REQUESTS_BATCH);
      }),
    );
    if (batch.forgotten < REQUESTS_BATCH) return;
    await nextTurn();
  }
}
