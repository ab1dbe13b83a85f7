import { holds } from "./conditions";
import type { Facts } from "./fields";
import { isSampled } from "./sampling";
import type { Policy, Rule, Stage } from "./types";

/** What a policy asks for. `rule` is the one that decided, null for `otherwise`. */
export type Plan =
  | { kind: "review"; rule: Rule | null; stages: Stage[]; why: "rule" | "otherwise" | "sampled" }
  | { kind: "approved"; rule: Rule };

export type Asked = {
  requestId: string;
  facts: Facts;
  /** ms since 1970. */
  now: number;
  /** Approving rules an admin has revoked: they no longer approve, for requests of any version. */
  revokedRuleIds: ReadonlySet<string>;
};

/**
 * The stages a request must pass, in order, or the rule that approves it without a person. The first rule that fits
 * decides; an approving rule that has ended or was revoked fits nothing.
 */
export function planFor(policy: Policy, asked: Asked): Plan {
  const rule = policy.rules.find((candidate) => isInForce(candidate, asked) && holds(candidate.when, asked.facts));
  if (rule === undefined) {
    return { kind: "review", rule: null, stages: stagesOf(policy, policy.otherwise), why: "otherwise" };
  }
  const { leadsTo } = rule;
  if (leadsTo.kind === "review") return { kind: "review", rule, stages: stagesOf(policy, leadsTo.stages), why: "rule" };
  if (isSampled(asked.requestId, rule.id, leadsTo.samplePercent)) {
    return { kind: "review", rule, stages: stagesOf(policy, leadsTo.sampleStages), why: "sampled" };
  }
  return { kind: "approved", rule };
}

function isInForce({ id, leadsTo }: Rule, { now, revokedRuleIds }: Asked): boolean {
  return leadsTo.kind === "review" || (now < leadsTo.until && !revokedRuleIds.has(id));
}

/** The stages with these keys. Throws for an unknown one: `checkPolicy` lets none be saved. */
export function stagesOf(policy: Policy, keys: readonly string[]): Stage[] {
  return keys.map((key) => {
    const stage = policy.stages.find((candidate) => candidate.key === key);
    if (stage === undefined) throw new Error(`The policy has no stage "${key}".`);
    return stage;
  });
}
