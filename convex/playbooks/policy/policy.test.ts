import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { type Action, kindOf } from "../../shared/actions";
import { checkPolicy } from "../../shared/policy/check";
import { planFor } from "../../shared/policy/evaluate";
import { factsOf } from "../../shared/policy/fields";
import { canReach, type Directory, eligibleOf } from "../../shared/policy/quorum";
import { isSampled } from "../../shared/policy/sampling";
import type { Policy, Stage } from "../../shared/policy/types";
import { riskLevel } from "../../shared/records";
import { dueAt } from "../../shared/time/deadline";
import { planSchedule } from "../../shared/time/schedule";
import { ruleFieldsOf } from "./fields";
import { demoPolicies, firstPolicyOf } from "./index";

const NOW = Date.UTC(2027, 0, 4, 9);
const DAY_MS = 24 * 3_600_000;

const DIRECTORY: Directory = {
  people: new Set(["priya", "tom", "aiko", "helen", "david", "samira"]),
  groups: new Map([
    ["finance", ["aiko", "david"]],
    ["legal", ["david", "samira"]],
    ["press", ["helen", "priya"]],
  ]),
  roles: new Map([
    ["reviewer", ["priya", "tom", "aiko"]],
    ["manager", ["helen", "david"]],
    ["admin", ["samira"]],
  ]),
};
const DEMO = demoPolicies(NOW, { finance: "finance", legal: "legal", press: "press", counsel: "david" });
const refundPolicy = DEMO["refund"] as Policy;

const REFUND: Action = {
  to: "mei@example.org",
  orderId: "FH-20455",
  amountCents: 49_50,
  reason: "other",
  method: "originalPayment",
  message: "Here it is.",
};

function planOf(policy: Policy, action: Action, { score = 20, now = NOW, requestId = "q1" } = {}) {
  return planFor(policy, {
    requestId,
    facts: factsOf({
      risk: { score, level: riskLevel(score), reasons: [] },
      category: "refund",
      requester: { id: "maya", groupIds: [], roles: ["requester"] },
      action,
    }),
    now,
    revokedRuleIds: new Set(),
  });
}

describe("policies to begin with", () => {
  it.each([
    ...["customerReply", "refund", "announcement"].map((name) => [name, "first", firstPolicyOf(name, NOW)] as const),
    ...Object.entries(DEMO).map(([name, policy]) => [name, "demo", policy] as const),
  ])("%s, %s: can be saved, and each stage can be passed when nobody is away", (playbook, _, policy) => {
    const nameOf = () => "known";
    const around = { directory: DIRECTORY, nameOf, fields: ruleFieldsOf(playbook), now: NOW };
    expect(checkPolicy(policy, around)).toEqual([]);
    for (const stage of policy.stages) {
      const excluded = { requesterId: "maya", editorId: null, earlierApproverIds: [] };
      expect(canReach(stage.quorum, eligibleOf(stage, DIRECTORY, excluded), DIRECTORY)).toBe(true);
    }
  });

  it("a playbook without one is a bug", () => {
    expect(() => firstPolicyOf("nothing", NOW)).toThrow(/no policy to begin with/);
  });
});

describe("refunds by amount", () => {
  const drawn = Array.from({ length: 100 }, (_, i) => `q${i}`).find((id) => isSampled(id, "small-refunds", 10)) ?? "";

  it.each<[string, number, Parameters<typeof planOf>[2], string[] | "approved"]>([
    ["under $50", 49_99, {}, "approved"],
    ["under $50 and drawn into the sample", 49_99, { requestId: drawn }, ["review"]],
    ["under $50 at high risk", 49_99, { score: 60 }, ["review"]],
    ["under $50 when the rule has ended", 49_99, { now: NOW + 90 * DAY_MS }, ["review"]],
    ["$50", 50_00, {}, ["review"]],
    ["$500", 500_00, {}, ["review"]],
    ["above $500", 500_01, {}, ["review", "second"]],
  ])("%s", (_, amountCents, at, expected) => {
    const plan = planOf(refundPolicy, { ...REFUND, amountCents }, at);
    expect(plan.kind === "approved" ? "approved" : plan.stages.map(({ key }) => key)).toEqual(expected);
  });

  it("whoever approved first is not the second pair of eyes", () => {
    const stage = refundPolicy.stages[1];
    if (stage === undefined) throw new Error("There is one stage.");
    const excluded = { requesterId: "maya", editorId: null, earlierApproverIds: ["aiko"] };
    expect(eligibleOf(stage, DIRECTORY, excluded)).toEqual(["david", "helen"]);
  });
});

describe("the examples of docs/policies.md", () => {
  const at = (plain: string) => Temporal.PlainDateTime.from(plain).toZonedDateTime("Europe/Berlin").epochMilliseconds;
  const shown = (ms: number) =>
    Temporal.Instant.fromEpochMilliseconds(ms)
      .toZonedDateTimeISO("Europe/Berlin")
      .toPlainDateTime()
      .toString({ smallestUnit: "minute" });
  /** The moments of the first stage of a policy's plan, when it opens at `opened`. */
  function momentsOf({ stages, calendar }: Policy, opened: string): string[] {
    const stage = stages[0];
    if (stage === undefined) throw new Error("The policy has no stage.");
    const openedAt = at(opened);
    const due = dueAt(openedAt, stage.deadline, calendar);
    const { reminders, ladder } = stage;
    const plan = planSchedule({ openedAt, dueAt: due, reminders, ladder, calendar });
    return plan.map((moment) => `${moment.kind} ${shown(moment.at)}`);
  }

  it("customer reply: four hours by the clock, with a reminder half an hour before", () => {
    expect(momentsOf(firstPolicyOf("customerReply", NOW), "2027-03-05T14:10")).toEqual([
      "remind 2027-03-05T17:40",
      "expire 2027-03-05T18:10",
    ]);
  });

  it("refund: eight hours by the clock, then the admins, so that two people still decide about a large one", () => {
    expect(momentsOf(refundPolicy, "2027-03-05T14:10")).toEqual(["remind 2027-03-05T21:10", "expire 2027-03-05T22:10"]);
    expect(refundPolicy.stages.map(({ atDeadline, escalateTo }) => [atDeadline, escalateTo])).toEqual([
      ["escalate", null],
      ["escalate", null],
    ]);
  });

  it("announcement: eight working hours over a weekend, the rest of Legal from the fourth on", () => {
    expect(momentsOf(DEMO["announcement"] as Policy, "2027-03-05T15:00")).toEqual([
      "remind 2027-03-05T17:00",
      "escalate 2027-03-08T10:30",
      "remind 2027-03-08T14:30",
      "expire 2027-03-08T15:30",
    ]);
  });

  it("announcement: one of Legal and a different one of the press office; Legal's others may join", () => {
    const action: Action = { channel: "press", audience: "public", headline: "New sensors", body: "They are here." };
    expect(kindOf(action)).toBe("announcement");
    const plan = planOf(DEMO["announcement"] as Policy, action);
    if (plan.kind === "approved") throw new Error("Nobody was asked.");
    expect(plan.stages).toMatchObject([
      {
        quorum: { kind: "oneFromEach", groupIds: ["legal", "press"] },
        ladder: [{ who: [{ kind: "group", groupId: "legal" }] }],
      },
    ]);
    const asked = eligibleOf(plan.stages[0] as Stage, DIRECTORY, {
      requesterId: "maya",
      editorId: null,
      earlierApproverIds: [],
    });
    expect(asked).toEqual(["david", "helen", "priya"]);
  });
});
