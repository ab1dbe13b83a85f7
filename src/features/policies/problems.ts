import type { Problem } from "@convex/shared/time/problem";

/** The id of the control that edits the part of a policy at `path`. */
export function controlId(path: string): string {
  return `policy-${path}`;
}

/** The problems of the part at `path` and of whatever lies inside it. */
export function problemsUnder(problems: readonly Problem[], path: string): Problem[] {
  return problems.filter(
    ({ field }) => field === path || (field.startsWith(path) && /^[.[]/.test(field.slice(path.length))),
  );
}

/** A path and the parts that hold it, innermost first: "a[0].b.c", "a[0].b", "a[0]", "a". */
export function pathsOut(path: string): string[] {
  const cut = Math.max(path.lastIndexOf("."), path.lastIndexOf("["));
  return cut <= 0 ? [path] : [path, ...pathsOut(path.slice(0, cut))];
}

const PARTS: Readonly<Record<string, string>> = {
  stages: "Stage",
  rules: "Rule",
  reminders: "reminder",
  ladder: "ladder step",
  when: "condition",
  anyOf: "comparison",
  holidays: "holiday",
  calendar: "Calendar",
  candidates: "candidates",
  quorum: "how many must approve",
  otherwise: "Otherwise",
  approvalValid: "Approval valid for",
  timeZone: "time zone",
  monday: "Monday",
  tuesday: "Tuesday",
  wednesday: "Wednesday",
  thursday: "Thursday",
  friday: "Friday",
  saturday: "Saturday",
  sunday: "Sunday",
  deadline: "deadline",
  rejections: "rejections",
  escalateTo: "who takes over",
  leadsTo: "then",
  until: "until",
  samplePercent: "sample",
};
/** Parts that are known by their number in the form. */
const NUMBERED = new Set(["stages", "rules", "reminders", "ladder", "when", "anyOf", "holidays"]);
const SHOWN = /([A-Za-z]+)(?:\[(\d+)\])?/g;

/** Where a problem lies, in words: "stages[1].quorum.count" as "Stage 2, how many must approve". */
export function placeText(path: string): string {
  const parts = [...path.matchAll(SHOWN)].flatMap(([, name = "", index]) => {
    const word = PARTS[name];
    if (word === undefined) return [];
    return [index === undefined || !NUMBERED.has(name) ? word : `${word} ${Number(index) + 1}`];
  });
  return parts.length === 0 ? "Policy" : parts.join(", ");
}
