// The shapes that functions about policies and groups return.

import { v } from "convex/values";
import { vEffect, vStageChange } from "../shared/policy/compare";
import { vField } from "../shared/policy/fields";
import { vPolicy } from "../shared/policy/types";
import { vPerson } from "./views";

/** A playbook's policy as a line of the list. `savedAt` is null, and version 1 still to be stored, until it is first used. */
export const vPolicyRow = v.object({
  playbook: v.string(),
  title: v.string(),
  description: v.string(),
  version: v.number(),
  savedBy: v.string(),
  savedAt: v.union(v.number(), v.null()),
});

const vVersionRow = v.object({ version: v.number(), savedBy: v.string(), savedAt: v.number() });

/** Somebody or something a policy names, and is no longer among `names`. */
const vGone = v.object({ id: v.string(), name: v.string() });

/** One version with everything needed to read it. */
export const vPolicyVersion = v.object({
  ...vPolicyRow.fields,
  policy: vPolicy,
  /** The fields that rules of this playbook may use. */
  fields: v.array(vField),
  /** Ids of rules that an admin has revoked. */
  revokedRuleIds: v.array(v.string()),
  /** People the version names who decide nothing any more, with their names. */
  gone: v.array(vGone),
});

/** The version in force, with those before it, newest first, itself included. */
export const vPolicyPage = v.object({ ...vPolicyVersion.fields, versions: v.array(vVersionRow) });

/** Who policies can name: people who may decide, and groups with the ids of their members who may. */
export const vNames = v.object({
  people: v.array(vPerson),
  groups: v.array(v.object({ id: v.id("groups"), name: v.string(), memberIds: v.array(v.id("people")) })),
});

/**
 * What a policy would have done to the newest requests with a draft. `looked` of them were compared; `cut` says that
 * they were too large to look at as many as asked. `rows` are those that differ or that would have been blocked.
 */
export const vDryRun = v.object({
  looked: v.number(),
  cut: v.boolean(),
  same: v.number(),
  changed: v.number(),
  autoApproved: v.number(),
  blocked: v.number(),
  rows: v.array(
    v.object({
      requestId: v.id("requests"),
      subject: v.string(),
      requester: v.string(),
      at: v.number(),
      version: v.number(),
      before: vEffect,
      after: vEffect,
      stages: v.array(vStageChange),
    }),
  ),
});
