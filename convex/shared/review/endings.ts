// What ends a review or takes an end back: the deadline, the release, undo, withdrawal, revocation.

import { type Conflict, lateFor, refuse } from "./conflicts";
import type { Around, Effect, ReviewEvent, Stepped, StepResult } from "./events";
import { about, audit, end, followedBy, handOver, pass, settle } from "./flow";
import type { By, Open, Outcome, Review } from "./state";
import { deadlinePassed } from "./votes";

type EventOf<Kind extends ReviewEvent["kind"]> = Extract<ReviewEvent, { kind: Kind }>;

/** The deadline came. Early it is refused; after a decision too, because that one was in time (rules 13 to 16). */
export function expire(review: Review, around: Around): StepResult {
  if (review.kind !== "open") return lateFor(review);
  return around.now < review.task.dueAt ? refuse("notDue") : decideByDeadline(review, around);
}

function decideByDeadline(open: Open, around: Around): Stepped {
  const by = { kind: "deadline" } as const;
  switch (open.task.stage.atDeadline) {
    case "reject":
      return end(open, { ...about(open, around), kind: "rejected", by, reason: null }, null, around);
    case "approve":
      return pass(open, by, [], null, around);
    case "escalate":
      return handOver(open, by, around);
  }
}

/** The undo window ran out: the workflow is told (rule 19). */
export function release(review: Review, { now }: Around): StepResult {
  if (review.kind === "open") return refuse("nothingToRelease");
  if (review.kind !== "decided") return lateFor(review);
  if (now < review.releaseAt) return refuse("notDue");
  const { round, outcome } = review;
  return { state: { kind: "released", round, outcome }, effects: [{ kind: "tell", outcome }] };
}

/**
 * Takes one's decision back: the review is as it was. If its deadline passed meanwhile, that decides at once; if too
 * few people are left, it escalates (rules 17 and 18).
 */
export function undo(review: Review, { personId }: EventOf<"undo">, around: Around): StepResult {
  if (review.kind === "open") return refuse("nothingToUndo");
  if (review.kind !== "decided") return { ...lateFor(review), conflict: "undoOver" };
  const { before, outcome } = review;
  const decider = outcome.by.kind === "person" ? outcome.by.personId : null;
  if (decider !== personId || !around.directory.people.has(personId)) {
    return { ...lateFor(review), conflict: "notYourDecision" };
  }
  if (around.now >= review.releaseAt) return { ...lateFor(review), conflict: "undoOver" };
  const effects: Effect[] = [{ kind: "cancelRelease" }, audit({ kind: "undone", personId, outcome })];
  const { number, dueAt } = before.task;
  const planned: Effect = { kind: "planDeadline", task: number, at: dueAt };
  const next = around.now >= dueAt ? decideByDeadline(before, around) : settle(before, null, around);
  return followedBy([...effects, planned], next);
}

/** The requester takes the request back; inside the undo window this wins over the decision (rule 20). */
export function withdraw(review: Review, { personId }: EventOf<"withdraw">, around: Around): StepResult {
  return personId === review.round.requesterId ? stop(review, "withdrawn", personId, around) : refuse("notRequester");
}

/** An operator ends the request, under the same rule. */
export function cancel(review: Review, { personId }: EventOf<"cancel">, around: Around): StepResult {
  return stop(review, "canceled", personId, around);
}

function stop(review: Review, kind: "withdrawn" | "canceled", personId: string, around: Around): StepResult {
  const by = { kind: "person", personId } as const;
  if (review.kind === "open") {
    if (around.now >= review.task.dueAt) return deadlinePassed(review);
    return end(review, { ...about(review, around), kind, by }, null, around);
  }
  if (review.kind !== "decided" || around.now >= review.releaseAt) return lateFor(review);
  return overrule({ ...ofDraft(review.outcome), at: around.now, kind, by }, review);
}

/** An admin takes back an approval that is not yet performed (rules 21 and 22). */
export function revoke(review: Review, event: EventOf<"revoke">, around: Around): StepResult {
  const { personId, reason } = event;
  if (review.kind === "open") return refuse("nothingToRevoke");
  const late: Conflict = lateFor(review);
  if (review.kind === "revoked") return late;
  if (!around.directory.people.has(personId) || !(around.directory.roles.get("admin") ?? []).includes(personId)) {
    return refuse("notAdmin");
  }
  const { round, outcome } = review;
  if (outcome.kind !== "approved") return { ...late, conflict: "nothingToRevoke" };
  if (review.kind === "decided") {
    const by: By = { kind: "revocation", personId };
    return overrule({ ...ofDraft(outcome), at: around.now, kind: "rejected", by, reason }, review);
  }
  if (event.performing) return { ...late, conflict: "alreadyPerforming" };
  const entry = audit({ kind: "revoked", personId, reason, outcome });
  return { state: { kind: "revoked", round, outcome, personId, reason, at: around.now }, effects: [entry] };
}

/** Inside the undo window another outcome takes the place of the decision, and is told at once. */
function overrule(outcome: Outcome, { round }: Review): Stepped {
  return {
    state: { kind: "released", round, outcome },
    effects: [{ kind: "cancelRelease" }, audit({ kind: "decided", outcome }), { kind: "tell", outcome }],
  };
}

function ofDraft({ task, revision, digest }: Outcome): Pick<Outcome, "task" | "revision" | "digest"> {
  return { task, revision, digest };
}
