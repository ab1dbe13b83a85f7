// What a changed policy would have done: the core of the dry run.

import type { Plan } from "./evaluate";
import { canReach, type Directory, eligibleOf, type Excluded } from "./quorum";
import type { Stage } from "./types";

/** What a plan came to for people: no person at all, stages they can pass, or one they cannot. */
export type Effect =
  | { kind: "autoApproved"; rule: string }
  | { kind: "reviewed"; stages: readonly string[] }
  /** The first stage whose quorum nobody who is there could make. */
  | { kind: "blocked"; stage: string };

/** One line of the comparison of two lists of stages. */
export type StageChange =
  | { kind: "same"; stage: string }
  | { kind: "changed"; stage: string; what: readonly StageField[] }
  | { kind: "added"; stage: string }
  | { kind: "removed"; stage: string };

const STAGE_FIELDS = [
  "name",
  "candidates",
  "quorum",
  "rejections",
  "fourEyes",
  "deadline",
  "atDeadline",
  "escalateTo",
  "reminders",
  "ladder",
] as const;
export type StageField = (typeof STAGE_FIELDS)[number];

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
  return [
    ...after.map((stage): StageChange => {
      const was = earlier.get(stage.key);
      if (was === undefined) return { kind: "added", stage: stage.name };
      const what = STAGE_FIELDS.filter((field) => JSON.stringify(was[field]) !== JSON.stringify(stage[field]));
      return what.length === 0 ? { kind: "same", stage: stage.name } : { kind: "changed", stage: stage.name, what };
    }),
    ...before.filter(({ key }) => !later.has(key)).map(({ name }): StageChange => ({ kind: "removed", stage: name })),
  ];
}
