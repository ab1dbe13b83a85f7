import type { Code } from "../functions/code.ts";
import type { Store } from "../storage/store.ts";
import { CronScheduler } from "./crons.ts";
import { JobScheduler } from "./jobs.ts";
import { forgetOldJobs, forgetOldRequests } from "./retention.ts";
import type { JobRunner, Report } from "./runner-port.ts";

/** How often finished jobs are looked through for old ones. */
const RETENTION_EVERY_MS = 3_600_000;
/** How soon after a start for the first time: what waits for the start comes first. */
const RETENTION_AFTER_MS = 1_000;

export interface SchedulerOptions {
  store: Pick<Store, "db" | "jobs">;
  runner: JobRunner;
  /** The code that runs now. */
  code: () => Code;
  /** Where errors of the server itself go. */
  report: Report;
  /** The clock, in ms since 1970. */
  now?: () => number;
  /** Actions of jobs running together. */
  maxActions?: number;
}

/** Scheduled functions, crons, and the end of what is finished. */
export class Scheduler {
  readonly #o: Required<Omit<SchedulerOptions, "maxActions">>;
  readonly #jobs: JobScheduler;
  readonly #crons: CronScheduler;
  #retention: NodeJS.Timeout | null = null;
  #sweep: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor({ now = Date.now, maxActions, ...o }: SchedulerOptions) {
    this.#o = { ...o, now };
    this.#jobs = new JobScheduler({ ...this.#o, ...(maxActions === undefined ? {} : { maxActions }) });
    this.#crons = new CronScheduler(this.#o);
  }

  /**
   * Fails the actions that died with the last process, then runs what is due and whatever becomes due. Call it when the
   * stored code is loaded: a job whose function does not exist fails.
   */
  async start(): Promise<void> {
    await this.#jobs.start();
    await this.#crons.start();
    this.#retention = setTimeout(() => {
      this.#forget();
      this.#retention = setInterval(() => this.#forget(), RETENTION_EVERY_MS);
    }, RETENTION_AFTER_MS);
  }

  /** Begins nothing more; resolves when nothing of it writes any longer. Then the store may be closed. */
  async stop(): Promise<void> {
    this.#isOver = true;
    if (this.#retention !== null) clearInterval(this.#retention);
    await Promise.all([this.#jobs.stop(), this.#crons.stop(), this.#sweep]);
  }

  #forget(): void {
    const { store, runner, now, report } = this.#o;
    this.#sweep = this.#sweep
      .then(() => forgetOldJobs(store, runner, now(), () => this.#isOver))
      .then(() => forgetOldRequests(runner, now(), () => this.#isOver))
      .catch((error: unknown) => report(error, "forgetting old jobs and requests"));
  }
}
