// What a changed policy would have done: the core of the dry run.

import { v, type Infer } from "convex/values";
import { canonicalJson } from "../canonicalJson";
import type { Plan } from "./evaluate";
import { canReach, type Directory, eligibleOf, type Excluded } from "./quorum";
import type { Stage } from "./types";

/**
 * What a plan came to for people: no person at all, stages they can pass, or one they cannot: the first stage whose
 * quorum nobody who is there could make. Rule and stages by their names.
 */
export const vEffect = v.union(
  v.object({ kind: v.literal("autoApproved"), rule: v.string() }),
  v.object({ kind: v.literal("reviewed"), stages: v.array(v.string()) }),
  v.object({ kind: v.literal("blocked"), stage: v.string() }),
);
export type Effect = Infer<typeof vEffect>;

const vStageField = v.union(
  v.literal("name"),
  v.literal("candidates"),
  v.literal("quorum"),
  v.literal("rejections"),
  v.literal("fourEyes"),
  v.literal("deadline"),
  v.literal("atDeadline"),
  v.literal("escalateTo"),
  v.literal("reminders"),
  v.literal("ladder"),
);
export type StageField = Infer<typeof vStageField>;
const STAGE_FIELDS = vStageField.members.map(({ value }) => value);

/** One line of the comparison of two lists of stages. "moved": it is the same, and stands at another place of the order. */
export const vStageChange = v.union(
  v.object({ kind: v.literal("same"), stage: v.string() }),
  v.object({ kind: v.literal("moved"), stage: v.string() }),
  v.object({ kind: v.literal("changed"), stage: v.string(), what: v.array(vStageField) }),
  v.object({ kind: v.literal("added"), stage: v.string() }),
  v.object({ kind: v.literal("removed"), stage: v.string() }),
);
export type StageChange = Infer<typeof vStageChange>;

/** What a plan would have come to with the people there are. */
export function effectOf(plan: Plan, directory: Directory, excluded: Excluded): Effect {
  if (plan.kind === "approved") return { kind: "autoApproved", rule: plan.rule.name };
  const blocked = plan.stages.find(
    (stage) => !canReach(stage.quorum, eligibleOf(stage, directory, excluded), directory),
  );
  if (blocked !== undefined) return { kind: "blocked", stage: blocked.name };
  return { kind: "reviewed", stages: plan.stages.map(({ name }) => name) };
}

/** Two lists of stages side by side, by their keys: first those of `after` in order, then what is gone. */
export function compareStages(before: readonly Stage[], after: readonly Stage[]): StageChange[] {
  const earlier = new Map(before.map((stage) => [stage.key, stage]));
  const later = new Set(after.map(({ key }) => key));
  const orderBefore = before.flatMap(({ key }) => (later.has(key) ? [key] : []));
  const orderAfter = after.flatMap(({ key }) => (earlier.has(key) ? [key] : []));
  return [
    ...after.map((stage): StageChange => {
      const was = earlier.get(stage.key);
      if (was === undefined) return { kind: "added", stage: stage.name };
      const what = STAGE_FIELDS.filter((field) => !isSame(was[field], stage[field]));
      if (what.length > 0) return { kind: "changed", stage: stage.name, what };
      const hasMoved = orderBefore.indexOf(stage.key) !== orderAfter.indexOf(stage.key);
      return { kind: hasMoved ? "moved" : "same", stage: stage.name };
    }),
    ...before.filter(({ key }) => !later.has(key)).map(({ name }): StageChange => ({ kind: "removed", stage: name })),
  ];
}

/** Whether two parts of policies say the same, whatever the order of their members. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other) || textOf(one) === textOf(other);
}

/** Parts of a policy are JSON; what a form may hold besides, numbers that are none and broken characters, becomes text. */
function textOf(part: unknown): string {
  const plain: unknown = JSON.parse(
    JSON.stringify(part, (_, value: unknown) => {
      if (typeof value === "string") return value.toWellFormed();
      return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
    }) ?? "null",
  );
  return canonicalJson(plain as Parameters<typeof canonicalJson>[0]);
}
