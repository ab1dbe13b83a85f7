// Who may decide in a task: the stage's candidates, after delegation, with the steps of the ladder that have joined.

import { type Directory, type Excluded, peopleOf, whyExcluded } from "../policy/quorum";
import type { ConflictCode } from "./conflicts";
import type { Around } from "./events";
import type { Open, Round, Vote } from "./state";

/** The last vote of each person that is about the open task and the current draft, by person. */
export function standingVotes({ round, task }: Open): Map<string, Vote> {
  const votes = round.votes.filter((vote) => vote.task === task.number && vote.revision === round.revision);
  return new Map(votes.map((vote) => [vote.personId, vote]));
}

/** Whose approval four eyes may leave out. Approvals of earlier stages count only for the draft they were given to. */
export function excludedIn({ requesterId, editorId, revision, closed }: Round): Excluded {
  const passed = closed.filter((task) => task.end === "approved" && task.revision === revision);
  return {
    requesterId,
    editorId,
    earlierApproverIds: passed.flatMap((task) => ("approverIds" in task ? task.approverIds : [])),
  };
}

/**
 * Tells who acts for a person in this task: whoever they handed it to, else their delegate, and so on along the chain;
 * null when it leads to nobody or in a circle. Who has voted keeps their part, and the parts of those they voted for;
 * what was handed to somebody who has been removed comes back. Ask it for many people: it reads the votes only once.
 */
export function actorsIn(open: Open, { directory, actorFor }: Around): (personId: string) => string | null {
  const isActive = (id: string) => directory.people.has(id);
  const voters = [...standingVotes(open).values()].filter(({ personId }) => isActive(personId));
  // Reversed, so that of two who voted for somebody the first keeps the part.
  const parts = voters.toReversed().flatMap((vote) => vote.insteadOf.map((id) => [id, vote.personId] as const));
  const voterFor = new Map(parts);
  const handedTo = new Map(open.task.handedOver.map(({ fromId, toId }) => [fromId, toId]));
  const voted = new Set(voters.map(({ personId }) => personId));

  return (personId) => {
    const voterId = voterFor.get(personId);
    if (voterId !== undefined) return voterId;
    const passed: string[] = [];
    let current = personId;
    while (!passed.includes(current)) {
      passed.push(current);
      if (voted.has(current)) return current;
      const toId = handedTo.get(current);
      const next = toId !== undefined && isActive(toId) ? toId : actorFor(current);
      if (next === current) return isActive(current) ? current : null;
      if (next === null) return null;
      current = next;
    }
    return null;
  };
}

/** The people the stage names with the first `steps` of its ladder, before delegation. */
export function namedIn({ task }: Open, { directory }: Around, steps = task.ladderSteps): string[] {
  const { candidates, ladder } = task.stage;
  return peopleOf([...candidates, ...ladder.slice(0, steps).flatMap(({ who }) => who)], directory);
}

/** The people who act for those, each once. */
export function candidatesOf(open: Open, around: Around, steps = open.task.ladderSteps): string[] {
  const actors = namedIn(open, around, steps).map(actorsIn(open, around));
  return [...new Set(actors.filter((id) => id !== null))];
}

/** Of some candidates those who may reject or send back: under four eyes all but the requester. */
export function deciders(candidates: readonly string[], { round, task }: Open): string[] {
  return candidates.filter((id) => !(task.stage.fourEyes.requester && id === round.requesterId));
}

/** Of some candidates those whose approval counts. */
export function approvers(candidates: readonly string[], { round, task }: Open): string[] {
  const excluded = excludedIn(round);
  return candidates.filter((id) => whyExcluded(task.stage, id, excluded) === null);
}

/** Why a person may not approve (or only reject, send back, edit, hand over) in the open task; null when they may. */
export function whyNot(personId: string, wish: "approve" | "decide", open: Open, around: Around): ConflictCode | null {
  const { round, task } = open;
  if (task.stage.fourEyes.requester && personId === round.requesterId) return "ownRequest";
  if (!candidatesOf(open, around).includes(personId)) {
    return namedIn(open, around).includes(personId) ? "handedOver" : "notAsked";
  }
  if (wish === "decide") return null;
  switch (whyExcluded(task.stage, personId, excludedIn(round))) {
    case "requester":
      return "ownRequest";
    case "editor":
      return "ownEdit";
    case "oncePerRequest":
      return "approvedEarlier";
    case null:
      return null;
  }
}

/** The directory with those who act for a group's candidates as its members: a delegate stands for the group. */
export function actingDirectory(open: Open, around: Around, steps: number): Directory {
  const { quorum } = open.task.stage;
  if (quorum.kind !== "oneFromEach") return around.directory;
  const named = new Set(namedIn(open, around, steps));
  const actorOf = actorsIn(open, around);
  const groups = quorum.groupIds.map((groupId) => {
    const members = (around.directory.groups.get(groupId) ?? []).filter((id) => named.has(id));
    return [groupId, members.map(actorOf).filter((id) => id !== null)] as const;
  });
  return { ...around.directory, groups: new Map(groups) };
}
