import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareStages, effectOf } from "./compare";
import { compares, holds } from "./conditions";
import { planFor } from "./evaluate";
import { fieldsOfAction } from "./fields";
import { DIRECTORY, facts, NOW, policy, rule, stage } from "./policy.helper";
import { eligibleOf, isReached, peopleOf } from "./quorum";
import { isSampled } from "./sampling";
import type { Comparison, Quorum, Rule } from "./types";
import { vCustomerReply } from "../actions";

const asked = { requestId: "q1", facts: facts(), now: NOW, revokedRuleIds: new Set<string>() };
const cents = (op: Extract<Comparison, { kind: "number" }>["op"], value: number): Comparison => ({
  kind: "number",
  field: "action.refundAmountCents",
  op,
  value,
});

describe("comparisons", () => {
  it.each<[Comparison, boolean]>([
    [cents("is", 4950), true],
    [cents("isNot", 4950), false],
    [cents("less", 4950), false],
    [cents("atMost", 4950), true],
    [cents("atLeast", 4950), true],
    [cents("more", 4949), true],
    [{ kind: "text", field: "action.subject", op: "contains", value: "RETURN" }, true],
    [{ kind: "text", field: "action.subject", op: "containsNot", value: "return" }, false],
    [{ kind: "text", field: "action.subject", op: "startsWith", value: "your" }, true],
    [{ kind: "text", field: "action.to", op: "endsWith", value: "@example.org" }, true],
    [{ kind: "text", field: "action.to", op: "is", value: "MEI@example.org " }, true],
    [{ kind: "text", field: "action.to", op: "isNot", value: "mei@example.org" }, false],
    [{ kind: "member", field: "category", op: "isOneOf", values: ["billing", "refund"] }, true],
    [{ kind: "member", field: "category", op: "isNoneOf", values: ["billing"] }, true],
    [{ kind: "member", field: "requester.groups", op: "isOneOf", values: ["legal", "support"] }, true],
    [{ kind: "member", field: "requester.roles", op: "isNoneOf", values: ["reviewer"] }, false],
    [{ kind: "presence", field: "action.escalateTo", op: "isMissing" }, true],
    [{ kind: "presence", field: "action.escalateTo", op: "isPresent" }, false],
  ])("%j is %s", (comparison, expected) => {
    expect(compares(comparison, facts())).toBe(expected);
  });

  it("what is missing fits no comparison, not even a negative one, so that no rule approves what it knows nothing of", () => {
    const nothing = facts({ risk: null, category: null, action: {} });
    for (const comparison of [
      cents("isNot", 1),
      { kind: "text", field: "action.subject", op: "containsNot", value: "x" },
      { kind: "member", field: "category", op: "isNoneOf", values: ["billing"] },
    ] as Comparison[]) {
      expect(compares(comparison, nothing)).toBe(false);
    }
  });

  it("all clauses must hold, and of each at least one comparison", () => {
    const [yes, no] = [cents("is", 4950), cents("is", 1)];
    expect(holds([], facts())).toBe(true);
    expect(holds([{ anyOf: [no, yes] }, { anyOf: [yes] }], facts())).toBe(true);
    expect(holds([{ anyOf: [yes] }, { anyOf: [no] }], facts())).toBe(false);
    expect(holds([{ anyOf: [] }], facts())).toBe(false);
  });
});

it("an action's fields come from its validator, with their types", () => {
  const fields = new Map(fieldsOfAction(vCustomerReply).map((field) => [field.path, field]));
  expect(fields.get("action.refundAmountCents")).toEqual({
    path: "action.refundAmountCents",
    label: "the refund amount",
    type: { kind: "number", unit: "cents" },
  });
  expect(fields.get("action.resolution")?.type).toEqual({
    kind: "choice",
    options: ["answer", "refund", "escalate", "decline"],
  });
  expect(fields.get("action.body")?.type).toEqual({ kind: "text" });
});

describe("plans", () => {
  const two = policy({
    stages: [stage(), stage({ key: "second", name: "Legal" })],
    rules: [
      rule(cents("atLeast", 10_000), { id: "big", leadsTo: { kind: "review", stages: ["first", "second"] } }),
      rule(cents("atMost", 5_000), {
        id: "small",
        leadsTo: { kind: "approve", until: NOW + 1_000, samplePercent: 0, sampleStages: [] },
      }),
    ],
  });

  it("the first rule that fits decides; without one the others' stages", () => {
    const plan = (refundAmountCents: number) =>
      planFor(two, { ...asked, facts: facts({ action: { refundAmountCents } }) });
    expect(plan(10_000)).toMatchObject({
      kind: "review",
      why: "rule",
      rule: { id: "big" },
      stages: [{ key: "first" }, { key: "second" }],
    });
    expect(plan(5_000)).toMatchObject({ kind: "approved", rule: { id: "small" } });
    expect(plan(7_000)).toMatchObject({ kind: "review", why: "otherwise", rule: null, stages: [{ key: "first" }] });
  });

  it("an approving rule that has ended or was revoked approves nothing", () => {
    expect(planFor(two, { ...asked, now: NOW + 1_000 })).toMatchObject({ kind: "review", why: "otherwise" });
    expect(planFor(two, { ...asked, revokedRuleIds: new Set(["small"]) })).toMatchObject({
      kind: "review",
      why: "otherwise",
    });
  });

  it("of what a rule would approve the sampled share goes to people", () => {
    const approve = { kind: "approve", until: NOW + 1, samplePercent: 100, sampleStages: ["second"] } as const;
    const sampled = policy({
      ...two,
      rules: [rule(cents("more", 0), { leadsTo: { ...approve, sampleStages: ["second"] } })],
    });
    expect(planFor(sampled, asked)).toMatchObject({ kind: "review", why: "sampled", stages: [{ key: "second" }] });
  });

  it("a dry run tells what the people there are could not decide", () => {
    const excluded = { requesterId: "ana", editorId: null, earlierApproverIds: [] };
    const effect = (quorum: number) =>
      effectOf(
        planFor(policy({ stages: [stage({ quorum: { kind: "count", count: quorum } })] }), asked),
        DIRECTORY,
        excluded,
      );
    expect(effect(2)).toEqual({ kind: "reviewed", stages: ["Support"] });
    // Support has three members, one of them the requester.
    expect(effect(3)).toEqual({ kind: "blocked", stage: "Support" });
  });

  it("stages are compared by key", () => {
    const [a, b] = [stage(), stage({ key: "b", name: "B" })];
    expect(compareStages([a, b], [stage({ rejections: 2, name: "New" }), stage({ key: "c", name: "C" })])).toEqual([
      { kind: "changed", stage: "New", what: ["name", "rejections"] },
      { kind: "added", stage: "C" },
      { kind: "removed", stage: "B" },
    ]);
    expect(compareStages([a], [stage()])).toEqual([{ kind: "same", stage: "Support" }]);
  });
});

describe("sampling", () => {
  it("nobody can try again: the same request and rule always give the same answer", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 0, max: 100 }), (request, id, percent) => {
        expect(isSampled(request, id, percent)).toBe(isSampled(request, id, percent));
        if (isSampled(request, id, percent)) expect(isSampled(request, id, Math.min(100, percent + 1))).toBe(true);
        expect([isSampled(request, id, 0), isSampled(request, id, 100)]).toEqual([false, true]);
      }),
    );
  });

  it.each([1, 10, 50])(
    "of 20,000 neighbouring ids %i percent are drawn, within four standard deviations",
    (percent) => {
      const drawn = Array.from({ length: 20_000 }, (_, i) => isSampled(`k57${i}`, "rule", percent)).filter(
        Boolean,
      ).length;
      const share = percent / 100;
      expect(Math.abs(drawn - 20_000 * share)).toBeLessThan(4 * Math.sqrt(20_000 * share * (1 - share)));
    },
  );
});

describe("quorums", () => {
  const people = ["ana", "bo", "cy", "dee", "eve"];

  it("people are named once, and only those who are there", () => {
    const who = [
      { kind: "person", personId: "cy" },
      { kind: "group", groupId: "support" },
      { kind: "person", personId: "gone" },
    ] as const;
    expect(peopleOf(who, DIRECTORY)).toEqual(["cy", "ana", "bo"]);
  });

  it("four eyes leave out the requester, the editor and earlier approvers, each where the stage asks", () => {
    const excluded = { requesterId: "ana", editorId: "bo", earlierApproverIds: ["cy"] };
    const eligible = (requester: boolean, editor: boolean, oncePerRequest: boolean) =>
      eligibleOf(stage({ fourEyes: { requester, editor, oncePerRequest } }), DIRECTORY, excluded);
    expect(eligible(true, true, true)).toEqual([]);
    expect(eligible(true, false, false)).toEqual(["bo", "cy"]);
    expect(eligible(false, true, false)).toEqual(["ana", "cy"]);
    expect(eligible(false, false, true)).toEqual(["ana", "bo"]);
  });

  it("one from each group needs a different person for each", () => {
    const quorum = { kind: "oneFromEach", groupIds: ["support", "legal"] } as const;
    expect(isReached({ ...quorum, groupIds: [...quorum.groupIds] }, ["cy"], [], DIRECTORY)).toBe(false);
    expect(isReached({ ...quorum, groupIds: [...quorum.groupIds] }, ["cy", "dee"], [], DIRECTORY)).toBe(true);
    expect(isReached({ ...quorum, groupIds: [...quorum.groupIds] }, ["ana", "bo"], [], DIRECTORY)).toBe(false);
  });

  it("all means everybody who may, and nobody at all is not all", () => {
    expect(isReached({ kind: "all" }, ["ana"], ["ana", "bo"], DIRECTORY)).toBe(false);
    expect(isReached({ kind: "all" }, ["ana", "bo"], ["ana", "bo"], DIRECTORY)).toBe(true);
    expect(isReached({ kind: "all" }, [], [], DIRECTORY)).toBe(false);
  });

  it("one from each is what trying every assignment finds", () => {
    const ids = fc.subarray(people);
    const groups = fc.array(fc.subarray(people), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(groups, ids, (members, approvers) => {
        const directory = { ...DIRECTORY, groups: new Map(members.map((list, i) => [`g${i}`, list])) };
        const assign = (i: number, used: readonly string[]): boolean =>
          i === members.length ||
          members[i]!.some((id) => approvers.includes(id) && !used.includes(id) && assign(i + 1, [...used, id]));
        const quorum = { kind: "oneFromEach" as const, groupIds: members.map((_, i) => `g${i}`) };
        expect(isReached(quorum, approvers, [], directory)).toBe(assign(0, []));
      }),
      { numRuns: 2_000 },
    );
  });

  it("a quorum that is reached stays reached by one approval more", () => {
    const quorum = fc.oneof(
      fc.record({ kind: fc.constant("count" as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.constant<Quorum>({ kind: "oneFromEach", groupIds: ["support", "legal"] }),
    );
    fc.assert(
      fc.property(quorum, fc.subarray(people), fc.constantFrom(...people), (q, approvers, one) => {
        if (!isReached(q, approvers, [], DIRECTORY)) return;
        expect(isReached(q, [...new Set([...approvers, one])], [], DIRECTORY)).toBe(true);
      }),
    );
  });
});

it("a policy of 1,000 rules is a plan like any other, whichever rule fits", () => {
  const rules: Rule[] = Array.from({ length: 1_000 }, (_, i) => rule(cents("is", i), { id: `r${i}` }));
  const large = policy({ rules });
  for (const i of [0, 500, 999]) {
    const plan = planFor(large, { ...asked, facts: facts({ action: { refundAmountCents: i } }) });
    expect(plan.rule?.id).toBe(`r${i}`);
  }
  expect(planFor(large, asked)).toMatchObject({ why: "otherwise" });
});
