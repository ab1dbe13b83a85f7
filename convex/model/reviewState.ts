// What the state of a review means for the request it is about.

import type { Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import type { Review } from "../shared/review/state";
import { personIdOf } from "./people";
import { reasonText } from "./reviewHistory";
import type { RequestState } from "./state";
import { taskRowOf } from "./tasks";

/** The request's state while a review of it is in `review`. */
export async function stateOf(ctx: QueryCtx, reviewId: Id<"reviews">, review: Review): Promise<RequestState> {
  switch (review.kind) {
    case "open": {
      const { _id: taskId } = await taskRowOf(ctx, reviewId, review.task.number);
      return { kind: "inReview", reviewId, taskId, ...asking(review), at: review.task.openedAt };
    }
    case "decided": {
      const { outcome, releaseAt } = review;
      if (outcome.by.kind !== "person" || outcome.kind === "withdrawn" || outcome.kind === "canceled") {
        throw new Error(`Only a person's verdict waits for its release, not ${outcome.kind} by ${outcome.by.kind}.`);
      }
      const personId = personIdOf(ctx, outcome.by.personId);
      const decided = { outcome: outcome.kind, personId, ...asking(review), releaseAt, at: outcome.at };
      return { kind: "decided", reviewId, ...decided };
    }
    case "released":
      return ended(ctx, review);
    case "revoked": {
      const { personId, reason, at } = review;
      return { kind: "rejected", by: { kind: "revocation", personId: personIdOf(ctx, personId), reason }, at };
    }
    default:
      return review satisfies never;
  }
}

/** There where the review is about a question. */
function asking({ round }: Review): { question?: true } {
  return round.question ? { question: round.question } : {};
}

function ended(ctx: QueryCtx, review: Extract<Review, { kind: "released" }>): RequestState {
  const { outcome } = review;
  const { kind, at } = outcome;
  switch (kind) {
    case "approved":
      return { kind, at };
    case "changesRequested": {
      const { by, feedback } = outcome;
      return { kind, personId: personIdOf(ctx, by.personId), feedback, ...asking(review), at };
    }
    case "withdrawn":
    case "canceled":
      return { kind, personId: personIdOf(ctx, outcome.by.personId), at };
    case "rejected": {
      const { by, reason } = outcome;
      switch (by.kind) {
        case "person":
        case "revocation":
          return { kind, by: { kind: by.kind, personId: personIdOf(ctx, by.personId), reason: reason ?? "" }, at };
        case "nobodyLeft":
          return { kind, by: { kind: by.kind, reason: reasonText(by.reason) }, at };
        default:
          return { kind, by, at };
      }
    }
    default:
      return outcome satisfies never;
  }
}
