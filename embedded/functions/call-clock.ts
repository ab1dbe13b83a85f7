import { MAX_TRANSACTION_WALL_MS, MAX_USER_TIME_MS } from "../values/limits.ts";

/** A machine busy with other things gets this much more wall-clock time than user time before the watchdog bites. */
const SLACK_FACTOR = 10;

/**
 * Where the time of one query or mutation goes: to user code or to the server. A function that is called has user time of
 * its own, and its caller's stands still meanwhile.
 */
export class CallClock {
  readonly #started = performance.now();
  readonly #cpuAtStart = cpuMs();
  /** Processor time of evaluating modules, ms: it is nobody's user time. */
  #loadCpuMs = 0;
  /** User time of the running function, and of those that wait for it, innermost last. */
  #ownMs = 0;
  readonly #waitingMs: number[] = [];

  /** Runs user code and counts its time. */
  user(run: () => void): void {
    const started = performance.now();
    try {
      run();
    } finally {
      this.#ownMs += performance.now() - started;
    }
  }

  /**
   * Evaluates modules, which a process that has just started does slowly: the running function does not pay for it. `prolong`
   * lifts the watchdog's limit while `run` runs, by a second at most, and afterwards by what it took.
   */
  load(prolong: (spentMs: number, run: () => void) => void, run: () => void): void {
    const started = cpuMs();
    try {
      prolong(Math.min(started - this.#cpuAtStart, MAX_USER_TIME_MS), run);
    } finally {
      this.#loadCpuMs += cpuMs() - started;
    }
  }

  /** Counts time of the server as the running function's own. */
  charge(ms: number): void {
    this.#ownMs += ms;
  }

  /** The running function calls another. */
  enter(): void {
    this.#waitingMs.push(this.#ownMs);
    this.#ownMs = 0;
  }

  /** The called function has ended; its caller goes on. */
  leave(): void {
    this.#ownMs = this.#waitingMs.pop() ?? 0;
  }

  /** User time, in ms, that the running function has left. */
  get leftMs(): number {
    return Math.max(0, MAX_USER_TIME_MS - this.#ownMs);
  }

  /** Wall-clock time, in ms, that the watchdog may give from now on. */
  get watchdogMs(): number {
    return this.leftMs * SLACK_FACTOR;
  }

  /** User time is measured by the wall clock, which a busy machine stretches: the processor's clock must agree. */
  get isOverUserTime(): boolean {
    return this.#ownMs > MAX_USER_TIME_MS && cpuMs() - this.#cpuAtStart - this.#loadCpuMs > MAX_USER_TIME_MS;
  }

  get isOverWallTime(): boolean {
    return performance.now() - this.#started > MAX_TRANSACTION_WALL_MS;
  }
}

/** Processor time of this thread so far, in ms. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
