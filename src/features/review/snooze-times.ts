const HOUR_MS = 3_600_000;

/** In an hour, in ms since 1970. */
export function inAnHour(now: number): number {
  return now + HOUR_MS;
}

/** Nine o'clock on the next day of the reader's own calendar, in ms since 1970; right also where clocks change. */
export function tomorrowAtNine(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1, 9).getTime();
}
