// Whom a policy asks when an agent has a question in place of an action.

import { type Plan, stagesOf } from "./evaluate";
import type { Policy, Stage } from "./types";

/** A stage that is asked a question: one answer is enough, and its deadline never stands for one: it rejects instead. */
export function answering(stage: Stage): Stage {
  const atDeadline = stage.atDeadline === "approve" ? "reject" : stage.atDeadline;
  return { ...stage, quorum: { kind: "count", count: 1 }, atDeadline };
}

/**
 * The plan for a question from the one that the policy has for its draft: only the first stage it would ask. No rule
 * approves a question: where one would, the first stage of `otherwise` is asked. Throws for a policy without stages,
 * which is never saved.
 */
export function planForQuestion(policy: Policy, plan: Plan): Extract<Plan, { kind: "review" }> {
  const asked =
    plan.kind === "review"
      ? plan
      : { kind: "review" as const, rule: null, stages: stagesOf(policy, policy.otherwise), why: "otherwise" as const };
  const [first] = asked.stages;
  if (first === undefined) throw new Error(`The policy "${policy.name}" asks nobody.`);
  return { ...asked, stages: [answering(first)] };
}
