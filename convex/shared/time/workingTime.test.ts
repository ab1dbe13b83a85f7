import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { type Calendar, DAY_MS, HORIZON_MS, MINUTE_MS, minutesOfClock, WEEKDAYS } from "./calendar";
import { dueAt, momentAfter, momentBefore } from "./deadline";
import { aCalendar, anInstant, at, calendarOf, office, shown } from "./time.helper";
import {
  addWorkingMinutes,
  isWorkingTime,
  nextWorkingTime,
  NoWorkingTimeError,
  subtractWorkingMinutes,
  workingMinutesBetween,
} from "./workingTime";

const BERLIN = "Europe/Berlin";

describe("working time of a week", () => {
  it("a weekend is not worked: an hour from Friday 17:00 ends on Monday", () => {
    const due = addWorkingMinutes(at("2027-03-05T17:00[Europe/Berlin]"), 60, office(BERLIN));
    expect(shown(due, BERLIN)).toBe("2027-03-08T09:30:00+01:00");
  });

  it("a day's last minute ends at closing time, not on the next morning", () => {
    const due = addWorkingMinutes(at("2027-03-05T17:00[Europe/Berlin]"), 30, office(BERLIN));
    expect(shown(due, BERLIN)).toBe("2027-03-05T17:30:00+01:00");
  });

  it("counting back, the day's first minute begins at opening time", () => {
    const monday = at("2027-03-08T09:30[Europe/Berlin]");
    expect(shown(subtractWorkingMinutes(monday, 30, office(BERLIN)), BERLIN)).toBe("2027-03-08T09:00:00+01:00");
    expect(shown(subtractWorkingMinutes(monday, 60, office(BERLIN)), BERLIN)).toBe("2027-03-05T17:00:00+01:00");
  });

  it("counting back goes on over months", () => {
    const end = at("2027-12-31T17:30[Europe/Berlin]");
    const start = subtractWorkingMinutes(end, 200 * 510, office(BERLIN));
    expect(workingMinutesBetween(start, end, office(BERLIN))).toBe(200 * 510);
  });

  it("a holiday is not worked", () => {
    const due = addWorkingMinutes(at("2027-05-05T17:00[Europe/Berlin]"), 60, office(BERLIN, ["2027-05-06"]));
    expect(shown(due, BERLIN)).toBe("2027-05-07T09:30:00+02:00");
  });

  it("29 February is a day like others in a leap year", () => {
    const monday = at("2028-02-28T17:00[Europe/Berlin]");
    expect(shown(addWorkingMinutes(monday, 540, office(BERLIN)), BERLIN)).toBe("2028-02-29T17:30:00+01:00");
    expect(shown(addWorkingMinutes(monday, 541, office(BERLIN)), BERLIN)).toBe("2028-03-01T09:01:00+01:00");
    const without = office(BERLIN, ["2028-02-29"]);
    expect(shown(addWorkingMinutes(monday, 31, without), BERLIN)).toBe("2028-03-01T09:01:00+01:00");
  });

  it("hours until 24:00 go on at 00:00 of the next day", () => {
    const night = calendarOf(BERLIN, {
      monday: [{ from: "22:00", to: "24:00" }],
      tuesday: [{ from: "00:00", to: "02:00" }],
    });
    const due = addWorkingMinutes(at("2027-03-01T23:00[Europe/Berlin]"), 120, night);
    expect(shown(due, BERLIN)).toBe("2027-03-02T01:00:00+01:00");
    expect(isWorkingTime(at("2027-03-02T00:00[Europe/Berlin]"), night)).toBe(true);
  });

  it("several intervals of a day count in the order of the clock, however they are listed", () => {
    const day = [
      { from: "13:00", to: "17:00" },
      { from: "08:00", to: "12:00" },
    ];
    const due = addWorkingMinutes(at("2027-03-01T11:30[Europe/Berlin]"), 60, calendarOf(BERLIN, { monday: day }));
    expect(shown(due, BERLIN)).toBe("2027-03-01T13:30:00+01:00");
  });

  it("opening time is worked, closing time is not", () => {
    expect(isWorkingTime(at("2027-03-05T09:00[Europe/Berlin]"), office(BERLIN))).toBe(true);
    expect(isWorkingTime(at("2027-03-05T17:30[Europe/Berlin]") - 1, office(BERLIN))).toBe(true);
    expect(isWorkingTime(at("2027-03-05T17:30[Europe/Berlin]"), office(BERLIN))).toBe(false);
  });

  it("the next working moment is now, or the next opening", () => {
    const friday = at("2027-03-05T10:15[Europe/Berlin]");
    expect(nextWorkingTime(friday, office(BERLIN))).toBe(friday);
    const closed = nextWorkingTime(at("2027-03-05T17:30[Europe/Berlin]"), office(BERLIN));
    expect(shown(closed, BERLIN)).toBe("2027-03-08T09:00:00+01:00");
  });
});

describe("days on which the clock changes", () => {
  const sundayNight = (timeZone: string) => calendarOf(timeZone, { sunday: [{ from: "00:00", to: "06:00" }] });

  it.each([
    ["Europe/Berlin", "2027-03-28", 300],
    ["Europe/Berlin", "2027-10-31", 420],
    ["America/New_York", "2027-03-14", 300],
    ["America/New_York", "2027-11-07", 420],
    ["Australia/Lord_Howe", "2027-04-04", 390],
    ["Australia/Lord_Howe", "2027-10-03", 330],
    ["Australia/Lord_Howe", "2027-10-10", 360],
  ])("six hours from midnight in %s on %s are %i minutes of real time", (timeZone, date, minutes) => {
    const midnight = at(`${date}T00:00[${timeZone}]`);
    expect(workingMinutesBetween(midnight, midnight + DAY_MS, sundayNight(timeZone))).toBe(minutes);
    expect(shown(addWorkingMinutes(midnight, minutes, sundayNight(timeZone)), timeZone)).toContain(`${date}T06:00:00`);
  });

  it("an hour that is skipped is not worked: hours inside it count nothing that day", () => {
    const calendar = calendarOf(BERLIN, { sunday: [{ from: "02:00", to: "03:00" }] });
    const due = addWorkingMinutes(at("2027-03-28T00:00[Europe/Berlin]"), 1, calendar);
    expect(shown(due, BERLIN)).toBe("2027-04-04T02:01:00+02:00");
  });

  it("an hour that repeats is worked twice", () => {
    const calendar = calendarOf(BERLIN, { sunday: [{ from: "02:00", to: "03:00" }] });
    const due = addWorkingMinutes(at("2027-10-31T00:00[Europe/Berlin]"), 90, calendar);
    expect(shown(due, BERLIN)).toBe("2027-10-31T02:30:00+01:00");
  });

  it("elapsed minutes are real ones: 24 hours over the change end an hour later on the clock", () => {
    const noon = at("2027-03-27T12:00[Europe/Berlin]");
    const due = dueAt(noon, { kind: "elapsed", minutes: 1_440 }, office(BERLIN));
    expect(shown(due, BERLIN)).toBe("2027-03-28T13:00:00+02:00");
  });

  it("a date that a zone left out is not worked: Friday 2011-12-30 in Pacific/Apia", () => {
    const thursday = at("2011-12-29T17:00[Pacific/Apia]");
    const due = addWorkingMinutes(thursday, 60, office("Pacific/Apia"));
    expect(shown(due, "Pacific/Apia")).toBe("2012-01-02T09:30:00+14:00");
    const round = Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, [{ from: "00:00", to: "24:00" }]]));
    const evening = at("2011-12-29T23:00[Pacific/Apia]");
    const nonStop = addWorkingMinutes(evening, 120, calendarOf("Pacific/Apia", round));
    expect(shown(nonStop, "Pacific/Apia")).toBe("2011-12-31T01:00:00+14:00");
  });
});

describe("a calendar with too little working time is refused and ends the search", () => {
  const monday = at("2027-03-01T00:00[Europe/Berlin]");

  it.each<[string, Calendar]>([
    ["no hours at all", calendarOf(BERLIN, {})],
    ["hours that the holidays eat", office(BERLIN, everyDay("2027-03-01", 6 * 366))],
    ["one minute a week", calendarOf(BERLIN, { monday: [{ from: "09:00", to: "09:01" }] })],
  ])("%s", (_, calendar) => {
    expect(() => dueAt(monday, { kind: "business", minutes: 10_000 }, calendar)).toThrow(NoWorkingTimeError);
    expect(() => subtractWorkingMinutes(monday + HORIZON_MS, 10_000, calendar)).toThrow(/before 2032-.* too few/);
  });

  it("there is no next working moment without hours", () => {
    expect(() => nextWorkingTime(monday, calendarOf(BERLIN, {}))).toThrow(/does not have one working minute/);
    expect(isWorkingTime(monday, calendarOf(BERLIN, {}))).toBe(false);
  });

  it("what is no length of time, and a count over more than five years, are errors", () => {
    for (const minutes of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => addWorkingMinutes(monday, minutes, office(BERLIN))).toThrow(RangeError);
      expect(() => dueAt(monday, { kind: "elapsed", minutes }, office(BERLIN))).toThrow(RangeError);
    }
    expect(() => workingMinutesBetween(0, HORIZON_MS + 1, office(BERLIN))).toThrow(RangeError);
    expect(workingMinutesBetween(monday, monday - DAY_MS, office(BERLIN))).toBe(0);
  });
});

describe("for every calendar, instant and number of minutes", () => {
  const someMinutes = fc.integer({ min: 0, max: 5_000 });

  it("adding a, then b working minutes is adding a + b", () => {
    fc.assert(
      fc.property(aCalendar, anInstant, someMinutes, someMinutes, (calendar, start, a, b) => {
        const inTwo = addWorkingMinutes(addWorkingMinutes(start, a, calendar), b, calendar);
        expect(inTwo).toBe(addWorkingMinutes(start, a + b, calendar));
      }),
      { numRuns: 40 },
    );
  });

  it("the working minutes from start to deadline, and to what counting back finds, are the duration", () => {
    fc.assert(
      fc.property(aCalendar, anInstant, someMinutes, (calendar, start, minutes) => {
        const due = dueAt(start, { kind: "business", minutes }, calendar);
        expect(due).toBeGreaterThanOrEqual(start);
        expect(workingMinutesBetween(start, due, calendar)).toBe(minutes);
        const back = subtractWorkingMinutes(start, minutes, calendar);
        expect(back).toBeLessThanOrEqual(start);
        expect(workingMinutesBetween(back, start, calendar)).toBe(minutes);
      }),
      { numRuns: 40 },
    );
  });

  it("a deadline is never before its start, and its last minute is worked", () => {
    fc.assert(
      fc.property(
        aCalendar,
        anInstant,
        someMinutes,
        fc.constantFrom("elapsed", "business"),
        (calendar, start, minutes, kind) => {
          const due = dueAt(start, { kind, minutes }, calendar);
          expect(due).toBeGreaterThanOrEqual(start);
          if (kind === "elapsed") expect(due - start).toBe(minutes * MINUTE_MS);
          else if (minutes > 0) expect(isWorkingTime(due - 1, calendar)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("with a limit, a moment is the same, or null beyond the limit", () => {
    fc.assert(
      fc.property(
        aCalendar,
        anInstant,
        someMinutes,
        fc.constantFrom("elapsed", "business"),
        (calendar, start, minutes, kind) => {
          const duration = { kind, minutes };
          const due = dueAt(start, duration, calendar);
          expect(momentAfter(start, duration, due, calendar)).toBe(due);
          expect(momentAfter(start, duration, due - 1, calendar)).toBeNull();
          const before = momentBefore(start, duration, start - HORIZON_MS, calendar) ?? Number.NaN;
          expect(momentBefore(start, duration, before, calendar)).toBe(before);
          expect(momentBefore(start, duration, before + 1, calendar)).toBeNull();
        },
      ),
      { numRuns: 40 },
    );
  });

  it("counting agrees with reading the zone's clock minute by minute, around changes of the clock too", () => {
    fc.assert(
      fc.property(
        aCalendar,
        anInstant,
        fc.integer({ min: 1, max: 1_000 }),
        fc.boolean(),
        (calendar, start, length, change) => {
          const zoned = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(calendar.timeZone);
          const around = change ? zoned.getTimeZoneTransition("previous")?.epochMilliseconds : undefined;
          const fromMs =
            Math.floor((around === undefined ? start : around - (length / 2) * MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
          const toMs = fromMs + length * MINUTE_MS;
          expect(workingMinutesBetween(fromMs, toMs, calendar)).toBe(minutesByTheClock(fromMs, toMs, calendar));
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** Working minutes as a person with a watch would count them: a second, slow way. */
function minutesByTheClock(fromMs: number, toMs: number, { timeZone, workingHours, holidays }: Calendar): number {
  const closed = new Set(holidays.map(({ date }) => date));
  let count = 0;
  for (let now = fromMs; now < toMs; now += MINUTE_MS) {
    const clock = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
    const weekday = WEEKDAYS[clock.dayOfWeek - 1];
    if (weekday === undefined || closed.has(clock.toPlainDate().toString())) continue;
    const minute = clock.hour * 60 + clock.minute;
    const open = workingHours[weekday].some(
      ({ from, to }) => (minutesOfClock(from) ?? 0) <= minute && minute < (minutesOfClock(to) ?? 0),
    );
    if (open) count += 1;
  }
  return count;
}

function everyDay(first: string, count: number): string[] {
  return Array.from({ length: count }, (_, days) => Temporal.PlainDate.from(first).add({ days }).toString());
}
