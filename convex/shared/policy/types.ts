// A policy as it is stored: who must decide about which requests, how many, in which order, by when, and what happens
// when nobody does. A saved policy is never changed: a change is a new version, and a request keeps the one it began with.

import { v, type Infer } from "convex/values";
import { vRole } from "../roles";
import { vCalendar, vDuration } from "../time/calendar";
import { vLadderStep, vReminder } from "../time/schedule";

/** Somebody who may decide, or is told: one person, everybody of a group, or everybody with a role. Ids as texts. */
export const vWho = v.union(
  v.object({ kind: v.literal("person"), personId: v.string() }),
  v.object({ kind: v.literal("group"), groupId: v.string() }),
  v.object({ kind: v.literal("role"), role: vRole }),
);
export type Who = Infer<typeof vWho>;

/** How many of a stage's candidates must approve. "oneFromEach": a different person for each group. */
export const vQuorum = v.union(
  v.object({ kind: v.literal("count"), count: v.number() }),
  v.object({ kind: v.literal("all") }),
  v.object({ kind: v.literal("oneFromEach"), groupIds: v.array(v.string()) }),
);
export type Quorum = Infer<typeof vQuorum>;

/**
 * Whose approval does not count, although they are candidates: the requester's, the one's who edited this revision, and
 * that of somebody whose approval already counted in an earlier stage of the request.
 */
export const vFourEyes = v.object({ requester: v.boolean(), editor: v.boolean(), oncePerRequest: v.boolean() });
export type FourEyes = Infer<typeof vFourEyes>;

/** One wait for people. `escalateTo` is the key of the stage that takes over; null: whoever is an admin. */
export const vStage = v.object({
  key: v.string(),
  name: v.string(),
  candidates: v.array(vWho),
  quorum: vQuorum,
  /** How many rejections end the stage. */
  rejections: v.number(),
  fourEyes: vFourEyes,
  deadline: vDuration,
  atDeadline: v.union(v.literal("reject"), v.literal("escalate"), v.literal("approve")),
  escalateTo: v.union(v.string(), v.null()),
  reminders: v.array(vReminder),
  /** So long after the stage opened these may decide too. */
  ladder: v.array(vLadderStep(v.array(vWho))),
});
export type Stage = Infer<typeof vStage>;

/**
 * One comparison of a field (`fields.ts`) with what a rule names. Texts are compared without regard to upper and lower
 * case. A field that is missing makes every comparison false except "isMissing".
 */
export const vComparison = v.union(
  v.object({
    kind: v.literal("number"),
    field: v.string(),
    op: v.union(
      v.literal("is"),
      v.literal("isNot"),
      v.literal("less"),
      v.literal("atMost"),
      v.literal("atLeast"),
      v.literal("more"),
    ),
    value: v.number(),
  }),
  v.object({
    kind: v.literal("text"),
    field: v.string(),
    op: v.union(
      v.literal("is"),
      v.literal("isNot"),
      v.literal("contains"),
      v.literal("containsNot"),
      v.literal("startsWith"),
      v.literal("endsWith"),
    ),
    value: v.string(),
  }),
  v.object({
    kind: v.literal("member"),
    field: v.string(),
    op: v.union(v.literal("isOneOf"), v.literal("isNoneOf")),
    values: v.array(v.string()),
  }),
  v.object({
    kind: v.literal("presence"),
    field: v.string(),
    op: v.union(v.literal("isPresent"), v.literal("isMissing")),
  }),
);
export type Comparison = Infer<typeof vComparison>;

/** All clauses must hold; of a clause at least one comparison. No clauses: always. */
export const vCondition = v.array(v.object({ anyOf: v.array(vComparison) }));
export type Condition = Infer<typeof vCondition>;

/**
 * What a rule leads to: stages in order, or approval without a person. `until` (ms since 1970) ends the approving;
 * `samplePercent` of what it would approve goes to `sampleStages` all the same.
 */
export const vLeadsTo = v.union(
  v.object({ kind: v.literal("review"), stages: v.array(v.string()) }),
  v.object({
    kind: v.literal("approve"),
    until: v.number(),
    samplePercent: v.number(),
    sampleStages: v.array(v.string()),
  }),
);

/** `id` stays the same over versions, so that an approving rule can be revoked at once for requests of every version. */
export const vRule = v.object({ id: v.string(), name: v.string(), when: vCondition, leadsTo: vLeadsTo });
export type Rule = Infer<typeof vRule>;

/** The first rule that fits decides; `otherwise` are the stages when none does. */
export const vPolicy = v.object({
  name: v.string(),
  calendar: vCalendar,
  stages: v.array(vStage),
  rules: v.array(vRule),
  otherwise: v.array(v.string()),
  /** How long after the last approval the action may still be performed or retried. */
  approvalValid: vDuration,
});
export type Policy = Infer<typeof vPolicy>;
