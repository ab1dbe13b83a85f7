import { expect, it } from "vitest";
import { type Calendar, DURATION_MINUTES_MAX, type WorkingHours } from "./calendar";
import { checkCalendar, checkDuration } from "./checkCalendar";
import { calendarOf, office } from "./time.helper";

const OFFICE = office("Europe/Berlin", ["2027-05-06", "2028-02-29"]);
const NOW = Date.UTC(2027, 2, 1);

function withHours(hours: Partial<WorkingHours>): Calendar {
  return { ...OFFICE, workingHours: { ...OFFICE.workingHours, ...hours } };
}

it("a calendar of several intervals, holidays and hours until 24:00 is accepted", () => {
  const day = [
    { from: "13:00", to: "24:00" },
    { from: "00:00", to: "02:30" },
    { from: "09:00", to: "13:00" },
  ];
  expect(checkCalendar(withHours({ saturday: day }))).toEqual([]);
  expect(checkCalendar({ ...OFFICE, timeZone: "UTC" })).toEqual([]);
});

it("working hours in an hour that one day of the year skips are accepted", () => {
  expect(checkCalendar(withHours({ sunday: [{ from: "02:00", to: "03:00" }] }))).toEqual([]);
});

it.each<[string, Calendar, string, RegExp]>([
  ["an unknown zone", { ...OFFICE, timeZone: "Mars/Base" }, "timeZone", /"Mars\/Base" is not the name/],
  ["no zone", { ...OFFICE, timeZone: "" }, "timeZone", /missing/],
  ["an offset for a zone", { ...OFFICE, timeZone: "+02:00" }, "timeZone", /not the name/],
  ["a time for a zone", { ...OFFICE, timeZone: "2027-01-01T00:00[Europe/Berlin]" }, "timeZone", /not the name/],
  ["a very long zone", { ...OFFICE, timeZone: "A".repeat(100_000) }, "timeZone", /^.{1,140}$/],
  [
    "a malformed start",
    withHours({ monday: [{ from: "9:00", to: "17:00" }] }),
    "workingHours.monday[0].from",
    /00:00 to 23:59/,
  ],
  [
    "a start at 24:00",
    withHours({ monday: [{ from: "24:00", to: "24:00" }] }),
    "workingHours.monday[0].from",
    /00:00 to 23:59/,
  ],
  [
    "a minute 60",
    withHours({ friday: [{ from: "09:00", to: "16:60" }] }),
    "workingHours.friday[0].to",
    /00:01 to 24:00/,
  ],
  [
    "an hour 25",
    withHours({ friday: [{ from: "09:00", to: "25:00" }] }),
    "workingHours.friday[0].to",
    /00:01 to 24:00/,
  ],
  [
    "an end before the start",
    withHours({ monday: [{ from: "22:00", to: "06:00" }] }),
    "workingHours.monday[0].to",
    /past midnight/,
  ],
  [
    "an end at the start",
    withHours({ monday: [{ from: "09:00", to: "09:00" }] }),
    "workingHours.monday[0].to",
    /not after/,
  ],
  [
    "overlapping intervals",
    withHours({
      monday: [
        { from: "09:00", to: "13:00" },
        { from: "12:59", to: "17:00" },
      ],
    }),
    "workingHours.monday[1].from",
    /overlaps the one from 09:00 to 13:00/,
  ],
  [
    "an interval inside an earlier one",
    withHours({
      monday: [
        { from: "15:00", to: "15:30" },
        { from: "08:00", to: "18:00" },
        { from: "09:00", to: "10:00" },
      ].slice(0, 2),
    }),
    "workingHours.monday[0].from",
    /overlaps the one from 08:00 to 18:00/,
  ],
  ["no working hours at all", calendarOf("Europe/Berlin", {}), "workingHours", /No day has working hours/],
  ["a 29 February of an ordinary year", office("UTC", ["2027-02-29"]), "holidays[0].date", /no such day/],
  ["a month 13", office("UTC", ["2027-13-01"]), "holidays[0].date", /no such day/],
  ["a date of another form", office("UTC", ["29.02.2028"]), "holidays[0].date", /year-month-day/],
  [
    "a doubled holiday",
    office("UTC", ["2027-12-25", "2027-12-25"]),
    "holidays[1].date",
    /already in the list as "Holiday of 2027-12-25"/,
  ],
  [
    "a holiday without name",
    { ...OFFICE, holidays: [{ date: "2027-12-25", name: " " }] },
    "holidays[0].name",
    /no name/,
  ],
  [
    "a holiday with a long name",
    { ...OFFICE, holidays: [{ date: "2027-12-25", name: "x".repeat(101) }] },
    "holidays[0].name",
    /longer/,
  ],
  [
    "too many holidays",
    office(
      "UTC",
      Array.from({ length: 401 }, () => "2027-12-25"),
    ),
    "holidays",
    /at most 400 holidays, not 401/,
  ],
  [
    "too many intervals",
    withHours({ tuesday: Array.from({ length: 13 }, () => ({ from: "09:00", to: "10:00" })) }),
    "workingHours.tuesday",
    /at most 12 intervals, not 13/,
  ],
])("%s is refused with field and reason", (_, calendar, field, reason) => {
  expect(checkCalendar(calendar)).toEqual([{ field, reason: expect.stringMatching(reason) }]);
});

it("every problem of a calendar is named, not only the first", () => {
  const broken = { ...withHours({ monday: [{ from: "x", to: "y" }] }), timeZone: "Nowhere" };
  expect(checkCalendar(broken).map(({ field }) => field)).toEqual([
    "timeZone",
    "workingHours.monday[0].from",
    "workingHours.monday[0].to",
  ]);
});

it.each([0, -5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, DURATION_MINUTES_MAX + 1])(
  "a duration of %d minutes is refused",
  (minutes) => {
    for (const kind of ["elapsed", "business"] as const) {
      expect(checkDuration({ kind, minutes }, OFFICE, NOW, "stages[0].deadline")).toEqual([
        { field: "stages[0].deadline.minutes", reason: expect.stringMatching(/whole number of minutes/) },
      ]);
    }
  },
);

it("a business duration that the calendar can never hold is refused on saving", () => {
  const sparse = calendarOf("UTC", { monday: [{ from: "09:00", to: "09:01" }] });
  const year = { kind: "business", minutes: 52 } as const;
  expect(checkDuration(year, sparse, NOW, "deadline")).toEqual([]);
  expect(checkDuration({ ...year, minutes: 520 }, sparse, NOW, "deadline")).toEqual([
    { field: "deadline.minutes", reason: expect.stringMatching(/does not have 520 working minutes/) },
  ]);
  expect(checkDuration({ kind: "elapsed", minutes: 520 }, sparse, NOW, "deadline")).toEqual([]);
});
