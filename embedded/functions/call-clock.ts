import { MAX_TRANSACTION_WALL_MS, MAX_USER_TIME_MS } from "../values/limits.ts";

/** A machine busy with other things gets this much more wall-clock time than user time before the watchdog bites. */
const SLACK_FACTOR = 10;

/** Below this nobody asks the processor's clock, ms. */
const SURELY_LITTLE_MS = 100;

/**
 * Where the time of one query or mutation goes: to user code or to the server. A function that is called has user time of
 * its own, and its caller's stands still meanwhile.
 */
export class CallClock {
  readonly #started = performance.now();
  readonly #cpuAtStart = cpuMs();
  /** When the turn under way began: the call may have waited for others before. */
  #turn: Times = { wallMs: this.#started, cpuMs: this.#cpuAtStart };
  /** What earlier turns took. */
  readonly #earlier: Times = { wallMs: 0, cpuMs: 0 };
  /** What evaluating modules took of all turns: it is nobody's user time. */
  readonly #loading: Times = { wallMs: 0, cpuMs: 0 };
  /** User time of the running function, and of those that wait for it, innermost last. */
  #ownMs = 0;
  readonly #waitingMs: number[] = [];

  /** The call waits for its next turn. */
  turnEnded(): void {
    addTo(this.#earlier, since(this.#turn));
  }

  turnBegan(): void {
    this.#turn = now();
  }

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
    const started = now();
    try {
      prolong(Math.min(started.cpuMs - this.#cpuAtStart, MAX_USER_TIME_MS), run);
    } finally {
      addTo(this.#loading, since(started));
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
    const counts = this.#ownMs < SURELY_LITTLE_MS ? this.#ownMs : this.#ownMs * this.#processorShare();
    return Math.max(0, MAX_USER_TIME_MS - counts);
  }

  /** Wall-clock time, in ms, that the watchdog may give from now on. */
  get watchdogMs(): number {
    return this.leftMs * SLACK_FACTOR;
  }

  /**
   * User time is measured by the wall clock, which a busy machine stretches. Looking at the processor's clock around each piece
   * of user code would cost more than many a piece, so it counts by the share of the processor that the call had.
   */
  get isOverUserTime(): boolean {
    return this.#ownMs > MAX_USER_TIME_MS && this.leftMs === 0;
  }

  /** Of the time of all turns without the evaluation of modules: what part the processor worked for them. */
  #processorShare(): number {
    const { wallMs, cpuMs } = since(this.#turn);
    const wall = wallMs + this.#earlier.wallMs - this.#loading.wallMs;
    const cpu = cpuMs + this.#earlier.cpuMs - this.#loading.cpuMs;
    return Math.min(1, cpu / Math.max(1, wall));
  }

  get isOverWallTime(): boolean {
    return performance.now() - this.#started > MAX_TRANSACTION_WALL_MS;
  }
}

/** Wall-clock and processor time of this thread, in ms. */
interface Times {
  wallMs: number;
  cpuMs: number;
}

function now(): Times {
  return { wallMs: performance.now(), cpuMs: cpuMs() };
}

function since(start: Times): Times {
  const { wallMs, cpuMs } = now();
  return { wallMs: wallMs - start.wallMs, cpuMs: cpuMs - start.cpuMs };
}

function addTo(sum: Times, more: Times): void {
  sum.wallMs += more.wallMs;
  sum.cpuMs += more.cpuMs;
}

/** Processor time of this thread so far, in ms. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
