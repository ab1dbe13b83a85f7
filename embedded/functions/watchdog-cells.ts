/** What the server's thread and the watchdog's share: a few whole numbers in one piece of memory. */
export const Cell = {
  /** Number of the run under way; 0 for none; negative once the watchdog has decided to stop it. */
  run: 0,
  /** Limits of that run in ms: by the clock, and of processor time. */
  wallMs: 1,
  cpuMs: 2,
  /** 1 while the watchdog sleeps and has to be woken for a run. */
  asleep: 3,
  /** Why the last run was stopped: `TIME` or `MEMORY`. */
  reason: 4,
  /** Goes up when the watchdog must set up its signal handling again. */
  epoch: 5,
  /** 1 from before the watchdog sends a signal until one of the two threads has taken it: it is nobody's Ctrl-C. */
  sent: 6,
  count: 7,
} as const;

export const TIME = 0;
export const MEMORY = 1;

/** From the watchdog: a SIGINT that it did not send came, or signal handling is up for this epoch. */
export type WatchdogMessage = "interrupted" | number;

/** Memory that a run may add to the process, bytes. The platform allows 64 MiB; what was not collected yet counts here. */
export const MAX_RUN_MEMORY = 256 * 1024 * 1024;

/**
 * The wall-clock limit (ms) of a run where nobody can tell how much of the processor it gets: `wallMs`, which allows for a
 * machine busy with other things, is far more than a run that never ends should have.
 */
export function withoutCpuClock(wallMs: number, cpuMs: number): number {
  return Math.min(wallMs, 2 * cpuMs + 500);
}
