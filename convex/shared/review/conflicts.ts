// Why an event was refused: what happened, what became of the person's work, and what to do next.

import type { By, Review } from "./state";

const TEXTS = {
  staleDraft:
    "The draft changed since you opened it. Your decision was not taken. Read the current draft and decide again.",
  taskClosed:
    "This stage is over and the review goes on in another. Your decision was not taken. Reload to see whether the next stage asks you.",
  alreadyDecided: "This was already decided. Your decision was not taken; the first one stands.",
  alreadyWithdrawn: "The requester withdrew this request. Your decision was not taken. Nothing more is to be done.",
  alreadyCanceled: "An operator canceled this request. Your decision was not taken. Nothing more is to be done.",
  alreadyRevoked: "An admin took the approval back. Nothing was changed. The action will not be performed.",
  deadlinePassed:
    "The deadline passed before your decision arrived. Your decision was not taken; the deadline decides.",
  notAsked: "This stage does not ask you to decide. Nothing was decided. It waits for its reviewers.",
  ownRequest: "You cannot decide your own request. Nothing was decided. It waits for another reviewer.",
  ownEdit:
    "You edited this draft, so somebody else must approve it. Nothing was decided. It waits for another reviewer.",
  approvedEarlier:
    "You approved an earlier stage of this request, so somebody else must approve this one. Nothing was decided. It waits for another reviewer.",
  handedOver: "Somebody else decides this in your place. Nothing was decided. Ask them if you disagree.",
  alreadyVoted:
    "You already objected to this draft. Your first verdict stands. Ask for changes if you want a new draft.",
  isQuestion:
    "This is a question from the agent, so there is nothing to approve or to edit. Nothing was decided. Answer it, or reject it.",
  nothingChanged:
    "The draft is as it was before the edit. Nothing was decided. Approve it as it is, or change something.",
  nothingToUndo: "Nothing has been decided yet. Nothing was changed. Reload to see where it stands.",
  notYourDecision:
    "Only the person who decided can undo it. The decision stands. Ask them, or the requester to withdraw.",
  undoOver: "The time to undo is over. The decision stands. An admin can revoke an approval that is not yet performed.",
  notDue: "Its time has not come. Nothing was changed. It happens by itself when it is due.",
  nothingToRelease: "There is no decision to release. Nothing was changed. It still waits for its reviewers.",
  nothingToHandOver: "You have voted on this draft. Your vote stands. Nothing is left to hand over.",
  delegateSelf: "You cannot delegate to yourself. Nothing was changed. Choose somebody else.",
  delegateAway:
    "Nobody can act for this person now: they are away or no longer here. Nothing was changed. Choose somebody else.",
  delegateAsked: "They can already decide this themselves. Nothing was changed. Choose somebody who cannot.",
  delegateExcluded:
    "Their approval would not count here: they asked for this, edited it or approved an earlier stage. Nothing was changed. Choose somebody else.",
  tooFewLeft: "Too few people could still approve. Nothing was changed. Choose somebody else, or escalate.",
  nobodyToEscalateTo:
    "Nobody else could decide this. Nothing was changed. Decide it yourself, or leave it to the deadline.",
  noSuchStep: "The stage's ladder has no such step. Nothing was changed.",
  notRequester: "Only the requester can withdraw a request. Nothing was changed. Reject it if it should not go on.",
  notAdmin: "Only an admin can revoke an approval. Nothing was changed. Ask an admin.",
  nothingToRevoke: "There is no approval to revoke. Nothing was changed. Reload to see where it stands.",
  alreadyPerforming: "The action is being performed and can no longer be stopped. Nothing was changed.",
} as const;

export type ConflictCode = keyof typeof TEXTS;
export const CONFLICT_TEXTS: Readonly<Record<ConflictCode, string>> = TEXTS;
export const CONFLICT_CODES = Object.keys(TEXTS) as ConflictCode[];

/** The text a person reads for a code. */
export function conflictText(code: ConflictCode): string {
  return TEXTS[code];
}

/** Who won and with what. `at` is in ms since 1970. */
export type Won = {
  by: By;
  outcome:
    | "approved"
    | "rejected"
    | "changesRequested"
    | "answered"
    | "withdrawn"
    | "canceled"
    | "revoked"
    | "escalated"
    | "edited";
  at: number;
};

/** A refused event. `won` is null where nobody was faster; `current` is given with "staleDraft". */
export type Conflict = {
  conflict: ConflictCode;
  won: Won | null;
  current?: { revision: number; digest: string };
};

/** A conflict in which nobody was faster. */
export function refuse(conflict: ConflictCode): Conflict {
  return { conflict, won: null };
}

/** What somebody is told whose event needs an open task where there is none. */
export function lateFor(review: Exclude<Review, { kind: "open" }>): Conflict {
  if (review.kind === "revoked") {
    const by = { kind: "revocation", personId: review.personId } as const;
    return { conflict: "alreadyRevoked", won: { by, outcome: "revoked", at: review.at } };
  }
  const { kind, by, at } = review.outcome;
  const conflicts: Partial<Record<Won["outcome"], ConflictCode>> = {
    withdrawn: "alreadyWithdrawn",
    canceled: "alreadyCanceled",
  };
  const outcome = review.round.question && kind === "changesRequested" ? "answered" : kind;
  return { conflict: conflicts[kind] ?? "alreadyDecided", won: { by, outcome, at } };
}
