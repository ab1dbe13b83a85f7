import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { expect, it } from "vitest";
import { instantOf, type LocalTime } from "./localTime";
import { anInstant, shown, ZONES } from "./time.helper";

function local(dateTime: string, timeZone: string, offset?: string): LocalTime {
  return offset === undefined ? { dateTime, timeZone } : { dateTime, timeZone, offset };
}

it.each([
  [local("2027-03-28T01:59", "Europe/Berlin"), "2027-03-28T01:59:00+01:00"],
  [local("2027-03-28T03:00", "Europe/Berlin"), "2027-03-28T03:00:00+02:00"],
  [local("2028-02-29T12:00:30", "Europe/Berlin"), "2028-02-29T12:00:30+01:00"],
  [local("2027-10-31T02:30", "Europe/Berlin", "+02:00"), "2027-10-31T02:30:00+02:00"],
  [local("2027-10-31T02:30", "Europe/Berlin", "+01:00"), "2027-10-31T02:30:00+01:00"],
  [local("2027-04-04T01:45", "Australia/Lord_Howe", "+10:30"), "2027-04-04T01:45:00+10:30"],
])("a time that happens is taken, with the offset where it happens twice: %j", (given, expected) => {
  const result = instantOf(given, "until");
  expect(result.kind === "instant" && shown(result.at, given.timeZone)).toBe(expected);
});

it.each([
  [local("2027-03-28T02:30", "Europe/Berlin"), "from 2027-03-28 02:00 to 03:00, so 2027-03-28 02:30"],
  [local("2027-03-28T02:00", "Europe/Berlin", "+01:00"), "from 2027-03-28 02:00 to 03:00, so 2027-03-28 02:00"],
  [local("2027-03-14T02:59:59", "America/New_York"), "from 2027-03-14 02:00 to 03:00, so 2027-03-14 02:59:59"],
  [local("2027-10-03T02:15", "Australia/Lord_Howe"), "from 2027-10-03 02:00 to 02:30, so 2027-10-03 02:15"],
  [local("2011-12-30T12:00", "Pacific/Apia"), "from 2011-12-30 00:00 to 2011-12-31 00:00, so 2011-12-30 12:00"],
])("a time that the clock skips is refused with what the clock does: %j", (given, change) => {
  expect(instantOf(given, "until")).toEqual({
    kind: "refused",
    problem: {
      field: "until.dateTime",
      reason: `The clock in ${given.timeZone} goes forward ${change} does not exist.`,
    },
  });
});

it.each([
  [
    local("2027-10-31T02:00", "Europe/Berlin"),
    "from 2027-10-31 03:00 to 02:00, so 2027-10-31 02:00",
    "+02:00",
    "+01:00",
  ],
  [
    local("2027-10-31T02:59", "Europe/Berlin"),
    "from 2027-10-31 03:00 to 02:00, so 2027-10-31 02:59",
    "+02:00",
    "+01:00",
  ],
  [
    local("2027-11-07T01:30", "America/New_York"),
    "from 2027-11-07 02:00 to 01:00, so 2027-11-07 01:30",
    "-04:00",
    "-05:00",
  ],
  [
    local("2027-04-04T01:45", "Australia/Lord_Howe"),
    "from 2027-04-04 02:00 to 01:30, so 2027-04-04 01:45",
    "+11:00",
    "+10:30",
  ],
])(
  "a time that happens twice is refused without offset, and both offsets are named: %j",
  (given, change, first, second) => {
    expect(instantOf(given, "until")).toEqual({
      kind: "refused",
      problem: {
        field: "until.dateTime",
        reason: `The clock in ${given.timeZone} goes back ${change} happens twice: add the offset ${first} for the first or ${second} for the second.`,
      },
    });
  },
);

it.each([
  [local("2027-02-29T12:00", "UTC"), "until.dateTime", /not a date and time that exists/],
  [local("2027-02-28T24:00", "UTC"), "until.dateTime", /not a date/],
  [local("2027-02-28T12:00:60", "UTC"), "until.dateTime", /not a date/],
  [local("2027-02-28 12:00", "UTC"), "until.dateTime", /not a date/],
  [local("2027-02-28T12:00Z", "UTC"), "until.dateTime", /not a date/],
  [local("2027-02-28T12:00+01:00[Europe/Berlin]", "UTC"), "until.dateTime", /not a date/],
  [local("", "UTC"), "until.dateTime", /not a date/],
  [local("2027-02-28T12:00", "Nowhere/Land"), "until.timeZone", /not the name of a time zone/],
  [local("2027-02-28T12:00", "+01:00"), "until.timeZone", /not the name/],
  [local("2027-02-28T12:00", "Europe/Berlin", "1"), "until.offset", /such as \+02:00/],
  [local("2027-02-28T12:00", "Europe/Berlin", "+02:00"), "until.offset", /is at \+01:00 then, not at \+02:00/],
  [local("2027-10-31T02:30", "Europe/Berlin", "+03:00"), "until.offset", /is at \+02:00 or \+01:00 then/],
])("%j is refused at %s", (given, field, reason) => {
  expect(instantOf(given, "until")).toEqual({
    kind: "refused",
    problem: { field, reason: expect.stringMatching(reason) },
  });
});

it("what a clock shows, with its offset, is the instant it was read at; without, the same or refused as repeated", () => {
  fc.assert(
    fc.property(anInstant, fc.constantFrom(...ZONES), fc.boolean(), (anyMs, timeZone, change) => {
      const zoned = Temporal.Instant.fromEpochMilliseconds(Math.floor(anyMs / 1_000) * 1_000).toZonedDateTimeISO(
        timeZone,
      );
      const near = change ? zoned.getTimeZoneTransition("previous")?.add({ seconds: anyMs % 7_200 }) : undefined;
      const clock = near ?? zoned;
      const given = local(clock.toPlainDateTime().toString({ smallestUnit: "second" }), timeZone);
      const expected = { kind: "instant", at: clock.epochMilliseconds };
      expect(instantOf({ ...given, offset: clock.offset }, "from")).toEqual(expected);
      const without = instantOf(given, "from");
      if (without.kind === "instant") expect(without).toEqual(expected);
      else expect(without.problem.reason).toMatch(/happens twice/);
    }),
    { numRuns: 100 },
  );
});
