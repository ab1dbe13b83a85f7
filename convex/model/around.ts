// What a step of a review is judged by: the time, the people there are, who acts for whom, the policy's calendar.

import type { Doc } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import type { Stage } from "../shared/policy/types";
import type { Around } from "../shared/review/events";
import type { Review } from "../shared/review/state";
import { undoWindow } from "../shared/settings";
import { ABSENCES_MAX, resolveDelegate, type Absence } from "../shared/time/absence";
import type { Calendar } from "../shared/time/calendar";
import { directoryOf, namedBy } from "./directory";

/** Everything `stages` can ask for, now. `ids` are of people who have acted or act: they are looked up, too. */
export async function aroundOf(
  ctx: QueryCtx,
  calendar: Calendar,
  stages: readonly Stage[],
  ids: readonly string[],
): Promise<Around> {
  const now = Date.now();
  const absences = await absencesAt(ctx, now);
  const delegates = absences.flatMap(({ delegateId }) => (delegateId === null ? [] : [delegateId]));
  const directory = await directoryOf(ctx, namedBy(stages), [...ids, ...delegates]);
  const actorFor = (personId: string) => {
    const found = resolveDelegate(personId, now, absences, (id) => directory.people.has(id));
    return found.kind === "present" ? found.personId : null;
  };
  return { now, directory, undoMs: undoWindow(), calendar, actorFor };
}

/** What a stored review is judged by when `ids` act. */
export async function aroundReview(
  ctx: QueryCtx,
  review: Review,
  version: Doc<"policyVersions">,
  ids: readonly string[] = [],
): Promise<Around> {
  const { round } = review;
  const open = review.kind === "open" ? review : review.kind === "decided" ? review.before : null;
  const acted = [
    round.requesterId,
    ...round.votes.flatMap(({ personId, insteadOf }) => [personId, ...insteadOf]),
    ...(open?.task.handedOver.flatMap(({ fromId, toId }) => [fromId, toId]) ?? []),
  ];
  return await aroundOf(ctx, version.policy.calendar, [...round.plan, ...round.stages], [...acted, ...ids]);
}

/** What an event is judged by that asks nobody: the time alone. */
export function byTheClock(calendar: Calendar): Around {
  const directory = { people: new Set<string>(), groups: new Map(), roles: new Map() };
  return { now: Date.now(), directory, undoMs: undoWindow(), calendar, actorFor: () => null };
}

/** The absences that are not over at `now`, those that began first. */
export async function absencesAt(ctx: QueryCtx, now: number): Promise<Absence[]> {
  const rows = await ctx.db
    .query("absences")
    .withIndex("by_until", (q) => q.gt("until", now))
    .take(ABSENCES_MAX);
  return rows.map(({ personId, from, until, delegateId }) => ({ personId, from, until, delegateId }));
}
