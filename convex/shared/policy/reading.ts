// A policy as a person would say it: what the editor shows beside the form. Also one that is still being filled in reads
// without failing: what is not there yet reads "…".

import { type Calendar, type Duration, type Interval, WEEKDAYS } from "../time/calendar";
import { dollars } from "../money";
import type { Field } from "./fields";
import type { Comparison, Condition, Policy, Quorum, Stage, Who } from "./types";

/** How people, groups and fields are called. */
export type Names = {
  who: (who: Who) => string;
  group: (groupId: string) => string;
  person: (personId: string) => string;
  fields: readonly Field[];
};

/** The rules as sentences, in the order in which they are tried, and one for everything else. */
export function readRules(policy: Policy, names: Names): string[] {
  const stages = (keys: readonly string[]) =>
    listed(
      keys.map((key) => stageName(policy, key)),
      "then",
    );
  const sentences = policy.rules.map(({ when, leadsTo }, i) => {
    const start = `${i === 0 ? "When" : "Otherwise, when"} ${readCondition(when, names)}`;
    if (leadsTo.kind === "review") return `${start}: ${stages(leadsTo.stages)}.`;
    const sample =
      leadsTo.samplePercent > 0
        ? `; ${numberText(leadsTo.samplePercent, String)} of 100 go to ${stages(leadsTo.sampleStages)} all the same`
        : "";
    return `${start}: approved without a person until ${dayText(leadsTo.until, policy.calendar.timeZone)}${sample}.`;
  });
  const rest = `${policy.rules.length === 0 ? "Always" : "Everything else"}: ${stages(policy.otherwise)}.`;
  return [...sentences, rest];
}

/** One stage as sentences: who and how many, by when, what leadsTo. */
export function readStage(stage: Stage, policy: Policy, names: Names): string[] {
  const { fourEyes, rejections, atDeadline, reminders, ladder } = stage;
  const excluded = [
    ...(fourEyes.requester ? ["the requester's"] : []),
    ...(fourEyes.editor ? ["the draft's editor's"] : []),
    ...(fourEyes.oncePerRequest ? ["those of people who approved an earlier stage"] : []),
  ];
  const escalated = stage.escalateTo === null ? "the admins" : stageName(policy, stage.escalateTo);
  const ends = { reject: "it is rejected", approve: "it is approved", escalate: `it goes to ${escalated}` };
  return [
    `${readQuorum(stage.quorum, names)}: ${listed(stage.candidates.map(names.who), "and")}.`,
    `${rejections === 1 ? "One rejection ends" : `${numberText(rejections, String)} rejections end`} it.`,
    ...(excluded.length > 0 ? [`Approvals that do not count: ${listed(excluded, "and")}.`] : []),
    `If nobody decides within ${durationText(stage.deadline)}, ${ends[atDeadline]}.`,
    ...ladder.map(
      ({ after, who }) => `After ${durationText(after)} ${listed(who.map(names.who), "and")} may decide, too.`,
    ),
    ...(reminders.length > 0
      ? [
          `Reminders: ${listed(
            reminders.map(
              ({ kind, duration }) =>
                `${durationText(duration)} ${kind === "afterOpening" ? "after it opened" : "before the deadline"}`,
            ),
            "and",
          )}.`,
        ]
      : []),
  ];
}

function readQuorum(quorum: Quorum, names: Names): string {
  switch (quorum.kind) {
    case "count":
      return `${quorum.count === 1 ? "One" : numberText(quorum.count, String)} of these must approve`;
    case "all":
      return "All of these must approve";
    case "oneFromEach":
      return `A different person from each of ${listed(quorum.groupIds.map(names.group), "and")} must approve, out of these`;
  }
}

function readCondition(condition: Condition, names: Names): string {
  if (condition.length === 0) return "anything is asked";
  const clauses = condition.map(({ anyOf }) =>
    anyOf.map((comparison) => readComparison(comparison, names)).join(" or "),
  );
  return listed(clauses, "and");
}

const NUMBER_WORDS = {
  is: "is",
  isNot: "is not",
  less: "is less than",
  atMost: "is at most",
  atLeast: "is at least",
  more: "is more than",
} as const;
const TEXT_WORDS = {
  is: "is",
  isNot: "is not",
  contains: "contains",
  containsNot: "does not contain",
  startsWith: "begins with",
  endsWith: "ends with",
} as const;

function readComparison(comparison: Comparison, names: Names): string {
  const field = names.fields.find(({ path }) => path === comparison.field);
  const label = field?.label ?? comparison.field;
  switch (comparison.kind) {
    case "number": {
      const value =
        field?.type.kind === "number" && field.type.unit === "cents"
          ? numberText(comparison.value, dollars)
          : numberText(comparison.value, String);
      return `${label} ${NUMBER_WORDS[comparison.op]} ${value}`;
    }
    case "text":
      return `${label} ${TEXT_WORDS[comparison.op]} “${comparison.value}”`;
    case "member": {
      const values = comparison.values.map((value) => memberText(value, field, names));
      const isOne = values.length === 1;
      const verb = comparison.op === "isOneOf" ? (isOne ? "is" : "is one of") : isOne ? "is not" : "is none of";
      return `${label} ${verb} ${values.length === 0 ? "…" : listed(values, "or")}`;
    }
    case "presence":
      return `${label} is ${comparison.op === "isPresent" ? "given" : "missing"}`;
  }
}

function memberText(value: string, field: Field | undefined, names: Names): string {
  if (field?.type.kind !== "ids") return choiceText(value);
  return field.type.of === "group" ? names.group(value) : names.person(value);
}

/** A choice as words: "originalPayment" as "original payment". Texts with blanks in them stay as they are. */
export function choiceText(value: string): string {
  return /^[a-z]+([A-Z][a-z]*)+$/.test(value) ? value.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) : value;
}

const DAY_WORDS = {
  monday: "Monday",
  tuesday: "Tuesday",
  wednesday: "Wednesday",
  thursday: "Thursday",
  friday: "Friday",
  saturday: "Saturday",
  sunday: "Sunday",
} as const;

/** When the calendar works, as sentences: days with the same hours together, then the days off. */
export function readCalendar({ timeZone, workingHours, holidays }: Calendar): string[] {
  const runs: { days: (keyof typeof DAY_WORDS)[]; hours: string }[] = [];
  for (const day of WEEKDAYS) {
    const hours = hoursText(workingHours[day]);
    const last = runs.at(-1);
    if (last?.hours === hours) last.days.push(day);
    else runs.push({ days: [day], hours });
  }
  const worked = runs.flatMap(({ days, hours }) => (hours === "" ? [] : [`${daysText(days)} ${hours}`]));
  return [
    `Working time: ${worked.length === 0 ? "never" : worked.join("; ")} (${timeZone}).`,
    holidays.length === 0 ? "No holidays are named." : `${counted(holidays.length, "holiday")} without work.`,
  ];
}

/** How long an approval stays valid, as a sentence. */
export function readValidity({ approvalValid }: Policy): string {
  return `What was approved may be performed, or tried again, for ${durationText(approvalValid)}.`;
}

function daysText(days: readonly (keyof typeof DAY_WORDS)[]): string {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return "";
  return first === last ? DAY_WORDS[first] : `${DAY_WORDS[first]} to ${DAY_WORDS[last]}`;
}

/** "09:00–12:30, 13:30–17:30"; "" for a day without work. */
export function hoursText(intervals: readonly Interval[]): string {
  return intervals.map(({ from, to }) => `${from}–${to}`).join(", ");
}

/** "90 working minutes", "2 hours", "3 days": the largest unit that leaves no rest. A working day has no fixed length. */
export function durationText({ kind, minutes }: Duration): string {
  const worked = kind === "business" ? "working " : "";
  if (kind === "elapsed" && minutes % 1440 === 0) return counted(minutes / 1440, "day");
  return minutes % 60 === 0 ? counted(minutes / 60, `${worked}hour`) : counted(minutes, `${worked}minute`);
}

function counted(count: number, unit: string): string {
  return `${numberText(count, String)} ${unit}${count === 1 ? "" : "s"}`;
}

/** A number as `text` says it, or "…" for one that was not entered yet. */
function numberText(value: number, text: (value: number) => string): string {
  return Number.isFinite(value) ? text(value) : "…";
}

function dayText(at: number, timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short", timeZone }).format(at);
  } catch {
    // No instant, or no time zone; the check of the policy says so.
    return "…";
  }
}

function stageName({ stages }: Policy, key: string): string {
  return stages.find((stage) => stage.key === key)?.name ?? key;
}

/** "a", "a and b", "a, b and c". */
function listed(items: readonly string[], word: string): string {
  if (items.length < 2) return items[0] ?? "nobody";
  return `${items.slice(0, -1).join(", ")} ${word} ${items.at(-1)}`;
}
