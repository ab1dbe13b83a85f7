import type { RequestOutcome } from "@convex/shared/history/filter";

/** What a filter calls the places of a request's life; the badges of lists use the same words. */
export const OUTCOME_WORDS: Record<RequestOutcome, string> = {
  drafting: "Drafting",
  inReview: "In review",
  decided: "Decided (can still be undone)",
  changesRequested: "Changes requested",
  approved: "Approved",
  performing: "Performing",
  completed: "Completed",
  rejected: "Rejected (other than expired)",
  expired: "Expired",
  withdrawn: "Withdrawn",
  canceled: "Canceled",
  failed: "Failed",
};
