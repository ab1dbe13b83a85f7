/** The watchdog's thread: looks at the run under way and interrupts it (see `watchdog.ts`). */
import { readFileSync } from "node:fs";
import { createContext, Script } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { Cell, MAX_RUN_MEMORY, MEMORY, TIME, type WatchdogMessage, withoutCpuClock } from "./watchdog-cells.ts";

/** How often a run is looked at, ms. */
const LOOK_MS = 10;
/** After this long without a run the thread sleeps until the next one, ms. */
const SLEEP_AFTER_MS = 500;
/** A run that is stopped ends this much before its limit, ms: looking and interrupting take time too. */
const MARGIN_MS = 25;

const cells = new Int32Array(workerData as SharedArrayBuffer);
/** Never notified: for pauses. */
const pause = new Int32Array(new SharedArrayBuffer(4));

interface Seen {
  run: number;
  atMs: number;
  cpuMs: number | null;
  rss: number;
}

/** Looks after runs until the signal machinery has to be set up again. */
function watch(): void {
  const epoch = Atomics.load(cells, Cell.epoch);
  let seen: Seen | null = null;
  let idleSince = performance.now();
  while (Atomics.load(cells, Cell.epoch) === epoch) {
    const run = Atomics.load(cells, Cell.run);
    if (run > 0) {
      idleSince = performance.now();
      if (seen !== null && seen.run === run) stopIfOver(seen);
      else seen = lookAt(run);
    } else {
      seen = null;
      if (performance.now() - idleSince > SLEEP_AFTER_MS) sleep();
    }
    Atomics.wait(pause, 0, 0, LOOK_MS);
  }
}

function lookAt(run: number): Seen {
  return { run, atMs: performance.now(), cpuMs: mainThreadMs(), rss: process.memoryUsage.rss() };
}

function sleep(): void {
  Atomics.store(cells, Cell.asleep, 1);
  Atomics.wait(cells, Cell.run, 0);
  Atomics.store(cells, Cell.asleep, 0);
}

function stopIfOver({ run, atMs, cpuMs, rss }: Seen): void {
  if (process.memoryUsage.rss() - rss > MAX_RUN_MEMORY) return stop(run, MEMORY);
  const ms = performance.now() - atMs + MARGIN_MS;
  const wallLimitMs = cells[Cell.wallMs] ?? 0;
  const cpuLimitMs = cells[Cell.cpuMs] ?? 0;
  if (ms >= (cpuMs === null ? withoutCpuClock(wallLimitMs, cpuLimitMs) : wallLimitMs)) return stop(run, TIME);
  if (cpuMs === null || ms < cpuLimitMs) return;
  const used = (mainThreadMs() ?? 0) - cpuMs + MARGIN_MS;
  if (used >= cpuLimitMs) stop(run, TIME);
}

function stop(run: number, reason: number): void {
  const previous = Atomics.exchange(cells, Cell.reason, reason);
  Atomics.store(cells, Cell.sent, 1);
  if (Atomics.compareExchange(cells, Cell.run, run, -run) === run) return void process.kill(process.pid, "SIGINT");
  Atomics.store(cells, Cell.sent, 0);
  Atomics.store(cells, Cell.reason, previous);
}

/** Processor time of the server's thread, ms; null where the system does not tell. */
function mainThreadMs(): number | null {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "latin1").split(" ", 1)[0]) / 1e6;
  } catch {
    return null;
  }
}

function tell(message: WatchdogMessage): void {
  parentPort?.postMessage(message);
}

// While this script runs, Node's SIGINT machinery is up: the scripts of the server's thread only join it.
const scope = createContext({
  watch() {
    tell(Atomics.load(cells, Cell.epoch));
    watch();
  },
});
const script = new Script("watch()", { filename: "convex-watchdog" });
for (;;) {
  try {
    script.runInContext(scope, { breakOnSigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
    // A run that ended by itself just before may have left its signal to this thread.
    if (Atomics.exchange(cells, Cell.sent, 0) !== 1) tell("interrupted");
  }
}
