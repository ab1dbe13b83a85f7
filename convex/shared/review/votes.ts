// Votes and edits: what people do with a draft that waits for them.

import { canonicalJson } from "../canonicalJson";
import type { Verdict } from "../records";
import { type Conflict, lateFor, refuse, type Won } from "./conflicts";
import type { Around, Effect, ReviewEvent, Seen, Stepped, StepResult } from "./events";
import { about, audit, close, end, followedBy, openStage, settle } from "./flow";
import { actorsIn, namedIn, standingVotes, whyNot } from "./seats";
import type { ClosedTask, Open, Review, Round } from "./state";

type VoteEvent = Extract<ReviewEvent, { kind: "vote" }>;
type EditEvent = Extract<ReviewEvent, { kind: "edit" }>;

/** One person's verdict. The same verdict again changes nothing, also after it won (rules 2 to 8). */
export function vote(review: Review, event: VoteEvent, around: Around): StepResult {
  const { personId, seen, verdict } = event;
  if (isRepeated(review.round, event)) return { state: review, effects: [] };
  const open = openFor(review, event.task, around);
  if ("conflict" in open) return open;
  const refused = whyNot(personId, verdict.kind === "approve" ? "approve" : "decide", open, around);
  if (open.round.question && verdict.kind === "approve") return refuse("isQuestion");
  if (refused !== null) return refuse(refused);
  if (!isCurrent(open.round, seen)) return stale(open.round);
  const standing = standingVotes(open).get(personId);
  if (standing?.verdict.kind === "reject" && verdict.kind !== "requestChanges") return refuse("alreadyVoted");
  return cast(open, personId, verdict, open, around);
}

/**
 * A new revision by somebody who may decide. Votes for the old one no longer count. The review begins again where the
 * policy's plan for the new draft does; the editor's own approval counts there if four eyes let it (rules 9 to 12).
 */
export function edit(review: Review, event: EditEvent, around: Around): StepResult {
  const { personId, seen, to } = event;
  const { round } = review;
  if (isCurrent(round, to) && round.editorId === personId) return { state: review, effects: [] };
  const open = openFor(review, event.task, around);
  if ("conflict" in open) return open;
  const refused = whyNot(personId, "decide", open, around);
  if (round.question) return refuse("isQuestion");
  if (refused !== null) return refuse(refused);
  if (!isCurrent(round, seen)) return stale(round);
  if (to.digest === round.digest) return refuse("nothingChanged");
  if (to.revision <= round.revision)
    throw new Error(`Revision ${to.revision} does not follow revision ${round.revision}.`);

  const edited = audit({ kind: "edited", task: open.task.number, personId, from: seen, to });
  const plan = event.plan.length > 0 ? event.plan : round.plan;
  const again = followedBy([edited], beginAgain(open, { ...round, ...to, editorId: personId, plan }, personId, around));
  const { state } = again;
  if (state.kind !== "open" || whyNot(personId, "approve", state, around) !== null) return again;
  return followedBy(again.effects, cast(state, personId, { kind: "approve" }, open, around));
}

/** The task stays, with its deadline, where it stands for the first stage of the plan already; else that opens. */
function beginAgain(open: Open, round: Round, editorId: string, around: Around): Stepped {
  const [first] = round.plan;
  if (first === undefined) throw new Error("A plan has at least one stage.");
  if (open.task.place === 0 && open.round.plan[0]?.key === first.key) return settle({ ...open, round }, null, around);
  const by = { kind: "person", personId: editorId } as const;
  const { closed } = close(open, { end: "edited", by }, around);
  const { number } = open.task;
  return followedBy([{ kind: "cancelDeadline", task: number }], openStage({ ...round, closed }, first, 0, [], around));
}

/** Adds a vote that may be given, and counts. `before` is what undo brings back. */
function cast(open: Open, personId: string, verdict: Verdict, before: Open, around: Around): Stepped {
  const { revision, digest } = open.round;
  const actorOf = actorsIn(open, around);
  const insteadOf = namedIn(open, around).filter((id) => id !== personId && actorOf(id) === personId);
  const given = { task: open.task.number, personId, insteadOf, verdict, revision, digest };
  const voted: Open = { ...open, round: { ...open.round, votes: [...open.round.votes, { ...given, at: around.now }] } };
  const effects: Effect[] = [audit({ kind: "voted", ...given })];
  const act = { personId, verdict, before };
  if (verdict.kind !== "requestChanges") return followedBy(effects, settle(voted, act, around));
  const by = { kind: "person", personId } as const;
  const outcome = { ...about(voted, around), kind: "changesRequested", by, feedback: verdict.feedback } as const;
  return followedBy(effects, end(voted, outcome, act, around));
}

/** The review if it is open in task `task` and in time, else why not. */
export function openFor(review: Review, task: number, { now }: Around): Open | Conflict {
  if (review.kind !== "open") return lateFor(review);
  const { round } = review;
  if (task !== review.task.number) {
    const closed = round.closed.find(({ number }) => number === task);
    return { conflict: "taskClosed", won: closed === undefined ? null : wonOf(closed) };
  }
  return now >= review.task.dueAt ? deadlinePassed(review) : review;
}

/** What somebody is told who comes at the deadline or after it. */
export function deadlinePassed({ task }: Open): Conflict {
  const outcome = ({ reject: "rejected", approve: "approved", escalate: "escalated" } as const)[task.stage.atDeadline];
  return { conflict: "deadlinePassed", won: { by: { kind: "deadline" }, outcome, at: task.dueAt } };
}

function wonOf(closed: ClosedTask): Won {
  const { at } = closed;
  switch (closed.end) {
    case "approved":
    case "edited":
      return { by: closed.by, outcome: closed.end, at };
    case "escalated": {
      const { reason } = closed;
      const by =
        reason.kind === "person"
          ? { kind: reason.kind, personId: reason.personId }
          : reason.kind === "deadline"
            ? reason
            : ({ kind: "peopleChanged" } as const);
      return { by, outcome: "escalated", at };
    }
  }
}

function isRepeated({ votes, revision, digest }: Round, { personId, task, seen, verdict }: VoteEvent): boolean {
  if (seen.revision !== revision || seen.digest !== digest) return false;
  const text = canonicalJson(verdict);
  return votes.some(
    (one) =>
      one.personId === personId &&
      one.task === task &&
      one.revision === revision &&
      one.digest === digest &&
      canonicalJson(one.verdict) === text,
  );
}

function isCurrent({ revision, digest }: Round, seen: Seen): boolean {
  return seen.revision === revision && seen.digest === digest;
}

function stale({ revision, digest }: Round): Conflict {
  return { conflict: "staleDraft", won: null, current: { revision, digest } };
}
