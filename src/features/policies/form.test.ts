import { checkPolicy } from "@convex/shared/policy/check";
import type { Field } from "@convex/shared/policy/fields";
import type { Comparison, Policy } from "@convex/shared/policy/types";
import { describe, expect, it } from "vitest";
import {
  comparisonOf,
  moved,
  newApproval,
  newQuorum,
  newRule,
  newStage,
  opsOf,
  replaced,
  without,
  withOp,
} from "./form";
import { decodeDraft, encodeDraft } from "./kept-draft";
import { readingNames, surroundingsOf, whoText } from "./naming";
import { controlId, pathsOut, placeText, problemsUnder } from "./problems";
import type { PolicyNames } from "./types";

const NOW = Date.UTC(2027, 0, 4, 9);
const HOURS = [{ from: "09:00", to: "17:00" }];
const FIELDS: Field[] = [
  { path: "action.amountCents", label: "the amount", type: { kind: "number", unit: "cents" } },
  { path: "action.message", label: "the message", type: { kind: "text" } },
  { path: "risk.level", label: "the risk", type: { kind: "choice", options: ["low", "high"] } },
  { path: "requester.groups", label: "the requester's group", type: { kind: "ids", of: "group" } },
];
const person = (id: string, name: string, roles: string[]) => ({ id, name, title: "", initials: "", roles });
const NAMES = {
  people: [person("tom", "Tom Hallberg", ["reviewer"]), person("helen", "Helen Marsh", ["manager"])],
  groups: [{ id: "press", name: "Press office", memberIds: ["helen"] }],
} as unknown as PolicyNames;
const PAGE = { fields: FIELDS, gone: [{ id: "ana", name: "Ana Reyes" }] };
const EMPTY: Policy = {
  name: "Refund",
  calendar: {
    timeZone: "Europe/Berlin",
    workingHours: {
      monday: HOURS,
      tuesday: HOURS,
      wednesday: HOURS,
      thursday: HOURS,
      friday: HOURS,
      saturday: [],
      sunday: [],
    },
    holidays: [],
  },
  stages: [],
  rules: [],
  otherwise: [],
  approvalValid: { kind: "elapsed", minutes: 60 },
};
const stage = newStage(EMPTY);
const POLICY: Policy = { ...EMPTY, stages: [stage], otherwise: [stage.key] };
const problems = (policy: Policy) => checkPolicy(policy, surroundingsOf(NAMES, PAGE, NOW));

describe("what the form begins with can be saved at once", () => {
  it("a stage, a rule about a number, an approval", () => {
    expect(problems(POLICY)).toEqual([]);
    const rule = newRule(POLICY, FIELDS);
    expect(problems({ ...POLICY, rules: [rule] })).toEqual([]);
    expect(problems({ ...POLICY, rules: [{ ...rule, leadsTo: newApproval(POLICY, NOW) }] })).toEqual([]);
  });

  it("keys are new also after something was removed", () => {
    const two = { ...POLICY, stages: [stage, newStage(POLICY)] };
    const one = { ...two, stages: without(two.stages, 0) };
    expect(newStage(one).key).not.toBe(one.stages[0]?.key);
  });
});

describe("lists", () => {
  it("entries are replaced, removed and moved; at the ends nothing moves", () => {
    expect(replaced(["a", "b"], 1, "c")).toEqual(["a", "c"]);
    expect(without(["a", "b"], 0)).toEqual(["b"]);
    expect(moved(["a", "b", "c"], 1, 1)).toEqual(["a", "c", "b"]);
    expect(moved(["a", "b", "c"], 1, -1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
    expect(moved(["a", "b"], 1, 1)).toEqual(["a", "b"]);
  });
});

describe("comparisons", () => {
  it.each(FIELDS)("every way that is offered for $path is one the check accepts", (field) => {
    for (const op of opsOf(field.type)) {
      const comparison = withOp(comparisonOf(field), op, field);
      expect(comparison).toMatchObject({ field: field.path, op });
      const rule = { ...newRule(POLICY, FIELDS), when: [{ anyOf: [comparison] }] };
      // A text or a list still to be filled in is the only thing that may be missing.
      expect(problems({ ...POLICY, rules: [rule] }).map(({ reason }) => reason)).toEqual(
        comparison.kind === "text" || comparison.kind === "member" ? [expect.stringMatching(/empty|No value/)] : [],
      );
    }
  });

  it("another way keeps the value, except where it needs none", () => {
    const [amount] = FIELDS;
    if (amount === undefined) throw new Error("There is no field.");
    const above: Comparison = { kind: "number", field: amount.path, op: "more", value: 5 };
    expect(withOp(above, "less", amount)).toEqual({ ...above, op: "less" });
    const present = withOp(above, "isPresent", amount);
    expect(present).toEqual({ kind: "presence", field: amount.path, op: "isPresent" });
    expect(withOp(present, "more", amount)).toEqual({ ...above, value: 0 });
  });

  it("each kind of quorum has a beginning", () => {
    expect((["count", "all", "oneFromEach"] as const).map((kind) => newQuorum(kind).kind)).toEqual([
      "count",
      "all",
      "oneFromEach",
    ]);
  });
});

describe("problems and their controls", () => {
  const found = [
    { field: "stages[1].quorum.groupIds[0]", reason: "a" },
    { field: "stages[1].name", reason: "b" },
    { field: "stages[10].name", reason: "c" },
  ];

  it("a control shows what is wrong with its part and inside it, and nothing of its neighbours", () => {
    const under = (path: string) => problemsUnder(found, path).map(({ reason }) => reason);
    expect(under("stages[1].quorum")).toEqual(["a"]);
    expect(under("stages[1]")).toEqual(["a", "b"]);
    expect(under("stages[1].nam")).toEqual([]);
    expect(under("stages[10].name")).toEqual(["c"]);
  });

  it("from a problem the way leads out to the nearest control", () => {
    expect(pathsOut("stages[1].quorum.groupIds[0]")).toEqual([
      "stages[1].quorum.groupIds[0]",
      "stages[1].quorum.groupIds",
      "stages[1].quorum",
      "stages[1]",
      "stages",
    ]);
    expect(controlId("otherwise")).toBe("policy-otherwise");
  });

  it.each([
    ["stages[1].quorum.count", "Stage 2, how many must approve"],
    ["rules[0].when[2].anyOf[0].value", "Rule 1, condition 3, comparison 1"],
    ["calendar.holidays[3].date", "Calendar, holiday 4"],
    ["calendar.workingHours.friday[1].to", "Calendar, Friday"],
    ["stages[0].candidates[2]", "Stage 1, candidates"],
    ["rules[1].leadsTo.until", "Rule 2, then, until"],
    ["name", "Policy"],
  ])("%s is told as %s", (path, text) => {
    expect(placeText(path)).toBe(text);
  });
});

describe("a draft that the browser keeps", () => {
  it("comes back as it was, also with a number that was not entered yet", () => {
    const policy = { ...POLICY, approvalValid: { kind: "elapsed" as const, minutes: Number.NaN } };
    expect(decodeDraft(encodeDraft({ basedOn: 3, policy }))).toEqual({ basedOn: 3, policy });
  });

  it.each([
    null,
    "",
    "{",
    "null",
    "[]",
    '{"basedOn":1}',
    '{"basedOn":"1","policy":{}}',
    '{"basedOn":1,"policy":{"name":"x"}}',
  ])("anything else is none: %s", (text) => {
    expect(decodeDraft(text)).toBeNull();
  });
});

describe("names", () => {
  const words = readingNames(NAMES, PAGE);

  it("people, groups and roles are called by name; who has left, with a word about it", () => {
    expect(words.who({ kind: "person", personId: "tom" })).toBe("Tom Hallberg");
    expect(words.who({ kind: "person", personId: "ana" })).toBe("Ana Reyes (no longer active)");
    expect(words.who({ kind: "group", groupId: "press" })).toBe("the group Press office");
    expect(words.who({ kind: "group", groupId: "x" })).toMatch(/no more/);
    expect(whoText({ kind: "role", role: "manager" }, words)).toBe("All managers");
    expect(whoText({ kind: "group", groupId: "press" }, words)).toBe("Press office (group)");
  });

  it("the browser tells somebody who has left from somebody there never was", () => {
    const candidates = ["ana", "nobody"].map((personId) => ({ kind: "person", personId }) as const);
    const found = problems({
      ...POLICY,
      stages: [{ ...stage, candidates: [...candidates, { kind: "group", groupId: "press" }] }],
    });
    expect(found.map(({ reason }) => reason)).toEqual(["This person is no longer active.", "There is no such person."]);
  });
});
