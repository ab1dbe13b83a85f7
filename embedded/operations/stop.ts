import { onInterrupt } from "../functions/watchdog.ts";

/** How the process ends (O8): once in order, at once when somebody insists. */

export interface StopOptions {
  /** Closes everything in order. */
  close: () => Promise<void>;
  /** How long that may take, ms; then the process ends all the same. What was acknowledged is on disk. */
  limitMs: number;
  /** Told when the first signal comes, with its name. */
  onStopping?: (signal: string) => void;
  /** Told of the end: whether all was closed in time, and the error when closing failed. */
  onStopped?: (end: { inTime: boolean; error?: unknown }) => void;
}

/** How often a process that npm started looks whether npm's shell is still there, ms. */
const PARENT_EVERY_MS = 500;

/**
 * Ends the process on SIGINT and SIGTERM, with code 0 when all was closed. A second signal ends it at once (130, 143), a close that
 * fails or takes too long with code 1. Also begins when the shell that `npm` put in between is gone: npm passes SIGTERM to
 * that shell only. Settles when signals are heard.
 */
export async function stopOnSignals(options: StopOptions): Promise<void> {
  let isStopping = false;
  const stop = (signal: string, code: number): void => {
    if (isStopping) process.exit(code);
    isStopping = true;
    void end(signal, options);
  };
  process.on("SIGTERM", () => stop("SIGTERM", 143));
  if (process.env["npm_lifecycle_event"] !== undefined) watchParent(() => stop("the end of npm", 1));
  await onInterrupt(() => stop("SIGINT", 130));
}

async function end(signal: string, { close, limitMs, onStopping, onStopped }: StopOptions): Promise<void> {
  onStopping?.(signal);
  const limit = setTimeout(() => {
    onStopped?.({ inTime: false });
    process.exit(1);
  }, limitMs);
  try {
    await close();
  } catch (error) {
    onStopped?.({ inTime: true, error });
    process.exit(1);
  }
  clearTimeout(limit);
  onStopped?.({ inTime: true });
  process.exit(0);
}

function watchParent(onGone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, PARENT_EVERY_MS);
  timer.unref();
}
