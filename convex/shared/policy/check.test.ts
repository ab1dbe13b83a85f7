import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPolicy } from "./check";
import { planFor } from "./evaluate";
import { AROUND, CALENDAR, facts, NOW, policy, rule, stage } from "./policy.helper";
import type { Comparison, Policy, Stage } from "./types";

const problems = (change: Partial<Policy>) => checkPolicy(policy(change), AROUND);
const ofStage = (change: Partial<Stage>) => problems({ stages: [stage(change)] });
const ofRule = (comparison: Comparison) => problems({ rules: [rule(comparison)] });
const approve = { kind: "approve", until: NOW + 1, samplePercent: 0, sampleStages: [] as string[] } as const;

it("nothing is wrong with a policy that can be followed", () => {
  expect(checkPolicy(policy(), AROUND)).toEqual([]);
});

describe("stages", () => {
  it.each<[string, Partial<Stage>, string, RegExp]>([
    ["without candidates", { candidates: [] }, "stages[0].candidates", /Nobody is named/],
    [
      "a quorum above its candidates",
      { quorum: { kind: "count", count: 4 } },
      "stages[0].quorum.count",
      /4 must approve, and the stage has 3 candidates/,
    ],
    ["half a person", { quorum: { kind: "count", count: 1.5 } }, "stages[0].quorum.count", /whole number/],
    ["more rejections than people", { rejections: 4 }, "stages[0].rejections", /4 rejections/],
    ["no rejection", { rejections: 0 }, "stages[0].rejections", /whole number/],
    [
      "an unknown person",
      { candidates: [{ kind: "person", personId: "nobody" }] },
      "stages[0].candidates[0]",
      /no such person/,
    ],
    [
      "a person who has left",
      { candidates: [{ kind: "person", personId: "gone" }] },
      "stages[0].candidates[0]",
      /no longer active/,
    ],
    ["an unknown group", { candidates: [{ kind: "group", groupId: "x" }] }, "stages[0].candidates[0]", /no such group/],
    [
      "an empty group",
      { candidates: [{ kind: "group", groupId: "empty" }] },
      "stages[0].candidates[0]",
      /no active member/,
    ],
    [
      "a role nobody has",
      { candidates: [{ kind: "role", role: "manager" }] },
      "stages[0].candidates[0]",
      /Nobody active has this role/,
    ],
    [
      "a candidate named twice",
      {
        candidates: [
          { kind: "person", personId: "bo" },
          { kind: "person", personId: "bo" },
        ],
      },
      "stages[0].candidates[1]",
      /named twice/,
    ],
    [
      "one group of several",
      { quorum: { kind: "oneFromEach", groupIds: ["support"] } },
      "stages[0].quorum.groupIds",
      /at least two/,
    ],
    [
      "the same group twice",
      { quorum: { kind: "oneFromEach", groupIds: ["support", "support"] } },
      "stages[0].quorum.groupIds",
      /named twice/,
    ],
    [
      "a group of nobody",
      { quorum: { kind: "oneFromEach", groupIds: ["support", "empty"] } },
      "stages[0].quorum.groupIds[1]",
      /Nobody of this group/,
    ],
    [
      "a group unknown to the quorum",
      { quorum: { kind: "oneFromEach", groupIds: ["support", "x"] } },
      "stages[0].quorum.groupIds[1]",
      /no such group/,
    ],
    [
      "two groups that are one person",
      {
        candidates: [{ kind: "person", personId: "cy" }],
        quorum: { kind: "oneFromEach", groupIds: ["support", "legal"] },
      },
      "stages[0].quorum.groupIds",
      /not a different person/,
    ],
    ["an escalation to nowhere", { escalateTo: "x" }, "stages[0].escalateTo", /no stage "x"/],
    ["an escalation to itself", { escalateTo: "first" }, "stages[0].escalateTo", /circle: first → first/],
    ["no time", { deadline: { kind: "elapsed", minutes: 0 } }, "stages[0].deadline.minutes", /whole number of minutes/],
    [
      "three years",
      { deadline: { kind: "business", minutes: 3 * 366 * 1440 } },
      "stages[0].deadline.minutes",
      /two years/,
    ],
    [
      "an empty ladder step",
      { ladder: [{ after: { kind: "elapsed", minutes: 5 }, who: [] }] },
      "stages[0].ladder[0].who",
      /Nobody is named/,
    ],
    ["no name", { name: " " }, "stages[0].name", /empty/],
    ["no key", { key: "" }, "stages[0].key", /no key/],
  ])("%s is refused", (_, change, field, reason) => {
    const found = ofStage(change).filter((problem) => problem.field === field);
    expect(found.map((problem) => problem.reason).join()).toMatch(reason);
  });

  it("two stages with one key, and a circle of escalation over three, are told with the way", () => {
    expect(problems({ stages: [stage(), stage()] }).map(({ field }) => field)).toEqual([
      "stages[0].key",
      "stages[1].key",
    ]);
    const circle = ["a", "b", "c"].map((key, i, keys) => stage({ key, escalateTo: keys[(i + 1) % 3]! }));
    expect(problems({ stages: circle, otherwise: ["a"] })).toEqual([
      { field: "stages[0].escalateTo", reason: "Escalation goes in a circle: a → b → c → a." },
      { field: "stages[1].escalateTo", reason: "Escalation goes in a circle: b → c → a → b." },
      { field: "stages[2].escalateTo", reason: "Escalation goes in a circle: c → a → b → c." },
    ]);
  });

  it("working time on a calendar that is wrong is told once, at the calendar", () => {
    const calendar = { ...CALENDAR, timeZone: "Mars/Olympus" };
    const found = problems({ calendar, stages: [stage({ deadline: { kind: "business", minutes: 60 } })] });
    expect(found.map(({ field }) => field)).toEqual(["calendar.timeZone"]);
  });
});

describe("rules", () => {
  it.each<[string, Comparison, string, RegExp]>([
    [
      "a text compared with a number",
      { kind: "number", field: "action.subject", op: "less", value: 5 },
      "rules[0].when[0].anyOf[0]",
      /the subject, which is a text, with a number/,
    ],
    [
      "a number compared with a text",
      { kind: "text", field: "action.refundAmountCents", op: "is", value: "5" },
      "rules[0].when[0].anyOf[0]",
      /the refund amount, which is a number, with a text/,
    ],
    [
      "a number among texts",
      { kind: "member", field: "risk.score", op: "isOneOf", values: ["1"] },
      "rules[0].when[0].anyOf[0].values",
      /a number/,
    ],
    [
      "an unknown field",
      { kind: "presence", field: "action.price", op: "isPresent" },
      "rules[0].when[0].anyOf[0].field",
      /no field "action.price"/,
    ],
    [
      "not a number",
      { kind: "number", field: "risk.score", op: "is", value: Number.NaN },
      "rules[0].when[0].anyOf[0].value",
      /not a number/,
    ],
    [
      "an empty text",
      { kind: "text", field: "action.body", op: "contains", value: " " },
      "rules[0].when[0].anyOf[0].value",
      /empty/,
    ],
    [
      "no values",
      { kind: "member", field: "category", op: "isOneOf", values: [] },
      "rules[0].when[0].anyOf[0].values",
      /No value/,
    ],
    [
      "a value that is never there",
      { kind: "member", field: "category", op: "isOneOf", values: ["sports"] },
      "rules[0].when[0].anyOf[0].values[0]",
      /the category is never "sports"/,
    ],
    [
      "an unknown person",
      { kind: "member", field: "requester.id", op: "isOneOf", values: ["ana", "nobody"] },
      "rules[0].when[0].anyOf[0].values[1]",
      /no such person/,
    ],
    [
      "an unknown group",
      { kind: "member", field: "requester.groups", op: "isNoneOf", values: ["x"] },
      "rules[0].when[0].anyOf[0].values[0]",
      /no such group/,
    ],
    [
      "a value twice",
      { kind: "member", field: "category", op: "isNoneOf", values: ["legal", "legal"] },
      "rules[0].when[0].anyOf[0].values[1]",
      /named twice/,
    ],
  ])("%s is refused", (_, comparison, field, reason) => {
    const found = ofRule(comparison);
    expect(found.map((problem) => problem.field)).toEqual([field]);
    expect(found[0]?.reason).toMatch(reason);
  });

  const yes: Comparison = { kind: "presence", field: "category", op: "isPresent" };
  it.each<[string, Partial<Policy>, string]>([
    [
      "approval of everything",
      { rules: [rule(yes, { when: [], leadsTo: { ...approve, sampleStages: [] } })] },
      "rules[0].leadsTo",
    ],
    [
      "approval that has ended",
      { rules: [rule(yes, { leadsTo: { ...approve, until: NOW, sampleStages: [] } })] },
      "rules[0].leadsTo.until",
    ],
    [
      "approval without an end",
      { rules: [rule(yes, { leadsTo: { ...approve, until: Infinity, sampleStages: [] } })] },
      "rules[0].leadsTo.until",
    ],
    [
      "a share above all",
      { rules: [rule(yes, { leadsTo: { ...approve, samplePercent: 101, sampleStages: ["first"] } })] },
      "rules[0].leadsTo.samplePercent",
    ],
    [
      "a sample for nobody",
      { rules: [rule(yes, { leadsTo: { ...approve, samplePercent: 5, sampleStages: [] } })] },
      "rules[0].leadsTo.sampleStages",
    ],
    [
      "an unknown stage",
      { rules: [rule(yes, { leadsTo: { kind: "review", stages: ["x"] } })] },
      "rules[0].leadsTo.stages[0]",
    ],
    ["a stage twice", { otherwise: ["first", "first"] }, "otherwise[1]"],
    ["no stage at all", { otherwise: [] }, "otherwise"],
    ["a clause of nothing", { rules: [rule(yes, { when: [{ anyOf: [] }] })] }, "rules[0].when[0].anyOf"],
    ["an id twice", { rules: [rule(yes), rule(yes)] }, "rules[1].id"],
  ])("%s is refused", (_, change, field) => {
    expect(problems(change).map((problem) => problem.field)).toEqual([field]);
  });
});

it("a policy nothing is wrong with can be followed for every request", () => {
  const keys = ["first", "second", "third"];
  const vStageKeys = fc.subarray(keys);
  const vPolicies = fc.record({
    stages: fc.subarray(keys, { minLength: 1 }).map((list) => list.map((key) => stage({ key, name: key }))),
    otherwise: vStageKeys,
    rules: fc.array(
      fc.record({
        op: fc.constantFrom("atLeast" as const, "less" as const),
        value: fc.integer({ min: 0, max: 9 }),
        stages: vStageKeys,
      }),
      { maxLength: 4 },
    ),
  });
  fc.assert(
    fc.property(vPolicies, fc.integer({ min: 0, max: 9 }), ({ stages, otherwise, rules }, refundAmountCents) => {
      const made = policy({
        stages,
        otherwise,
        rules: rules.map(({ op, value, stages: named }, i) =>
          rule(
            { kind: "number", field: "action.refundAmountCents", op, value },
            { id: `r${i}`, leadsTo: { kind: "review", stages: named } },
          ),
        ),
      });
      fc.pre(checkPolicy(made, AROUND).length === 0);
      const plan = planFor(made, {
        requestId: "q",
        facts: facts({ action: { refundAmountCents } }),
        now: NOW,
        revokedRuleIds: new Set(),
      });
      expect(plan.kind === "review" && plan.stages.length).toBeGreaterThan(0);
    }),
  );
});
