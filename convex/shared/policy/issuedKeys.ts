// Keys that never mean anything else: a stage's key and a rule's id stay the same over versions, and one that was ever
// used is never given to another stage or rule. The desk gives them, so that no history has to be searched.

import type { Policy } from "./types";

/** The version in which a rule got its id: "v7r2" in 7. Ids written by hand are those of a playbook's first version. */
export function versionOfRuleId(ruleId: string): number {
  return Number(/^v(\d{1,15})r\d+$/.exec(ruleId)?.[1] ?? 1);
}

/**
 * `policy` as it is stored as version `version`: stages and rules that `current` has keep their keys and ids, all others
 * get new ones, and whatever names a stage names the new key. The same arguments always give the same keys.
 */
export function withKeys(policy: Policy, current: Policy, version: number): Policy {
  const kept = new Set(current.stages.map(({ key }) => key));
  const keptRules = new Set(current.rules.map(({ id }) => id));
  const renamed = new Map(
    policy.stages.flatMap(({ key }, i) => (kept.has(key) ? [] : [[key, `v${version}s${i + 1}`] as const])),
  );
  const keyOf = (key: string) => renamed.get(key) ?? key;
  return {
    ...policy,
    stages: policy.stages.map((stage) => ({
      ...stage,
      key: keyOf(stage.key),
      escalateTo: stage.escalateTo === null ? null : keyOf(stage.escalateTo),
    })),
    rules: policy.rules.map(({ id, name, when, leadsTo }, i) => ({
      id: keptRules.has(id) ? id : `v${version}r${i + 1}`,
      name,
      when,
      leadsTo:
        leadsTo.kind === "review"
          ? { ...leadsTo, stages: leadsTo.stages.map(keyOf) }
          : { ...leadsTo, sampleStages: leadsTo.sampleStages.map(keyOf) },
    })),
    otherwise: policy.otherwise.map(keyOf),
  };
}
