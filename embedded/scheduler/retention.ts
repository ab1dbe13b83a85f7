import { setImmediate as nextTurn } from "node:timers/promises";
import type { Store } from "../storage/store.ts";
import { COMPLETED_JOB_RETENTION_MS } from "../values/limits.ts";
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
