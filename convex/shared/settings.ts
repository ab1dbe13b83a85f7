/**
 * A waiting time from a deployment variable in milliseconds, or `fallback` where it is unset or not a positive number.
 */
export function waitingTime(name: string, fallback: number): number {
  const configured = Number(process.env[name]);
  return Number.isFinite(configured) && configured > 0 ? configured : fallback;
}
