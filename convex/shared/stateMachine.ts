// The life of a request as a table: which event is possible in which state, and where it leads.
// Everything that changes a request's state asks `next` first; nothing else decides what may follow what.

import type { ErrorCode } from "./errors";

export type RequestKind =
  | "drafting"
  | "inReview"
  | "changesRequested"
  | "approved"
  | "performing"
  | "completed"
  | "rejected"
  | "withdrawn"
  | "canceled"
  | "failed";

export type RequestEvent =
  | "openTask"
  | "approve"
  | "reject"
  | "expire"
  | "requestChanges"
  | "startRound"
  | "endRounds"
  | "startPerforming"
  | "perform"
  | "fail"
  | "retryDrafting"
  | "retryPerforming"
  | "withdraw"
  | "cancel";

const TABLE: Record<RequestKind, Partial<Record<RequestEvent, RequestKind>>> = {
  drafting: { openTask: "inReview", fail: "failed", withdraw: "withdrawn", cancel: "canceled" },
  inReview: {
    approve: "approved",
    reject: "rejected",
    expire: "rejected",
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
  approved: { startPerforming: "performing", fail: "failed", cancel: "canceled" },
  performing: { perform: "completed", fail: "failed" },
  failed: { retryDrafting: "drafting", retryPerforming: "approved", withdraw: "withdrawn", cancel: "canceled" },
  completed: {},
  rejected: {},
  withdrawn: {},
  canceled: {},
};

export const FINAL: readonly RequestKind[] = ["completed", "rejected", "withdrawn", "canceled"];

/** Where an event leads, or the code of the conflict when it is not possible in this state. */
export function next(from: RequestKind, event: RequestEvent): { to: RequestKind } | { conflict: ErrorCode } {
  const to = TABLE[from][event];
  return to === undefined ? { conflict: conflictOf(from, event) } : { to };
}

/** Whether an event is possible in a state: what the screen offers. */
export function can(from: RequestKind, event: RequestEvent): boolean {
  return TABLE[from][event] !== undefined;
}

function conflictOf(from: RequestKind, event: RequestEvent): ErrorCode {
  if (FINAL.includes(from)) return "alreadyFinished";
  if (event === "retryDrafting" || event === "retryPerforming") return "notFailed";
  if (from === "performing" && event !== "startPerforming") return "alreadyPerforming";
  if (from === "approved" || from === "changesRequested") return "alreadyDecided";
  if (from === "drafting") return "notInReview";
  return "notPossibleNow";
}
