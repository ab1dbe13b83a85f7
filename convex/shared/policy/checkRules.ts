import type { Problem } from "../time/problem";
import type { Surroundings } from "./check";
import type { Field, FieldType } from "./fields";
import type { Comparison, Policy, Rule, Who } from "./types";

export const RULES_MAX = 1_000;
export const CLAUSES_MAX = 20;
export const COMPARISONS_MAX = 20;
export const VALUES_MAX = 200;
export const TEXT_MAX = 500;

/** What is wrong with the rules of a policy and with the stages for everything else. */
export function checkRules(policy: Policy, around: Surroundings): Problem[] {
  const fields = new Map(around.fields.map((field) => [field.path, field]));
  const ids = policy.rules.map(({ id }) => id);
  return [
    ...checkKeys("otherwise", policy.otherwise, policy),
    ...(ids.length > RULES_MAX ? [{ field: "rules", reason: `There are more than ${RULES_MAX} rules.` }] : []),
    ...policy.rules.flatMap((rule, i) => [
      ...(rule.id === "" || ids.indexOf(rule.id) < i
        ? [{ field: `rules[${i}].id`, reason: "Each rule needs an id of its own." }]
        : []),
      ...(rule.name.trim() === "" ? [{ field: `rules[${i}].name`, reason: "The rule has no name." }] : []),
      ...checkCondition(`rules[${i}].when`, rule, fields, around),
      ...checkThen(`rules[${i}].leadsTo`, rule, policy, around.now),
    ]),
  ];
}

function checkThen(path: string, { when, leadsTo }: Rule, policy: Policy, now: number): Problem[] {
  if (leadsTo.kind === "review") return checkKeys(`${path}.stages`, leadsTo.stages, policy);
  const problems: Problem[] = [];
  const say = (field: string, reason: string) => problems.push({ field: `${path}.${field}`, reason });
  if (when.length === 0)
    problems.push({ field: path, reason: "A rule that approves without a person must say what it is for." });
  if (!Number.isFinite(leadsTo.until)) say("until", "Say until when the rule approves.");
  else if (leadsTo.until <= now) say("until", "The rule would already have ended.");
  if (!(leadsTo.samplePercent >= 0 && leadsTo.samplePercent <= 100))
    say("samplePercent", "The sample is a share from 0 to 100 percent.");
  if (leadsTo.samplePercent > 0) problems.push(...checkKeys(`${path}.sampleStages`, leadsTo.sampleStages, policy));
  return problems;
}

function checkKeys(path: string, keys: readonly string[], { stages }: Policy): Problem[] {
  if (keys.length === 0) return [{ field: path, reason: "No stage is named: nobody would decide." }];
  return keys.flatMap((key, i) => {
    const field = `${path}[${i}]`;
    if (!stages.some((stage) => stage.key === key)) return [{ field, reason: `There is no stage "${key}".` }];
    return keys.indexOf(key) < i ? [{ field, reason: `The stage "${key}" is named twice.` }] : [];
  });
}

function checkCondition(
  path: string,
  { when }: Rule,
  fields: ReadonlyMap<string, Field>,
  around: Surroundings,
): Problem[] {
  if (when.length > CLAUSES_MAX) return [{ field: path, reason: `There are more than ${CLAUSES_MAX} clauses.` }];
  return when.flatMap(({ anyOf }, i) => {
    const clause = `${path}[${i}].anyOf`;
    if (anyOf.length === 0) return [{ field: clause, reason: "The clause compares nothing." }];
    if (anyOf.length > COMPARISONS_MAX)
      return [{ field: clause, reason: `There are more than ${COMPARISONS_MAX} comparisons.` }];
    return anyOf.flatMap((comparison, j) =>
      checkComparison(`${clause}[${j}]`, comparison, fields.get(comparison.field), around),
    );
  });
}

const KIND_WORDS = { number: "a number", text: "a text", choice: "a choice", ids: "a list" } as const;

function checkComparison(
  path: string,
  comparison: Comparison,
  field: Field | undefined,
  { nameOf }: Surroundings,
): Problem[] {
  if (field === undefined)
    return [{ field: `${path}.field`, reason: `The playbook has no field "${comparison.field}".` }];
  const { type, label } = field;
  switch (comparison.kind) {
    case "presence":
      return [];
    case "number":
      if (type.kind !== "number") return [mismatch(path, label, type, "a number")];
      return Number.isFinite(comparison.value)
        ? []
        : [{ field: `${path}.value`, reason: "The value is not a number." }];
    case "text":
      if (type.kind !== "text") return [mismatch(path, label, type, "a text")];
      if (comparison.value.trim() === "") return [{ field: `${path}.value`, reason: "The text is empty." }];
      return comparison.value.length > TEXT_MAX
        ? [{ field: `${path}.value`, reason: `The text is longer than ${TEXT_MAX} characters.` }]
        : [];
    case "member":
      return checkMembers(`${path}.values`, comparison.values, field, nameOf);
  }
}

function mismatch(path: string, label: string, type: FieldType, wanted: string): Problem {
  return { field: path, reason: `It compares ${label}, which is ${KIND_WORDS[type.kind]}, with ${wanted}.` };
}

function checkMembers(
  path: string,
  values: readonly string[],
  { type, label }: Field,
  nameOf: Surroundings["nameOf"],
): Problem[] {
  if (type.kind === "number") return [mismatch(path, label, type, "a list of texts")];
  if (values.length === 0) return [{ field: path, reason: "No value is named." }];
  if (values.length > VALUES_MAX) return [{ field: path, reason: `More than ${VALUES_MAX} values are named.` }];
  return values.flatMap((value, i) => {
    const field = `${path}[${i}]`;
    if (values.indexOf(value) < i) return [{ field, reason: `"${value}" is named twice.` }];
    if (type.kind === "choice" && !type.options.includes(value))
      return [{ field, reason: `${label} is never "${value}".` }];
    if (type.kind === "ids" && nameOf(whoOf(type.of, value)) === null)
      return [{ field, reason: `There is no such ${type.of}.` }];
    return [];
  });
}

/** A person or group by its id, as policies name them. */
export function whoOf(of: "person" | "group", id: string): Who {
  return of === "person" ? { kind: "person", personId: id } : { kind: "group", groupId: id };
}
