import { expect, it } from "vitest";
import { CALENDAR, FIELDS, NOW, policy, rule, stage } from "./policy.helper";
import { choiceText, durationText, type Names, readCalendar, readRules, readStage, readValidity } from "./reading";

const names: Names = {
  who: (who) =>
    who.kind === "person" ? who.personId : who.kind === "group" ? `the group ${who.groupId}` : `every ${who.role}`,
  group: (groupId) => groupId,
  person: (personId) => personId,
  fields: FIELDS,
};

it("rules read in the order in which they are tried", () => {
  const read = policy({
    stages: [stage(), stage({ key: "second", name: "Legal" })],
    rules: [
      rule(
        { kind: "number", field: "action.refundAmountCents", op: "atLeast", value: 20_000 },
        { leadsTo: { kind: "review", stages: ["first", "second"] } },
      ),
      rule(
        { kind: "member", field: "category", op: "isOneOf", values: ["praise", "sales"] },
        { leadsTo: { kind: "approve", until: NOW, samplePercent: 5, sampleStages: ["first"] } },
      ),
      rule(
        { kind: "text", field: "action.subject", op: "contains", value: "law" },
        {
          when: [
            {
              anyOf: [
                { kind: "text", field: "action.subject", op: "contains", value: "law" },
                { kind: "member", field: "requester.groups", op: "isNoneOf", values: ["support"] },
              ],
            },
          ],
        },
      ),
    ],
  });
  expect(readRules(read, names)).toEqual([
    "When the refund amount is at least $200.00: Support then Legal.",
    "Otherwise, when the category is one of praise or sales: approved without a person until Jan 4, 2027, 10:00 AM; 5 of 100 go to Support all the same.",
    "Otherwise, when the subject contains “law” or the requester's group is not support: Support.",
    "Everything else: Support.",
  ]);
  expect(readRules(policy(), names)).toEqual(["Always: Support."]);
});

it("a stage reads as who and how many, what ends it, by when, and what then", () => {
  const read = policy({
    stages: [
      stage({
        quorum: { kind: "count", count: 2 },
        rejections: 2,
        fourEyes: { requester: true, editor: true, oncePerRequest: true },
        deadline: { kind: "business", minutes: 480 },
        atDeadline: "escalate",
        escalateTo: "second",
        ladder: [{ after: { kind: "elapsed", minutes: 90 }, who: [{ kind: "role", role: "manager" }] }],
        reminders: [{ kind: "beforeDeadline", duration: { kind: "business", minutes: 60 } }],
      }),
      stage({ key: "second", name: "Legal", quorum: { kind: "oneFromEach", groupIds: ["support", "legal"] } }),
    ],
  });
  expect(readStage(read.stages[0]!, read, names)).toEqual([
    "2 of these must approve: the group support.",
    "2 rejections end it.",
    "Approvals that do not count: the requester's, the draft's editor's and those of people who approved an earlier stage.",
    "If nobody decides within 8 working hours, it goes to Legal.",
    "After 90 minutes every manager may decide, too.",
    "Reminders: 1 working hour before the deadline.",
  ]);
  expect(readStage(read.stages[1]!, read, names)[0]).toBe(
    "A different person from each of support and legal must approve, out of these: the group support.",
  );
});

it.each([
  [{ kind: "elapsed", minutes: 1440 }, "1 day"],
  [{ kind: "elapsed", minutes: 120 }, "2 hours"],
  [{ kind: "elapsed", minutes: 61 }, "61 minutes"],
  [{ kind: "business", minutes: 1440 }, "24 working hours"],
] as const)("%j is %s", (duration, text) => {
  expect(durationText(duration)).toBe(text);
});

it("a calendar reads as days with the same hours together, and the days off", () => {
  const hours = [
    { from: "09:00", to: "12:30" },
    { from: "13:30", to: "17:30" },
  ];
  const half = [{ from: "09:00", to: "12:00" }];
  const workingHours = {
    monday: hours,
    tuesday: hours,
    wednesday: half,
    thursday: hours,
    friday: hours,
    saturday: [],
    sunday: [],
  };
  const holidays = [{ date: "2027-01-01", name: "New Year" }];
  expect(readCalendar({ timeZone: "Europe/Berlin", workingHours, holidays })).toEqual([
    "Working time: Monday to Tuesday 09:00–12:30, 13:30–17:30; Wednesday 09:00–12:00; Thursday to Friday 09:00–12:30, 13:30–17:30 (Europe/Berlin).",
    "1 holiday without work.",
  ]);
  expect(readCalendar({ ...CALENDAR, holidays: [] })[1]).toBe("No holidays are named.");
});

it("how long an approval stays valid is a sentence", () => {
  expect(readValidity(policy({ approvalValid: { kind: "business", minutes: 960 } }))).toBe(
    "What was approved may be performed, or tried again, for 16 working hours.",
  );
});

it.each([
  ["originalPayment", "original payment"],
  ["billing", "billing"],
  ["O'Neill said so", "O'Neill said so"],
])("the choice %s reads %s", (choice, text) => {
  expect(choiceText(choice)).toBe(text);
});

it("a policy that is still being filled in reads without failing", () => {
  const no = Number.NaN;
  const unfinished = policy({
    calendar: { ...CALENDAR, timeZone: "Mars/Olympus" },
    stages: [
      stage({
        candidates: [],
        quorum: { kind: "oneFromEach", groupIds: [] },
        rejections: no,
        deadline: { kind: "elapsed", minutes: no },
        escalateTo: "gone",
        atDeadline: "escalate",
        ladder: [{ after: { kind: "business", minutes: no }, who: [] }],
        reminders: [{ kind: "afterOpening", duration: { kind: "elapsed", minutes: no } }],
      }),
      stage({ key: "second", quorum: { kind: "count", count: no } }),
    ],
    rules: [
      rule(
        { kind: "number", field: "action.refundAmountCents", op: "less", value: no },
        { leadsTo: { kind: "approve", until: no, samplePercent: no, sampleStages: [] } },
      ),
      rule(
        { kind: "member", field: "unknown", op: "isOneOf", values: [] },
        { leadsTo: { kind: "approve", until: NOW, samplePercent: 1, sampleStages: ["gone"] } },
      ),
    ],
    otherwise: [],
    approvalValid: { kind: "elapsed", minutes: no },
  });
  expect(readRules(unfinished, names)).toEqual([
    "When the refund amount is less than …: approved without a person until ….",
    "Otherwise, when unknown is one of …: approved without a person until …; 1 of 100 go to gone all the same.",
    "Everything else: nobody.",
  ]);
  expect(readStage(unfinished.stages[0]!, unfinished, names)).toContain(
    "If nobody decides within … minutes, it goes to gone.",
  );
  expect(readStage(unfinished.stages[1]!, unfinished, names)[0]).toMatch(/^… of these must approve/);
  expect(readCalendar(unfinished.calendar)[0]).toMatch(/Mars/);
  expect(readValidity(unfinished)).toMatch(/for … minutes/);
});
