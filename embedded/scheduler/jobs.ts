import type { DueJob, JobRow } from "../storage/jobs.ts";
import type { Store } from "../storage/store.ts";
import { claimActionJob, moveJob, runActionJob, runMutationJob, TRANSIENT_ERROR } from "./job-run.ts";
import type { JobRunner, Report } from "./runner-port.ts";

/** Mutation jobs waiting at the gate together: enough to share a commit, few enough to let clients in between. */
const MAX_MUTATIONS = 16;
/** Actions of jobs running together, unless told otherwise. */
const MAX_ACTIONS = 64;
/** Due jobs looked at beyond those already running. */
const LOOK_AHEAD = 16;
/** The longest sleep, in ms: timers stand still while a computer sleeps, so look at the clock once a minute. */
const MAX_SLEEP_MS = 60_000;
/** How soon to look again, in ms, while due jobs wait for others to end. */
const HELD_BACK_MS = 250;
const MIN_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 60_000;
/** How long a job stays put, in ms, when not even its delay could be stored. */
const RETRY_MS = 1000;
/** Jobs that one transaction of the recovery moves. */
const RECOVERY_BATCH = 100;

export interface JobSchedulerOptions {
  store: Pick<Store, "jobs">;
  runner: JobRunner;
  report: Report;
  /** ms since 1970. */
  now: () => number;
  maxActions?: number;
}

/**
 * Runs the scheduled functions (SPEC J). The rows are the truth and live in the store; in memory there is only which
 * jobs are running and one timer to the next due row. Every commit that touches jobs wakes it.
 */
export class JobScheduler {
  readonly #o: JobSchedulerOptions;
  readonly #slots: Record<JobRow["udfType"], number>;
  readonly #running = new Map<DueJob["seq"], JobRow["udfType"]>();
  /** Steps that write; a stop waits for them. */
  readonly #steps = new Set<Promise<unknown>>();
  /** Waits of jobs put off; a stop ends them. */
  readonly #waits = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;
  #soon: NodeJS.Immediate | null = null;
  #unsubscribe: (() => void) | null = null;
  #phase: "new" | "on" | "stopping" | "closed" = "new";

  constructor(o: JobSchedulerOptions) {
    this.#o = o;
    this.#slots = { mutation: MAX_MUTATIONS, action: o.maxActions ?? MAX_ACTIONS };
  }

  /** Fails the actions that were running when the process ended, then begins. The pushed code must be there before. */
  async start(): Promise<void> {
    const { store, runner } = this.#o;
    const stale = store.jobs.inProgress();
    for (let i = 0; i < stale.length; i += RECOVERY_BATCH) {
      await runner.transact((txn) => {
        for (const { ns, id } of stale.slice(i, i + RECOVERY_BATCH)) {
          txn.setJobState(ns, id, { kind: "failed", error: TRANSIENT_ERROR });
        }
      });
    }
    this.#phase = "on";
    this.#unsubscribe = runner.onCommit((commit) => {
      if (commit.jobs) this.#wake();
    });
    this.#wake();
  }

  /** Begins nothing more and waits for running mutations and for what is being recorded; actions are not waited for. */
  async stop(): Promise<void> {
    this.#phase = "stopping";
    this.#unsubscribe?.();
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#soon !== null) clearImmediate(this.#soon);
    for (const end of this.#waits) end();
    while (this.#steps.size > 0) await Promise.allSettled(this.#steps);
    this.#phase = "closed";
  }

  #wake(): void {
    if (this.#phase === "on") this.#soon ??= setImmediate(() => this.#look());
  }

  #look(): void {
    this.#soon = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const { store, now, report } = this.#o;
    let sleepMs = HELD_BACK_MS;
    try {
      const nowMs = now();
      for (const due of this.#startable(nowMs)) this.#launch(due.seq, store.jobs.toRun(due));
      const next = store.jobs.nextDueMs();
      if (next === null) sleepMs = MAX_SLEEP_MS;
      else if (next > nowMs) sleepMs = Math.min(Math.ceil(next - nowMs), MAX_SLEEP_MS);
    } catch (error) {
      report(error, "looking for due jobs");
    }
    this.#timer = setTimeout(() => this.#wake(), sleepMs);
  }

  /** Due jobs there is room for, in order. */
  #startable(nowMs: number): DueJob[] {
    const left = { ...this.#slots };
    for (const type of this.#running.values()) left[type]--;
    if (left.mutation <= 0 && left.action <= 0) return [];
    for (let limit = this.#running.size + LOOK_AHEAD; ; limit *= 4) {
      const due = this.#o.store.jobs.due(nowMs, limit);
      const ready = due.filter((job) => !this.#running.has(job.seq) && left[job.udfType]-- > 0);
      // Actions may run for minutes: mutations behind those that wait for room must still be found.
      const mayHideMutations = ready.length === 0 && left.action <= 0 && left.mutation > 0;
      if (due.length < limit || !mayHideMutations) return ready;
    }
  }

  #launch(seq: DueJob["seq"], job: JobRow): void {
    this.#running.set(seq, job.udfType);
    const run = job.udfType === "mutation" ? this.#step(runMutationJob(job, this.#o.runner)) : this.#runAction(job);
    void run
      .catch((error: unknown) => this.#putOff(job, error))
      .finally(() => {
        this.#running.delete(seq);
        this.#wake();
      });
  }

  async #runAction(job: JobRow): Promise<void> {
    if (!(await this.#step(claimActionJob(job, this.#o.runner)))) return;
    const state = await runActionJob(job, this.#o.runner);
    // It has run; now only its end can be lost. A cancel in between wins.
    for (let attempt = 0; this.#phase !== "closed"; attempt++) {
      try {
        await this.#step(moveJob(job, this.#o.runner, "inProgress", state));
        return;
      } catch (error) {
        this.#o.report(error, `recording the end of job ${job.id} (${job.path})`);
        if (this.#phase !== "on") return;
        await this.#wait(backoffMs(attempt));
      }
    }
  }

  /** The server failed before anything of the job happened: it stays pending and comes again later. */
  async #putOff(job: JobRow, cause: unknown): Promise<void> {
    const { runner, now, report } = this.#o;
    report(cause, `running job ${job.id} (${job.path})`);
    if (this.#phase !== "on") return;
    const delayMs = backoffMs(job.attempts);
    try {
      await this.#step(
        runner.transact((txn) => {
          if (txn.job(job.ns, job.id)?.phase === "pending") txn.retryJob(job.ns, job.id, now() + delayMs);
        }),
      );
    } catch (error) {
      report(error, `putting off job ${job.id} (${job.path})`);
      await this.#wait(RETRY_MS);
    }
  }

  #step<T>(step: Promise<T>): Promise<T> {
    this.#steps.add(step);
    const done = () => this.#steps.delete(step);
    step.then(done, done);
    return step;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#waits.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#waits.add(end);
    });
  }
}

/** 0.1 s, doubled with every attempt, at most a minute. */
function backoffMs(attempts: number): number {
  return Math.min(MIN_BACKOFF_MS * 2 ** Math.min(attempts, 20), MAX_BACKOFF_MS);
}
