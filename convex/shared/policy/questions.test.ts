import { expect, it } from "vitest";
import type { Plan } from "./evaluate";
import { policy, stage } from "./policy.helper";
import { answering, planForQuestion } from "./questions";
import type { Rule } from "./types";

const FIRST = stage({ key: "first", quorum: { kind: "all" }, atDeadline: "approve" });
const SECOND = stage({ key: "second" });
const POLICY = policy({ stages: [FIRST, SECOND], otherwise: ["second", "first"] });
const RULE: Rule = {
  id: "all",
  name: "All",
  when: [],
  leadsTo: { kind: "approve", until: 1, samplePercent: 0, sampleStages: [] },
};

it("a question goes to the first stage of its plan only, where one answer is enough and no deadline approves", () => {
  const plan: Plan = { kind: "review", rule: null, stages: [FIRST, SECOND], why: "otherwise" };
  const { stages } = planForQuestion(POLICY, plan);
  expect(stages).toEqual([{ ...FIRST, quorum: { kind: "count", count: 1 }, atDeadline: "reject" }]);
});

it("where a rule would approve without a person, the first stage of “otherwise” is asked", () => {
  const plan = planForQuestion(POLICY, { kind: "approved", rule: RULE });
  expect(plan).toMatchObject({ kind: "review", rule: null, why: "otherwise" });
  expect(plan.stages.map(({ key }) => key)).toEqual(["second"]);
});

it("a stage that escalates at its deadline still does", () => {
  expect(answering({ ...FIRST, atDeadline: "escalate" }).atDeadline).toBe("escalate");
});
