import type { Field, FieldType } from "@convex/shared/policy/fields";
import type { Comparison, Policy, Quorum, Rule, Stage } from "@convex/shared/policy/types";

const DAY_MS = 86_400_000;

/** `list` with the entry at `index` replaced. */
export function replaced<T>(list: readonly T[], index: number, entry: T): T[] {
  return list.map((one, i) => (i === index ? entry : one));
}

/** `list` without the entry at `index`. */
export function without<T>(list: readonly T[], index: number): T[] {
  return list.filter((_, i) => i !== index);
}

/** `list` with the entry at `index` one place further on (`by` 1) or back (-1); at the ends nothing moves. */
export function moved<T>(list: readonly T[], index: number, by: 1 | -1): T[] {
  const target = index + by;
  const [entry, other] = [list[index], list[target]];
  if (entry === undefined || other === undefined) return [...list];
  return list.map((one, i) => (i === index ? other : i === target ? entry : one));
}

/** A key that nothing of the form has; the desk gives its own when it saves. */
function freshKey(taken: readonly string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`new-${number}`)) number += 1;
  return `new-${number}`;
}

/** A stage to begin with: one of the reviewers within four hours, else it is rejected. */
export function newStage({ stages }: Policy): Stage {
  return {
    key: freshKey(stages.map(({ key }) => key)),
    name: `Stage ${stages.length + 1}`,
    candidates: [{ kind: "role", role: "reviewer" }],
    quorum: { kind: "count", count: 1 },
    rejections: 1,
    fourEyes: { requester: true, editor: true, oncePerRequest: true },
    deadline: { kind: "elapsed", minutes: 240 },
    atDeadline: "reject",
    escalateTo: null,
    reminders: [],
    ladder: [],
  };
}

/** A rule to begin with: about the first field there is, leading to what happens otherwise. */
export function newRule({ rules, otherwise }: Policy, fields: readonly Field[]): Rule {
  const field = fields[0];
  return {
    id: freshKey(rules.map(({ id }) => id)),
    name: `Rule ${rules.length + 1}`,
    when: field === undefined ? [] : [{ anyOf: [comparisonOf(field)] }],
    leadsTo: { kind: "review", stages: [...otherwise] },
  };
}

/** Approval without a person to begin with: for ninety days from `now` (ms since 1970), one in ten to people. */
export function newApproval({ otherwise }: Policy, now: number): Extract<Rule["leadsTo"], { kind: "approve" }> {
  const minute = 60_000;
  const until = Math.ceil((now + 90 * DAY_MS) / minute) * minute;
  return { kind: "approve", until, samplePercent: 10, sampleStages: [...otherwise] };
}

/** A quorum of a kind to begin with. */
export function newQuorum(kind: Quorum["kind"]): Quorum {
  switch (kind) {
    case "count":
      return { kind, count: 1 };
    case "all":
      return { kind };
    case "oneFromEach":
      return { kind, groupIds: [] };
  }
}

/** A comparison of a field to begin with. */
export function comparisonOf({ path, type }: Field): Comparison {
  switch (type.kind) {
    case "number":
      return { kind: "number", field: path, op: "atLeast", value: 0 };
    case "text":
      return { kind: "text", field: path, op: "contains", value: "" };
    case "choice":
    case "ids":
      return { kind: "member", field: path, op: "isOneOf", values: [] };
  }
}

/** A way to compare, as the form offers it. */
export type Op = Comparison["op"];
export const OP_WORDS: Readonly<Record<Op, string>> = {
  is: "is",
  isNot: "is not",
  less: "is less than",
  atMost: "is at most",
  atLeast: "is at least",
  more: "is more than",
  contains: "contains",
  containsNot: "does not contain",
  startsWith: "begins with",
  endsWith: "ends with",
  isOneOf: "is one of",
  isNoneOf: "is none of",
  isPresent: "is given",
  isMissing: "is missing",
};

/** The ways in which a field of a type can be compared. */
export function opsOf(type: FieldType): Op[] {
  switch (type.kind) {
    case "number":
      return ["less", "atMost", "is", "isNot", "atLeast", "more", "isPresent", "isMissing"];
    case "text":
      return ["contains", "containsNot", "is", "isNot", "startsWith", "endsWith", "isPresent", "isMissing"];
    case "choice":
    case "ids":
      return ["isOneOf", "isNoneOf", "isPresent", "isMissing"];
  }
}

/** A comparison with another way to compare; its value stays where that way has one of the same kind. */
export function withOp(comparison: Comparison, op: Op, field: Field): Comparison {
  if (op === "isPresent" || op === "isMissing") return { kind: "presence", field: comparison.field, op };
  const fresh = comparison.kind === "presence" ? comparisonOf(field) : comparison;
  return { ...fresh, op } as Comparison;
}
