// What the votes of an open task come to.

import { isReached, needed, whyExcluded } from "../policy/quorum";
import type { Around } from "./events";
import {
  actingDirectory,
  actorsIn,
  approvers,
  candidatesOf,
  deciders,
  excludedIn,
  namedIn,
  standingVotes,
} from "./seats";
import type { Open, TooFew } from "./state";

/** "waiting": neither ended, and the quorum can still be reached. */
export type Tally =
  | { kind: "rejected" }
  | { kind: "reached"; approverIds: string[] }
  | { kind: "waiting" }
  | { kind: "unreachable"; why: TooFew };

/**
 * Counts the open task's votes as if `steps` of its ladder had joined. Only votes of people who may decide now count.
 * "All" are the stage's own candidates whose approval counts; those of the ladder only when there are no others.
 */
export function tally(open: Open, around: Around, steps = open.task.ladderSteps): Tally {
  const { stage } = open.task;
  const votes = standingVotes(open);
  const verdictOf = (id: string) => votes.get(id)?.verdict.kind;
  const candidates = candidatesOf(open, around, steps);
  const rejecters = deciders(candidates, open).filter((id) => verdictOf(id) === "reject");
  if (rejecters.length >= stage.rejections) return { kind: "rejected" };

  const eligible = approvers(candidates, open);
  const own = approvers(candidatesOf(open, around, 0), open);
  const all = own.length > 0 ? own : eligible;
  const directory = actingDirectory(open, around, steps);
  const approverIds = eligible.filter((id) => verdictOf(id) === "approve");
  if (isReached(stage.quorum, approverIds, all, directory)) return { kind: "reached", approverIds };
  const left = eligible.filter((id) => verdictOf(id) !== "reject");
  if (isReached(stage.quorum, left, all, directory)) return { kind: "waiting" };
  return {
    kind: "unreachable",
    why: {
      kind: "tooFew",
      needed: needed(stage.quorum, all),
      left: left.length,
      because: causes(open, around, rejecters),
    },
  };
}

/** What keeps people whom the stage names from approving, each cause once. */
function causes(open: Open, around: Around, rejecters: readonly string[]): TooFew["because"] {
  const named = namedIn(open, around);
  const excluded = excludedIn(open.round);
  const actorOf = actorsIn(open, around);
  const found = named.flatMap((id): TooFew["because"] => {
    const actor = actorOf(id);
    if (actor === null) return ["absent"];
    const why = whyExcluded(open.task.stage, actor, excluded);
    if (why !== null) return [why];
    return rejecters.includes(actor) ? ["rejected"] : [];
  });
  return found.length > 0 ? [...new Set(found)] : ["gone"];
}

const CAUSES: Record<TooFew["because"][number], string> = {
  gone: "not everybody it asked is still here",
  absent: "somebody is away and nobody acts for them",
  requester: "the requester cannot approve their own request",
  editor: "who edited the draft cannot approve it",
  oncePerRequest: "who approved an earlier stage cannot approve again",
  rejected: "somebody rejected it",
};

/** Why too few are left, as one sentence for people. */
export function tooFewText({ needed, left, because }: TooFew): string {
  const count =
    left < needed ? `${needed} must approve and only ${left} can` : "no different person is left for each group";
  return `The quorum can no longer be reached: ${[count, ...because.map((cause) => CAUSES[cause])].join("; ")}.`;
}
