// Who is asked changes while a task waits: delegation, escalation, the ladder, people who come and go.

import { planSchedule } from "../time/schedule";
import { lateFor, refuse } from "./conflicts";
import type { Around, ReviewEvent, StepResult } from "./events";
import { audit, followedBy, handOver, join, settle } from "./flow";
import { actorsIn, approvers, candidatesOf, standingVotes, whyNot } from "./seats";
import type { Open, Review } from "./state";
import { tally } from "./tally";
import { deadlinePassed, openFor } from "./votes";

type EventOf<Kind extends ReviewEvent["kind"]> = Extract<ReviewEvent, { kind: Kind }>;

/** Hands one's part of the task to somebody else, who then may decide in one's place. The deadline stays (rule 23). */
export function delegate(review: Review, { personId, task, toId }: EventOf<"delegate">, around: Around): StepResult {
  const open = openFor(review, task, around);
  if ("conflict" in open) return open;
  const handed = open.task.handedOver;
  const refused = whyNot(personId, "decide", open, around);
  if (refused !== null) return refuse(refused);
  if (standingVotes(open).has(personId)) return refuse("nothingToHandOver");
  if (toId === personId) return refuse("delegateSelf");
  if (!around.directory.people.has(toId)) return refuse("delegateAway");

  const handedOver = [...handed.filter(({ fromId }) => fromId !== personId), { fromId: personId, toId }];
  const next: Open = { ...open, task: { ...open.task, handedOver } };
  const actorId = actorsIn(next, around)(personId);
  if (actorId === null) return refuse("delegateAway");
  if (candidatesOf(open, around).includes(actorId)) return refuse("delegateAsked");
  if (approvers([actorId], next).length === 0) return refuse("delegateExcluded");
  if (tally(next, around).kind === "unreachable") return refuse("tooFewLeft");
  const entry = audit({ kind: "delegated", task, fromId: personId, toId });
  return followedBy([entry], settle(next, null, around));
}

/** Somebody who may decide passes the task on to the stage that takes over. Refused where nobody would (rule 24). */
export function escalate(review: Review, { personId, task, reason }: EventOf<"escalate">, around: Around): StepResult {
  const open = openFor(review, task, around);
  if ("conflict" in open) return open;
  const refused = whyNot(personId, "decide", open, around);
  if (refused !== null) return refuse(refused);
  const stepped = handOver(open, { kind: "person", personId, reason }, around);
  return stepped.state.kind === "open" ? stepped : refuse("nobodyToEscalateTo");
}

/** A step of the ladder came due, never early; one that has joined already changes nothing (rule 25). */
export function climb(review: Review, { task, step }: EventOf<"climb">, around: Around): StepResult {
  const open = openFor(review, task, around);
  if ("conflict" in open) return open;
  const { openedAt, dueAt, ladderSteps, stage } = open.task;
  if (!Number.isInteger(step) || step < 0 || step >= stage.ladder.length) return refuse("noSuchStep");
  if (step < ladderSteps) return { state: open, effects: [] };
  const { calendar, now } = around;
  const moments = planSchedule({ openedAt, dueAt, reminders: [], ladder: stage.ladder, calendar });
  const isDue = moments.some((moment) => moment.kind === "escalate" && moment.step === step && moment.at <= now);
  return isDue ? join(open, step + 1, null, around) : refuse("notDue");
}

/** Counts again with the people there are now (rules 26 and 27). A decision stands; undo counts people anew. */
export function peopleChanged(review: Review, around: Around): StepResult {
  switch (review.kind) {
    case "open":
      return around.now >= review.task.dueAt ? deadlinePassed(review) : settle(review, null, around);
    case "decided":
      return { state: review, effects: [] };
    case "released":
    case "revoked":
      return lateFor(review);
    default:
      return review satisfies never;
  }
}
