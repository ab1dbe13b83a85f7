// What the history's filters can be set to.

import { v, type Infer } from "convex/values";
import type { QueryCtx } from "../_generated/server";
import { PLAYBOOKS } from "../playbooks/index";
import { firstPolicyOf } from "../playbooks/policy/index";

/** People and groups that are listed; a link to another one still filters. */
const NAMES_MAX = 500;
/** Versions of one playbook's policy whose stages are listed. */
const VERSIONS_MAX = 10;

export const vChoices = v.object({
  /** By name; `left` says that they do not belong to the desk any more. */
  people: v.array(v.object({ id: v.id("people"), name: v.string(), left: v.boolean() })),
  groups: v.array(v.object({ id: v.id("groups"), name: v.string() })),
  /** `version` is the number of the newest policy. */
  playbooks: v.array(v.object({ name: v.string(), title: v.string(), version: v.number() })),
  stages: v.array(v.string()),
});

/** The people, groups, playbooks and stages of this desk. */
export async function historyChoices(ctx: QueryCtx): Promise<Infer<typeof vChoices>> {
  const people = await ctx.db.query("people").take(NAMES_MAX);
  const groups = await ctx.db.query("groups").take(NAMES_MAX);
  const stages = new Set<string>();
  const playbooks = [];
  for (const { name, title } of PLAYBOOKS) {
    const versions = await ctx.db
      .query("policyVersions")
      .withIndex("by_playbook_and_version", (q) => q.eq("playbook", name))
      .order("desc")
      .take(VERSIONS_MAX);
    const policies = versions.length === 0 ? [firstPolicyOf(name, Date.now())] : versions.map(({ policy }) => policy);
    for (const stage of policies.flatMap((policy) => policy.stages)) stages.add(stage.name);
    playbooks.push({ name, title, version: versions[0]?.version ?? 1 });
  }
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  return {
    people: people.map(({ _id, name, removedAt }) => ({ id: _id, name, left: removedAt !== undefined })).sort(byName),
    groups: groups.map(({ _id, name }) => ({ id: _id, name })).sort(byName),
    playbooks,
    stages: [...stages].sort((a, b) => a.localeCompare(b)),
  };
}
