import { describe, expect, it } from "vitest";
import { changesOf } from "./changes";
import { compareStages } from "./compare";
import { versionOfRuleId, withKeys } from "./issuedKeys";
import { NOW, policy, rule, stage } from "./policy.helper";
import type { Comparison } from "./types";

const yes: Comparison = { kind: "presence", field: "category", op: "isPresent" };
const named = (id: string, name: string) => rule(yes, { id, name });

describe("what a version changes", () => {
  it("nothing, when only the order of members differs", () => {
    const before = policy({ rules: [named("a", "A")] });
    const after = JSON.parse(JSON.stringify(before, Object.keys(flat(before)).sort().reverse())) as typeof before;
    expect(Object.keys(after)).not.toEqual(Object.keys(before));
    expect(changesOf(before, after)).toEqual([]);
  });

  it("every part of a policy is told, stages and rules by name", () => {
    const before = policy({
      stages: [stage(), stage({ key: "b", name: "Legal" }), stage({ key: "c", name: "Old" })],
      rules: [named("r1", "One"), named("r2", "Two"), named("r3", "Three")],
    });
    const after = policy({
      name: "Answers",
      stages: [stage({ key: "b", name: "Legal" }), stage({ rejections: 2 }), stage({ key: "d", name: "New" })],
      rules: [named("r3", "Three"), named("r1", "First"), named("r4", "Four")],
      otherwise: ["b"],
      calendar: { ...before.calendar, timeZone: "Europe/Paris" },
      approvalValid: { kind: "elapsed", minutes: 60 },
    });
    expect(changesOf(before, after)).toEqual([
      "The policy is called “Answers”.",
      "Stage “Legal” stands at another place.",
      "Stage “Support”: how many rejections end it changed.",
      "Stage “New” is new.",
      "Stage “Old” is gone.",
      "Rule “First” is changed.",
      "Rule “Four” is new.",
      "Rule “Two” is gone.",
      "The rules are tried in another order.",
      "What happens when no rule fits is changed.",
      "The calendar is changed.",
      "How long an approval stays valid is changed.",
    ]);
  });

  it("two stages that changed places have both moved; one that came between has moved nobody", () => {
    const [a, b, c] = [stage(), stage({ key: "b", name: "B" }), stage({ key: "c", name: "C" })];
    expect(compareStages([a, b], [b, a]).map(({ kind }) => kind)).toEqual(["moved", "moved"]);
    expect(compareStages([a, b], [a, c, b]).map(({ kind }) => kind)).toEqual(["same", "added", "same"]);
  });
});

describe("keys", () => {
  const current = policy({ stages: [stage()], rules: [named("small", "Small")] });
  const sent = policy({
    stages: [stage({ escalateTo: "new" }), stage({ key: "new", name: "New", escalateTo: null })],
    rules: [
      named("new-1", "Other"),
      named("small", "Small, renamed"),
      rule(yes, {
        id: "new-2",
        leadsTo: { kind: "approve", until: NOW + 1, samplePercent: 5, sampleStages: ["new", "first"] },
      }),
      rule(yes, { id: "new-3", leadsTo: { kind: "review", stages: ["new"] } }),
    ],
    otherwise: ["first", "new"],
  });

  it("what the version before has keeps its key; what is new gets one of its own, wherever it is named", () => {
    const stored = withKeys(sent, current, 7);
    expect(stored.stages.map(({ key, escalateTo }) => [key, escalateTo])).toEqual([
      ["first", "v7s2"],
      ["v7s2", null],
    ]);
    expect(stored.rules.map(({ id }) => id)).toEqual(["v7r1", "small", "v7r3", "v7r4"]);
    expect(stored.rules[2]?.leadsTo).toMatchObject({ sampleStages: ["v7s2", "first"] });
    expect(stored.rules[3]?.leadsTo).toMatchObject({ stages: ["v7s2"] });
    expect(stored.otherwise).toEqual(["first", "v7s2"]);
  });

  it("the key of something that is gone is not given again", () => {
    const without = policy({ stages: [stage({ key: "other" })], rules: [], otherwise: ["other"] });
    const again = withKeys(current, without, 9);
    expect(again.rules[0]?.id).toBe("v9r1");
    expect(again.stages[0]?.key).toBe("v9s1");
  });

  it("an id tells the version it came with", () => {
    expect(["v7r2", "small", "v7s1", "v7r"].map(versionOfRuleId)).toEqual([7, 1, 1, 1]);
  });
});

/** All member names of a value, however deep, as the members of one object. */
function flat(value: unknown): Record<string, true> {
  if (typeof value !== "object" || value === null) return {};
  return Object.assign({}, ...Object.entries(value).map(([name, part]) => ({ [name]: true, ...flat(part) }))) as Record<
    string,
    true
  >;
}
