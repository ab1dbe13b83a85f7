// What is wrong with a policy, told before it is saved: a policy that is saved can be followed.

import type { Duration } from "../time/calendar";
import { checkCalendar, checkDuration } from "../time/checkCalendar";
import type { Problem } from "../time/problem";
import { checkRules } from "./checkRules";
import type { Field } from "./fields";
import { keyOf } from "./keys";
import { canReach, type Directory, peopleOf } from "./quorum";
import type { Policy, Quorum, Stage, Who } from "./types";

/** What a policy is checked against: who there is, the fields its playbook has, and the time, ms since 1970. */
export type Surroundings = {
  directory: Directory;
  /** Whether a person or group has this name, for the texts. Null: there is none. */
  nameOf: (who: Who) => string | null;
  fields: readonly Field[];
  now: number;
};

export const NAME_MAX = 100;
export const STAGES_MAX = 20;
export const CANDIDATES_MAX = 50;
export const REMINDERS_MAX = 10;
export const LADDER_MAX = 10;

/** Everything wrong with a policy, as the path of the field ("stages[1].quorum.count") and the reason; [] when nothing is. */
export function checkPolicy(policy: Policy, around: Surroundings): Problem[] {
  const { calendar, stages } = policy;
  return [
    ...checkName("name", policy.name),
    ...checkCalendar(calendar).map(({ field, reason }) => ({ field: `calendar.${field}`, reason })),
    ...(stages.length > STAGES_MAX ? [{ field: "stages", reason: `There are more than ${STAGES_MAX} stages.` }] : []),
    ...stages.flatMap((stage, i) => checkStage(`stages[${i}]`, stage, policy, around)),
    ...checkDurations(policy, around.now),
    ...checkEscalations(stages),
    ...checkRules(policy, around),
  ];
}

function checkStage(path: string, stage: Stage, { stages }: Policy, around: Surroundings): Problem[] {
  const problems = [
    ...checkName(`${path}.name`, stage.name),
    ...checkWho(`${path}.candidates`, stage.candidates, around),
    ...stage.ladder.flatMap(({ who }, i) => checkWho(`${path}.ladder[${i}].who`, who, around)),
  ];
  const say = (field: string, reason: string) => problems.push({ field: `${path}.${field}`, reason });
  if (stage.key.trim() === "") say("key", "The stage has no key.");
  if (stages.filter(({ key }) => key === stage.key).length > 1) say("key", `Two stages have the key "${stage.key}".`);
  if (stage.reminders.length > REMINDERS_MAX) say("reminders", `There are more than ${REMINDERS_MAX} reminders.`);
  if (stage.ladder.length > LADDER_MAX) say("ladder", `The ladder has more than ${LADDER_MAX} steps.`);
  if (stage.escalateTo !== null && !stages.some(({ key }) => key === stage.escalateTo)) {
    say("escalateTo", `There is no stage "${stage.escalateTo}".`);
  }
  const candidates = peopleOf(stage.candidates, around.directory);
  if (!isCount(stage.rejections)) say("rejections", "How many rejections end the stage must be a whole number from 1.");
  else if (stage.rejections > Math.max(1, candidates.length)) {
    say("rejections", `The stage ends by ${stage.rejections} rejections, and has ${people(candidates.length)}.`);
  }
  problems.push(...checkQuorum(`${path}.quorum`, stage.quorum, candidates, around));
  return problems;
}

function checkQuorum(path: string, quorum: Quorum, candidates: readonly string[], around: Surroundings): Problem[] {
  if (quorum.kind === "all") return [];
  if (quorum.kind === "count") {
    const field = `${path}.count`;
    if (!isCount(quorum.count)) return [{ field, reason: "How many must approve must be a whole number from 1." }];
    if (candidates.length === 0 || quorum.count <= candidates.length) return [];
    return [{ field, reason: `${quorum.count} must approve, and the stage has ${people(candidates.length)}.` }];
  }
  const field = `${path}.groupIds`;
  const { groupIds } = quorum;
  if (groupIds.length < 2) return [{ field, reason: "One from each of several groups needs at least two groups." }];
  if (new Set(groupIds).size < groupIds.length) return [{ field, reason: "A group is named twice." }];
  const { groups } = around.directory;
  const unknown = groupIds.findIndex((id) => !groups.has(id));
  if (unknown >= 0) return [{ field: `${field}[${unknown}]`, reason: "There is no such group." }];
  const absent = groupIds.findIndex((id) => !(groups.get(id) ?? []).some((member) => candidates.includes(member)));
  if (absent >= 0) {
    return [{ field: `${field}[${absent}]`, reason: "Nobody of this group is a candidate of the stage." }];
  }
  if (canReach(quorum, candidates, around.directory)) return [];
  return [{ field, reason: "The groups share members, so there is not a different person for each of them." }];
}

function checkWho(path: string, who: readonly Who[], { directory, nameOf }: Surroundings): Problem[] {
  if (who.length === 0) return [{ field: path, reason: "Nobody is named." }];
  if (who.length > CANDIDATES_MAX) return [{ field: path, reason: `More than ${CANDIDATES_MAX} entries are named.` }];
  return who.flatMap((one, i) => {
    const field = `${path}[${i}]`;
    if (who.findIndex((other) => keyOf(other) === keyOf(one)) < i) return [{ field, reason: "This is named twice." }];
    if (one.kind !== "role" && nameOf(one) === null) return [{ field, reason: `There is no such ${one.kind}.` }];
    if (peopleOf([one], directory).length > 0) return [];
    const reason = {
      person: "This person is no longer active.",
      group: "This group has no active member.",
      role: "Nobody active has this role.",
    };
    return [{ field, reason: reason[one.kind] }];
  });
}

/** A stage that escalates in a circle would never end. */
function checkEscalations(stages: readonly Stage[]): Problem[] {
  const next = new Map(stages.map(({ key, escalateTo }) => [key, escalateTo]));
  return stages.flatMap(({ key }, i) => {
    const seen = [key];
    for (let at = next.get(key); typeof at === "string"; at = next.get(at)) {
      if (at === key)
        return [
          { field: `stages[${i}].escalateTo`, reason: `Escalation goes in a circle: ${[...seen, key].join(" → ")}.` },
        ];
      if (seen.includes(at)) return [];
      seen.push(at);
    }
    return [];
  });
}

function checkName(field: string, name: string): Problem[] {
  if (name.trim() === "") return [{ field, reason: "The name is empty." }];
  return name.length > NAME_MAX ? [{ field, reason: `The name is longer than ${NAME_MAX} characters.` }] : [];
}

/** Working time can only be looked up on a calendar that is right itself. */
function checkDurations({ stages, approvalValid, calendar }: Policy, now: number): Problem[] {
  const isCalendarRight = checkCalendar(calendar).length === 0;
  const check = (field: string, duration: Duration) =>
    duration.kind === "elapsed" || isCalendarRight ? checkDuration(duration, calendar, now, field) : [];
  return [
    ...check("approvalValid", approvalValid),
    ...stages.flatMap(({ deadline, reminders, ladder }, i) => [
      ...check(`stages[${i}].deadline`, deadline),
      ...reminders.flatMap(({ duration }, j) => check(`stages[${i}].reminders[${j}].duration`, duration)),
      ...ladder.flatMap(({ after }, j) => check(`stages[${i}].ladder[${j}].after`, after)),
    ]),
  ];
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}

function people(count: number): string {
  return count === 1 ? "one candidate" : `${count === 0 ? "no" : count} candidates`;
}
