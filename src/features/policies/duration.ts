import type { Duration } from "@convex/shared/time/calendar";

/** The units that a length of time can be entered in. Working days have no fixed length, so there are none. */
export const UNITS = [
  { unit: "minutes", kind: "elapsed", minutes: 1 },
  { unit: "hours", kind: "elapsed", minutes: 60 },
  { unit: "days", kind: "elapsed", minutes: 1440 },
  { unit: "working minutes", kind: "business", minutes: 1 },
  { unit: "working hours", kind: "business", minutes: 60 },
] as const;
export type Unit = (typeof UNITS)[number]["unit"];

/** A length of time in the largest unit that leaves no rest. What is no number stays none, in the smallest unit. */
export function entryOf({ kind, minutes }: Duration): { amount: number; unit: Unit } {
  const fitting = UNITS.filter((one) => one.kind === kind && minutes % one.minutes === 0);
  const largest = fitting.at(-1);
  if (largest === undefined || minutes === 0)
    return { amount: minutes, unit: kind === "elapsed" ? "minutes" : "working minutes" };
  return { amount: minutes / largest.minutes, unit: largest.unit };
}

/** The length of time that was entered; 1.5 hours are 90 minutes. */
export function durationOf(amount: number, unit: Unit): Duration {
  const { kind, minutes } = UNITS.find((one) => one.unit === unit) ?? UNITS[0];
  return { kind, minutes: Math.round(amount * minutes * 1_000) / 1_000 };
}
