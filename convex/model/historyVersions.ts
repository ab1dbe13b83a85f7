import type { Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";

/** The stored version of a playbook's policy with a number; undefined where there is none, or no playbook. */
export async function versionNumbered(
  ctx: QueryCtx,
  playbook: string | undefined,
  version: number,
): Promise<Id<"policyVersions"> | undefined> {
  if (playbook === undefined) return undefined;
  const row = await ctx.db
    .query("policyVersions")
    .withIndex("by_playbook_and_version", (q) => q.eq("playbook", playbook).eq("version", version))
    .unique();
  return row?._id;
}
