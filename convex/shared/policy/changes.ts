// What a new version of a policy changes, as short sentences: said before it is saved.

import { compareStages, isSame, type StageChange, type StageField } from "./compare";
import type { Policy, Rule } from "./types";

/** What each part of a stage is called. */
export const STAGE_FIELD_WORDS: Readonly<Record<StageField, string>> = {
  name: "name",
  candidates: "candidates",
  quorum: "how many must approve",
  rejections: "how many rejections end it",
  fourEyes: "four eyes",
  deadline: "deadline",
  atDeadline: "outcome at the deadline",
  escalateTo: "who takes over",
  reminders: "reminders",
  ladder: "ladder",
};

/** What differs between two versions, one sentence each, stages first; [] when nothing does. */
export function changesOf(before: Policy, after: Policy): string[] {
  return [
    ...(before.name === after.name ? [] : [`The policy is called “${after.name}”.`]),
    ...compareStages(before.stages, after.stages).flatMap((change) => {
      const text = stageChangeText(change);
      return text === null ? [] : [text];
    }),
    ...ruleChanges(before.rules, after.rules),
    ...(isSame(before.otherwise, after.otherwise) ? [] : ["What happens when no rule fits is changed."]),
    ...(isSame(before.calendar, after.calendar) ? [] : ["The calendar is changed."]),
    ...(isSame(before.approvalValid, after.approvalValid) ? [] : ["How long an approval stays valid is changed."]),
  ];
}

/** One line of a comparison of stages as a sentence, or null where nothing changed. */
export function stageChangeText(change: StageChange): string | null {
  const stage = `Stage “${change.stage}”`;
  switch (change.kind) {
    case "same":
      return null;
    case "moved":
      return `${stage} stands at another place.`;
    case "changed":
      return `${stage}: ${change.what.map((field) => STAGE_FIELD_WORDS[field]).join(", ")} changed.`;
    case "added":
      return `${stage} is new.`;
    case "removed":
      return `${stage} is gone.`;
    default:
      return change satisfies never;
  }
}

function ruleChanges(before: readonly Rule[], after: readonly Rule[]): string[] {
  const earlier = new Map(before.map((rule) => [rule.id, rule]));
  const later = new Set(after.map(({ id }) => id));
  const kept = (rules: readonly Rule[], others: { has(id: string): boolean }) =>
    rules.flatMap(({ id }) => (others.has(id) ? [id] : []));
  return [
    ...after.flatMap((rule) => {
      const was = earlier.get(rule.id);
      if (was === undefined) return [`Rule “${rule.name}” is new.`];
      return isSame(was, rule) ? [] : [`Rule “${rule.name}” is changed.`];
    }),
    ...before.flatMap(({ id, name }) => (later.has(id) ? [] : [`Rule “${name}” is gone.`])),
    ...(isSame(kept(before, later), kept(after, earlier)) ? [] : ["The rules are tried in another order."]),
  ];
}
