// The life of a request as a table: which event is possible in which state, and where it leads. `step` decides inside
// the review; this says what that means for the request, and what comes before and after a review.

import type { Review } from "./state";

export const LIFE_KINDS = [
  "drafting",
  "inReview",
  "decided",
  "changesRequested",
  "approved",
  "performing",
  "completed",
  "rejected",
  "withdrawn",
  "canceled",
  "failed",
] as const;
export type LifeKind = (typeof LIFE_KINDS)[number];

export const LIFE_EVENTS = [
  "beginReview",
  "decide",
  "undo",
  "approve",
  "reject",
  "requestChanges",
  "startRound",
  "endRounds",
  "startPerforming",
  "perform",
  "fail",
  "retryDrafting",
  "retryPerforming",
  "revoke",
  "withdraw",
  "cancel",
] as const;
export type LifeEvent = (typeof LIFE_EVENTS)[number];

const TABLE: Record<LifeKind, Partial<Record<LifeEvent, LifeKind>>> = {
  // Approved straight away: by a rule without a person. Rejected: nobody was left to ask.
  drafting: {
    beginReview: "inReview",
    approve: "approved",
    reject: "rejected",
    fail: "failed",
    withdraw: "withdrawn",
    cancel: "canceled",
  },
  // What no person decided (the deadline, nobody left to ask), or without an undo window, skips "decided".
  inReview: {
    decide: "decided",
    approve: "approved",
    reject: "rejected",
    requestChanges: "changesRequested",
    withdraw: "withdrawn",
    cancel: "canceled",
  },
  // Rejected also by the deadline, when an undo comes after it, and by an admin who revokes the approval.
  decided: {
    undo: "inReview",
    approve: "approved",
    reject: "rejected",
    requestChanges: "changesRequested",
    withdraw: "withdrawn",
    cancel: "canceled",
  },
  changesRequested: {
    startRound: "drafting",
    endRounds: "rejected",
    fail: "failed",
    withdraw: "withdrawn",
    cancel: "canceled",
  },
  approved: { startPerforming: "performing", revoke: "rejected", fail: "failed", cancel: "canceled" },
  performing: { perform: "completed", fail: "failed" },
  failed: { retryDrafting: "drafting", retryPerforming: "approved", withdraw: "withdrawn", cancel: "canceled" },
  completed: {},
  rejected: {},
  withdrawn: {},
  canceled: {},
};

/** The ends: nothing follows them. */
export const ENDS: readonly LifeKind[] = ["completed", "rejected", "withdrawn", "canceled"];

const TEXTS = {
  alreadyFinished: "This request has already ended. Nothing was changed. Submit a new one if it is still needed.",
  alreadyPerforming: "The action is being performed and can no longer be stopped. Nothing was changed.",
  alreadyDecided: "This was already decided. Nothing was changed; the first decision stands.",
  alreadyInReview: "The draft is in review already. Nothing was changed. It waits for its reviewers.",
  notDecided: "There is no decision to take back. Nothing was changed. Reload to see where it stands.",
  notInReview: "The agents are still drafting. Nothing was changed. Wait until the draft is ready.",
  notApproved: "This action is not approved. Nothing was performed. It needs an approval first.",
  notFailed: "Only a failed request can be retried. Nothing was changed. Reload to see where it stands.",
  notSentBack: "Nobody has asked for changes. Nothing was changed. Reload to see where it stands.",
  notPerforming: "The action is not being performed. Nothing was changed. Reload to see where it stands.",
  nothingRuns: "No step is running that could fail. Nothing was changed. It waits for people.",
  hasFailed: "A step of this request failed. Nothing was changed. An operator can retry or cancel it.",
} as const;
export type LifeConflict = keyof typeof TEXTS;
export const LIFE_TEXTS: Readonly<Record<LifeConflict, string>> = TEXTS;

/** Where an event leads, or the name of the conflict when it is not possible in this state. */
export function next(from: LifeKind, event: LifeEvent): { to: LifeKind } | { conflict: LifeConflict } {
  const to = TABLE[from][event];
  return to === undefined ? { conflict: conflictOf(from, event) } : { to };
}

/** Whether an event is possible in a state: what the screen offers. */
export function can(from: LifeKind, event: LifeEvent): boolean {
  return TABLE[from][event] !== undefined;
}

/** The first line that fits says it: what became of the request matters more than what the event lacks. */
function conflictOf(from: LifeKind, event: LifeEvent): LifeConflict {
  if (ENDS.includes(from)) return "alreadyFinished";
  if (event === "retryDrafting" || event === "retryPerforming") return "notFailed";
  if (from === "performing") return "alreadyPerforming";
  if (from === "failed") return "hasFailed";
  switch (event) {
    case "perform":
      return "notPerforming";
    case "startPerforming":
    case "revoke":
      return "notApproved";
    case "startRound":
    case "endRounds":
      return "notSentBack";
    case "fail":
      return "nothingRuns";
    case "undo":
      return from === "drafting" || from === "inReview" ? "notDecided" : "alreadyDecided";
    default:
      if (from === "drafting") return "notInReview";
      return from === "inReview" ? "alreadyInReview" : "alreadyDecided";
  }
}

/** The state of the request that a review of it is in. */
export function lifeOf(review: Review): LifeKind {
  switch (review.kind) {
    case "open":
      return "inReview";
    case "decided":
      return "decided";
    case "released":
      return review.outcome.kind;
    case "revoked":
      return "rejected";
    default:
      return review satisfies never;
  }
}

const OF_OUTCOME = {
  approved: "approve",
  rejected: "reject",
  changesRequested: "requestChanges",
  withdrawn: "withdraw",
  canceled: "cancel",
} as const;

/**
 * The event of the request's life that a step of its review is, or its beginning (`before` null); null when the request
 * stays where it is.
 */
export function lifeEvent(before: Review | null, after: Review): LifeEvent | null {
  if (before !== null && lifeOf(before) === lifeOf(after)) return null;
  switch (after.kind) {
    case "open":
      return before === null ? "beginReview" : "undo";
    case "decided":
      return "decide";
    case "released":
      return OF_OUTCOME[after.outcome.kind];
    case "revoked":
      return "revoke";
    default:
      return after satisfies never;
  }
}
