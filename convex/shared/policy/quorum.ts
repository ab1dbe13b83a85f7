// Whether enough of the right people have approved, or still can.

import type { Quorum, Stage, Who } from "./types";
import type { Role } from "../roles";

/** Who there is. Only people who can decide now: removed ones are in no list. */
export type Directory = {
  /** Ids of all active people. */
  people: ReadonlySet<string>;
  /** Members of each group, by group id. */
  groups: ReadonlyMap<string, readonly string[]>;
  /** People with each role. */
  roles: ReadonlyMap<Role, readonly string[]>;
};

/** The active people that `who` names, each once, in the order in which they are named. */
export function peopleOf(who: readonly Who[], directory: Directory): string[] {
  const ids = who.flatMap((one) => {
    switch (one.kind) {
      case "person":
        return [one.personId];
      case "group":
        return [...(directory.groups.get(one.groupId) ?? [])];
      case "role":
        return [...(directory.roles.get(one.role) ?? [])];
    }
  });
  return [...new Set(ids)].filter((id) => directory.people.has(id));
}

/** Who may not approve in a stage of a request, whatever the candidates say. */
export type Excluded = { requesterId: string; editorId: string | null; earlierApproverIds: readonly string[] };

/** A stage's candidates whose approval counts. */
export function eligibleOf(stage: Stage, directory: Directory, excluded: Excluded): string[] {
  return peopleOf(stage.candidates, directory).filter((id) => whyExcluded(stage, id, excluded) === null);
}

/** Which of the stage's four-eyes rules keeps a person from approving, or null. */
export function whyExcluded(
  { fourEyes }: Stage,
  personId: string,
  { requesterId, editorId, earlierApproverIds }: Excluded,
): "requester" | "editor" | "oncePerRequest" | null {
  if (fourEyes.requester && personId === requesterId) return "requester";
  if (fourEyes.editor && personId === editorId) return "editor";
  if (fourEyes.oncePerRequest && earlierApproverIds.includes(personId)) return "oncePerRequest";
  return null;
}

/** How many approvals a quorum takes of these candidates. */
export function needed(quorum: Quorum, eligible: readonly string[]): number {
  switch (quorum.kind) {
    case "count":
      return quorum.count;
    case "all":
      return Math.max(1, eligible.length);
    case "oneFromEach":
      return quorum.groupIds.length;
  }
}

/** Whether the approvals of `approvers` (ids, each once) make the quorum. For "all", `eligible` says who all are. */
export function isReached(
  quorum: Quorum,
  approvers: readonly string[],
  eligible: readonly string[],
  directory: Directory,
): boolean {
  switch (quorum.kind) {
    case "count":
      return approvers.length >= quorum.count;
    case "all":
      return eligible.length > 0 && eligible.every((id) => approvers.includes(id));
    case "oneFromEach":
      return canStandFor(quorum.groupIds, approvers, directory);
  }
}

/** Whether these people could make the quorum if all of them approved. */
export function canReach(quorum: Quorum, ids: readonly string[], directory: Directory): boolean {
  return isReached(quorum, ids, ids, directory);
}

/**
 * Whether each group has a member of its own among `ids`: a matching of groups to people that uses nobody twice (augmenting paths, as
 * in Kuhn's algorithm).
 */
function canStandFor(groupIds: readonly string[], ids: readonly string[], directory: Directory): boolean {
  const groupOf = new Map<string, string>();
  const place = (groupId: string, tried: Set<string>): boolean =>
    (directory.groups.get(groupId) ?? []).some((id) => {
      if (!ids.includes(id) || tried.has(id)) return false;
      tried.add(id);
      const other = groupOf.get(id);
      if (other !== undefined && !place(other, tried)) return false;
      groupOf.set(id, groupId);
      return true;
    });
  return groupIds.every((groupId) => place(groupId, new Set()));
}
