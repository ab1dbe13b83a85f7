import type { Code } from "../functions/code.ts";
import type { Store } from "../storage/store.ts";
import { followingRunMs } from "./cron-schedule.ts";
import { adoptCrons, advanceCron, type Cron, cronsOf, readCronStates } from "./cron-state.ts";
import { isRefusal, type JobRunner, nobody, type Report, unlessConflicted } from "./runner-port.ts";

/** The longest sleep, in ms: timers stand still while a computer sleeps, so look at the clock once a minute. */
const MAX_SLEEP_MS = 60_000;
/** How soon to try again, in ms, after the server itself failed. */
const RETRY_MS = 1000;

export interface CronSchedulerOptions {
  store: Pick<Store, "db">;
  runner: JobRunner;
  /** The code that runs now. */
  code: () => Code;
  report: Report;
  /** ms since 1970. */
  now: () => number;
}

/**
 * Runs the crons of the pushed code (SPEC J10–J13): one run of each at a time, mutations exactly once per occurrence,
 * actions at most once. The next time of each is stored, and moves on in the transaction that runs the mutation or
 * claims the action.
 */
export class CronScheduler {
  readonly #o: CronSchedulerOptions;
  /** Crons that run now, with the occurrence (ms) that was taken last: the one that runs, or a later one left out. */
  readonly #running = new Map<string, number>();
  readonly #steps = new Set<Promise<unknown>>();
  #crons: Cron[] = [];
  #timer: NodeJS.Timeout | null = null;
  #unsubscribe: (() => void) | null = null;
  #adopting: Promise<void> = Promise.resolve();
  #isOn = false;

  constructor(o: CronSchedulerOptions) {
    this.#o = o;
  }

  /** Takes up the crons of the code that runs now, and of every later one. */
  async start(): Promise<void> {
    this.#isOn = true;
    this.#unsubscribe = this.#o.runner.onCode(() => this.#adopt());
    this.#adopt();
    await this.#adopting;
  }

  /** Begins nothing more and waits for what is being written. */
  async stop(): Promise<void> {
    this.#isOn = false;
    this.#unsubscribe?.();
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#adopting;
    while (this.#steps.size > 0) await Promise.allSettled(this.#steps);
  }

  /** One after the other, so that the newest code has the last word. */
  #adopt(): void {
    this.#adopting = this.#adopting.then(async () => {
      if (!this.#isOn) return;
      const { store, runner, code, report } = this.#o;
      try {
        const crons = cronsOf(code());
        await runner.transact((txn) => adoptCrons(txn, store, crons));
        this.#crons = crons;
        this.#look();
      } catch (error) {
        report(error, "taking up the crons of new code");
        setTimeout(() => this.#adopt(), RETRY_MS).unref();
      }
    });
  }

  #look(): void {
    if (!this.#isOn) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const nowMs = this.#o.now();
    const states = readCronStates(this.#o.store);
    let sleepMs = MAX_SLEEP_MS;
    for (const cron of this.#crons) {
      const nextMs = states[cron.key]?.nextMs;
      if (nextMs === undefined) continue;
      if (nextMs > nowMs) sleepMs = Math.min(sleepMs, Math.ceil(nextMs - nowMs));
      else this.#launch(cron, nextMs);
    }
    this.#timer = setTimeout(() => this.#look(), sleepMs);
  }

  #launch(cron: Cron, dueMs: number): void {
    const taken = this.#running.get(cron.key);
    if (taken === dueMs) return;
    this.#running.set(cron.key, dueMs);
    // The run of an earlier occurrence is not over: this one is left out.
    const isBusy = taken !== undefined;
    void (isBusy ? this.#step(this.#advance(cron, dueMs)) : this.#run(cron, dueMs))
      .catch(async (error: unknown) => {
        this.#o.report(error, `running cron ${cron.key}`);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      })
      .finally(() => {
        if (!isBusy) this.#running.delete(cron.key);
        this.#look();
      });
  }

  async #run(cron: Cron, dueMs: number): Promise<void> {
    const { runner, store } = this.#o;
    const { componentPath, path, args } = cron;
    const call = { componentPath, path, args, caller: nobody("cron"), includeInternal: true };
    if (cron.udfType === "action") {
      if (await this.#step(this.#advance(cron, dueMs))) await refusalsAside(runner.action(call));
      return;
    }
    const next = this.#next(cron, dueMs);
    const outcome = await this.#step(
      refusalsAside(unlessConflicted(runner.mutation({ ...call, before: (txn) => advanceCron(txn, store, next) }))),
    );
    // What it threw took the new time back with it.
    if (outcome === null || !outcome.result.ok) await this.#step(this.#advance(cron, dueMs));
  }

  #next(cron: Cron, dueMs: number): { key: string; dueMs: number; nextMs: number } {
    return { key: cron.key, dueMs, nextMs: followingRunMs(cron.schedule, dueMs, this.#o.now()) };
  }

  async #advance(cron: Cron, dueMs: number): Promise<boolean> {
    const next = this.#next(cron, dueMs);
    const { value } = await this.#o.runner.transact((txn) => advanceCron(txn, this.#o.store, next));
    return value;
  }

  #step<T>(step: Promise<T>): Promise<T> {
    this.#steps.add(step);
    const done = () => this.#steps.delete(step);
    step.then(done, done);
    return step;
  }
}

/** Null for a call that was refused: its function is gone or is of another kind. */
async function refusalsAside<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}
