/** How long a person's decision can be undone before the workflow hears of it, in milliseconds. */
const UNDO_WINDOW_MS = 8_000;

/** The undo window in milliseconds; the deployment variable UNDO_WINDOW_MS overrides it, "0" for none. */
export function undoWindow(): number {
  const configured = process.env.UNDO_WINDOW_MS;
  const ms = configured === undefined || configured === "" ? Number.NaN : Number(configured);
  return Number.isFinite(ms) && ms >= 0 ? ms : UNDO_WINDOW_MS;
}

/**
 * A waiting time from a deployment variable in milliseconds, or `fallback` where it is unset or not a positive number.
 */
export function waitingTime(name: string, fallback: number): number {
  const configured = Number(process.env[name]);
  return Number.isFinite(configured) && configured > 0 ? configured : fallback;
}
