// What the tests of time share: calendars, instants written as a clock shows them, and generators of both.

import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { type Calendar, DAY_MINUTES, type Interval, WEEKDAYS, type WorkingHours } from "./calendar";

const NO_HOURS: WorkingHours = {
  monday: [],
  tuesday: [],
  wednesday: [],
  thursday: [],
  friday: [],
  saturday: [],
  sunday: [],
};

/** A calendar that works only on the days given. */
export function calendarOf(timeZone: string, hours: Partial<WorkingHours>, holidays: string[] = []): Calendar {
  return {
    timeZone,
    workingHours: { ...NO_HOURS, ...hours },
    holidays: holidays.map((date) => ({ date, name: `Holiday of ${date}` })),
  };
}

/** Monday to Friday from 09:00 to 17:30: 510 working minutes a day. */
export function office(timeZone: string, holidays: string[] = []): Calendar {
  const day = [{ from: "09:00", to: "17:30" }];
  return calendarOf(timeZone, { monday: day, tuesday: day, wednesday: day, thursday: day, friday: day }, holidays);
}

/** The instant of "2027-03-28T01:30[Europe/Berlin]" or "2027-10-31T02:30+01:00[Europe/Berlin]" in ms. */
export function at(text: string): number {
  return Temporal.ZonedDateTime.from(text, { disambiguation: "reject" }).epochMilliseconds;
}

/** What the clock of a zone shows at an instant, with its offset: "2027-03-28T03:30:00+02:00". */
export function shown(atMs: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone).toString({ timeZoneName: "never" });
}

export const ZONES = [
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Africa/Casablanca",
  "Asia/Kolkata",
  "UTC",
];

/** Any ms from 2010 to 2030. */
export const anInstant = fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2030, 0, 1) });

const someIntervals = fc
  .uniqueArray(fc.integer({ min: 0, max: DAY_MINUTES }), { maxLength: 6 })
  .map((minutes): Interval[] => {
    const sorted = minutes.toSorted((a, b) => a - b);
    return sorted.flatMap((from, index) => {
      const to = sorted[index + 1];
      return index % 2 === 1 || to === undefined ? [] : [{ from: clock(from), to: clock(to) }];
    });
  });

/** Any calendar that `checkCalendar` accepts and that has at least the four hours of Monday or Thursday noon. */
export const aCalendar = fc
  .record({
    timeZone: fc.constantFrom(...ZONES),
    hours: fc.tuple(...WEEKDAYS.map(() => someIntervals)),
    long: fc.constantFrom("monday" as const, "thursday" as const),
    holidays: fc.uniqueArray(fc.integer({ min: 0, max: 20 * 365 }), { maxLength: 20 }),
  })
  .map(({ timeZone, hours, long, holidays }): Calendar => {
    const week = Object.fromEntries(WEEKDAYS.map((weekday, index) => [weekday, hours[index] ?? []]));
    const dates = holidays.map((days) => Temporal.PlainDate.from("2010-01-01").add({ days }).toString());
    return calendarOf(timeZone, { ...week, [long]: [{ from: "10:00", to: "14:00" }] }, dates);
  });

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
