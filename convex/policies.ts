import { v } from "convex/values";
import { adminMutation, managerQuery, readerQuery } from "./functions";
import { dryRun as rehearse } from "./model/dryRun";
import { revokeRule as revoke, savePolicy } from "./model/policyEditing";
import { policyNames, policyPage, policyRows, policyVersion } from "./model/policyPage";
import { vDryRun, vNames, vPolicyPage, vPolicyRow, vPolicyVersion } from "./model/policyViews";
import { vPolicy } from "./shared/policy/types";

/** Every playbook with the version of its policy that is in force. */
export const list = managerQuery({
  args: {},
  returns: v.array(vPolicyRow),
  handler: (ctx) => policyRows(ctx),
});

/** A playbook's policy in force, with what is needed to read and to edit it. */
export const get = managerQuery({
  args: { playbook: v.string() },
  returns: v.union(vPolicyPage, v.null()),
  handler: (ctx, { playbook }) => policyPage(ctx, playbook),
});

/** One stored version of a playbook's policy. */
export const version = managerQuery({
  args: { playbook: v.string(), version: v.number() },
  returns: v.union(vPolicyVersion, v.null()),
  handler: (ctx, { playbook, version: number }) => policyVersion(ctx, playbook, number),
});

/** People and groups that a policy can name, and people a task can be delegated to. */
export const names = readerQuery({
  args: {},
  returns: vNames,
  handler: (ctx) => policyNames(ctx),
});

/** What a policy would have done to the newest `last` requests (at most 200) with a draft. */
export const dryRun = managerQuery({
  args: { playbook: v.string(), policy: vPolicy, last: v.number() },
  returns: vDryRun,
  handler: (ctx, args) => rehearse(ctx, args),
});

/** Saves a policy as the next version. `basedOn` is the version it was made from. */
export const save = adminMutation({
  args: { playbook: v.string(), policy: vPolicy, basedOn: v.number() },
  returns: v.object({ version: v.number() }),
  handler: (ctx, args) => savePolicy(ctx, ctx.person, args),
});

/** Stops a rule that approves without a person, at once and for requests of every version. */
export const revokeRule = adminMutation({
  args: { playbook: v.string(), ruleId: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => {
    await revoke(ctx, ctx.person, args);
    return null;
  },
});
