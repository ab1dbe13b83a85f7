// The review of a request, one event at a time. Everything that decides about a request asks `step`; what it answers is
// stored, and its effects are done, in one transaction. README.md has the rules by number.

import type { Stage } from "../policy/types";
import { climb, delegate, escalate, peopleChanged } from "./asking";
import { cancel, expire, release, revoke, undo, withdraw } from "./endings";
import type { Around, ReviewEvent, Stepped, StepResult } from "./events";
import { openStage } from "./flow";
import type { Review } from "./state";
import { edit, vote } from "./votes";

/** What a review begins with: a draft, the stages its policy asks for (at least one), and all stages of the policy. */
export type Asked = {
  requesterId: string;
  revision: number;
  digest: string;
  /** Where the draft is a question. */
  question?: true;
  plan: Stage[];
  stages: Stage[];
};

/**
 * Opens the first stage. It may escalate at once, or be rejected because nobody is left to ask.
 * Throws for an empty plan, which no policy that was saved gives.
 */
export function begin(asked: Asked, around: Around): Stepped {
  const [first] = asked.plan;
  if (first === undefined) throw new Error("A review needs at least one stage.");
  return openStage({ ...asked, editorId: null, votes: [], closed: [] }, first, 0, [], around);
}

/**
 * What an event does to a review: the new state with its effects, or the conflict that says why it is not possible and
 * who won. A repeated event answers the same state without effects. Throws only for what a caller cannot mean: a
 * revision that does not count up, a stage that the review does not know.
 */
export function step(review: Review, event: ReviewEvent, around: Around): StepResult {
  switch (event.kind) {
    case "vote":
      return vote(review, event, around);
    case "edit":
      return edit(review, event, around);
    case "undo":
      return undo(review, event, around);
    case "release":
      return release(review, around);
    case "expire":
      return expire(review, around);
    case "delegate":
      return delegate(review, event, around);
    case "escalate":
      return escalate(review, event, around);
    case "climb":
      return climb(review, event, around);
    case "withdraw":
      return withdraw(review, event, around);
    case "cancel":
      return cancel(review, event, around);
    case "peopleChanged":
      return peopleChanged(review, around);
    case "revoke":
      return revoke(review, event, around);
    default:
      return event satisfies never;
  }
}
