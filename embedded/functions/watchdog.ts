/**
 * Stops user code on the server's own thread that never ends or takes too much memory.
 *
 * Only a signal can interrupt code that does not yield: `vm` ends a script when SIGINT comes (`breakOnSigint`). A thread of
 * its own (`watchdog-thread.ts`) looks every few milliseconds at what runs here, and sends the process that signal. It
 * also keeps Node's SIGINT machinery up, which would cost more than most calls if it were set up for each. A real Ctrl-C
 * comes through it too and is passed on (`onInterrupt`).
 *
 * Where that is not possible (Windows, a thread other than the main one, somebody else listening for SIGINT, the first
 * moments of the process) the time limit of `vm` is used: slower, and memory is not watched.
 */
import { createContext, Script } from "node:vm";
import { isMainThread, Worker } from "node:worker_threads";
import { freeMemory } from "./heap.ts";
import { Cell, MAX_RUN_MEMORY, MEMORY, type WatchdogMessage, withoutCpuClock } from "./watchdog-cells.ts";

const scope = createContext({ run: () => undefined, absorb: waitForSignal });
const script = new Script("run()", { filename: "convex-watchdog" });
const absorb = new Script("absorb()", { filename: "convex-watchdog" });

const cells = new Int32Array(new SharedArrayBuffer(Cell.count * Int32Array.BYTES_PER_ELEMENT));
let thread: Worker | null = null;
/** The thread holds Node's SIGINT machinery, and nobody changed who listens since. */
let isArmed = false;
let lastRun = 0;
let stopped: "time" | "memory" = "time";

/** Why the last `runFor` that answered false stopped its function. */
export function stopReason(): "time" | "memory" {
  return stopped;
}

/**
 * Runs `fn`, which may run user code in any realm, for at most `ms` of wall-clock time, and no longer than it has used
 * `cpuMs` of this thread's processor time where that can be known. False when it was stopped, then `stopReason` tells why;
 * whatever it was doing was torn, so nothing it touched may be used again. What `fn` throws comes out.
 */
export function runFor(ms: number, fn: () => void, cpuMs = ms): boolean {
  watch();
  const previous = scope.run;
  scope.run = fn as () => undefined;
  try {
    return isArmed && process.listenerCount("SIGINT") === 0 ? runWatched(ms, cpuMs) : runTimed(withoutCpuClock(ms, cpuMs));
  } finally {
    scope.run = previous;
  }
}

/**
 * Runs `fn` within the run under way, as if the `spentMs` (processor time) had not been used yet; what `fn` takes is added to
 * the limits of the rest. Where only the time limit of `vm` is there, nothing changes.
 */
export function prolonged(spentMs: number, fn: () => void): void {
  const [wallMs, limitMs] = [cells[Cell.wallMs] ?? 0, cells[Cell.cpuMs] ?? 0];
  const [started, cpuAtStart] = [performance.now(), process.threadCpuUsage()];
  cells[Cell.wallMs] = wallMs + Math.ceil(spentMs);
  cells[Cell.cpuMs] = limitMs + Math.ceil(spentMs);
  try {
    fn();
  } finally {
    const { user, system } = process.threadCpuUsage(cpuAtStart);
    cells[Cell.wallMs] = wallMs + Math.ceil(performance.now() - started);
    cells[Cell.cpuMs] = limitMs + Math.ceil((user + system) / 1000);
  }
}

function runTimed(ms: number): boolean {
  try {
    script.runInContext(scope, { timeout: Math.max(1, Math.ceil(ms)) });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    stopped = "time";
    return false;
  }
}

function runWatched(ms: number, cpuMs: number): boolean {
  const outer = Atomics.load(cells, Cell.run);
  const [outerMs, outerCpuMs] = [cells[Cell.wallMs] ?? 0, cells[Cell.cpuMs] ?? 0];
  lastRun = (lastRun % 0x3fff_ffff) + 1;
  const run = lastRun;
  cells[Cell.wallMs] = Math.max(1, Math.ceil(ms));
  cells[Cell.cpuMs] = Math.max(1, Math.ceil(cpuMs));
  Atomics.store(cells, Cell.run, run);
  if (Atomics.load(cells, Cell.asleep) === 1) Atomics.notify(cells, Cell.run);
  let wasInterrupted = false;
  try {
    script.runInContext(scope, { breakOnSigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
    wasInterrupted = true;
  } finally {
    cells[Cell.wallMs] = outerMs;
    cells[Cell.cpuMs] = outerCpuMs;
    // The thread claims a run (makes the number negative) before it sends the signal.
    const wasClaimed = Atomics.compareExchange(cells, Cell.run, run, outer) !== run;
    if (wasClaimed) {
      if (!wasInterrupted) absorbSignal();
      Atomics.store(cells, Cell.sent, 0);
      Atomics.store(cells, Cell.run, outer);
    } else if (wasInterrupted) passOn();
  }
  if (!wasInterrupted) return true;
  stopped = cells[Cell.reason] === MEMORY ? "memory" : "time";
  // What it piled up is garbage now; unless that is given back at once, the next one starts in a full heap.
  if (process.memoryUsage.rss() > MAX_RUN_MEMORY) freeMemory();
  return false;
}

/** The run ended by itself just when it was to be stopped: its signal must not hit the next one. */
function absorbSignal(): void {
  try {
    absorb.runInContext(scope, { breakOnSigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
  }
}

/** Ends by the signal that is on its way, or once the watchdog's thread has taken it; ten seconds are far more than that takes. */
function waitForSignal(): void {
  for (const end = Date.now() + 10_000; Atomics.load(cells, Cell.sent) === 1 && Date.now() < end; );
}

// ---- The thread ----

/** Starts the thread, once. It keeps no process alive. */
function watch(): void {
  if (thread || !isMainThread || process.platform === "win32") return;
  thread = new Worker(new URL("./watchdog-thread.ts", import.meta.url), {
    name: "watchdog",
    workerData: cells.buffer,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 32 },
  });
  thread.on("message", (message: WatchdogMessage) => {
    if (message === "interrupted") passOn();
    else isArmed = message === Atomics.load(cells, Cell.epoch);
  });
  thread.unref(); // after the listener, which holds on to the process
  thread.on("error", () => {
    // Without it the time limit of `vm` goes on.
    isArmed = false;
  });
  thread.on("exit", () => {
    isArmed = false;
  });
  // Node gives SIGINT to who listens and takes it away from the thread, which has to begin anew.
  const changed = (event: string | symbol): void => {
    if (event !== "SIGINT") return;
    isArmed = false;
    setImmediate(() => {
      Atomics.add(cells, Cell.epoch, 1);
      Atomics.notify(cells, Cell.run);
    });
  };
  process.on("newListener", changed);
  process.on("removeListener", changed);
}

const interruptListeners = new Set<() => void>();

/**
 * To be told of SIGINT (Ctrl-C); use it instead of `process.on("SIGINT")`, which would make every call slower. Settles when
 * it works. Without a listener SIGINT ends the process.
 */
export async function onInterrupt(listener: () => void): Promise<void> {
  watch();
  interruptListeners.add(listener);
  const isUp = thread !== null && (await firstWord(thread));
  if (isUp) return;
  interruptListeners.delete(listener);
  process.on("SIGINT", listener);
}

/** True when the thread is there, false when it will not be. */
function firstWord(worker: Worker): Promise<boolean> {
  return new Promise((resolve) => {
    if (isArmed) return resolve(true);
    worker.once("message", () => resolve(true));
    worker.once("exit", () => resolve(false));
    worker.ref(); // Waited for.
  }).finally(() => worker.unref()) as Promise<boolean>;
}

/** A SIGINT that is not ours: somebody wants the process to stop. */
function passOn(): void {
  setImmediate(() => {
    if (interruptListeners.size === 0 && !process.emit("SIGINT", "SIGINT")) process.exit(130);
    for (const listener of interruptListeners) listener();
  });
}
