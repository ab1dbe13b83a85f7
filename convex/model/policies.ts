// Which policy is in force. Saved versions are never changed; a request keeps the version it began with.

import type { Doc } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { firstPolicyOf } from "../playbooks/policy/index";
import { canonicalJson, type Canonical } from "../shared/canonicalJson";
import { sha256 } from "../shared/digest";
import type { Policy } from "../shared/policy/types";
import { DESK, record, type Actor } from "./audit";
import { named } from "./rows";

/** Revoked rules of one playbook that are looked at; ids of rules are never used again, so old ones matter no more. */
const REVOKED_MAX = 1_000;

/** The newest version of a playbook's policy, or null where none was ever saved. */
export async function currentVersion(ctx: QueryCtx, playbook: string): Promise<Doc<"policyVersions"> | null> {
  return await ctx.db
    .query("policyVersions")
    .withIndex("by_playbook_and_version", (q) => q.eq("playbook", playbook))
    .order("desc")
    .first();
}

/** A version by its number, or null where there is none. */
export async function storedVersion(
  ctx: QueryCtx,
  playbook: string,
  version: number,
): Promise<Doc<"policyVersions"> | null> {
  return await ctx.db
    .query("policyVersions")
    .withIndex("by_playbook_and_version", (q) => q.eq("playbook", playbook).eq("version", version))
    .unique();
}

/** The version in force; the playbook's first policy becomes version 1 when there is none. */
export async function versionInForce(ctx: MutationCtx, playbook: string): Promise<Doc<"policyVersions">> {
  const current = await currentVersion(ctx, playbook);
  return current ?? (await saveVersion(ctx, playbook, firstPolicyOf(playbook, Date.now()), DESK));
}

/** Stores a policy, which must have been checked, as the next version. */
export async function saveVersion(
  ctx: MutationCtx,
  playbook: string,
  policy: Policy,
  savedBy: Actor,
): Promise<Doc<"policyVersions">> {
  const last = await currentVersion(ctx, playbook);
  const version = (last?.version ?? 0) + 1;
  const id = await ctx.db.insert("policyVersions", { playbook, version, policy, savedBy });
  const digest = await policyDigest(policy);
  const before = last === null ? null : await policyDigest(last.policy);
  await record(ctx, undefined, savedBy, { kind: "policySaved", playbook, version, digest, before });
  return await named(ctx, "policyVersions", id);
}

/** SHA-256 of a policy's canonical JSON: what the history holds of a version. */
async function policyDigest(policy: Policy): Promise<string> {
  return await sha256(canonicalJson(policy as unknown as Canonical));
}

/** The ids of a playbook's approving rules that an admin has revoked. */
export async function revokedRuleIds(ctx: QueryCtx, playbook: string): Promise<ReadonlySet<string>> {
  const rows = await ctx.db
    .query("revokedRules")
    .withIndex("by_playbook_and_ruleId", (q) => q.eq("playbook", playbook))
    .take(REVOKED_MAX);
  return new Set(rows.map(({ ruleId }) => ruleId));
}
