// What can happen to a review, what it is judged by, and what follows for the rest of the desk.

import type { Directory } from "../policy/quorum";
import type { Stage } from "../policy/types";
import type { Verdict } from "../records";
import type { Calendar } from "../time/calendar";
import type { Conflict } from "./conflicts";
import type { EscalationReason, HandedOver, Outcome, Review } from "./state";

/** The draft that somebody had before their eyes. */
export type Seen = { revision: number; digest: string };

export type ReviewEvent =
  | { kind: "vote"; personId: string; task: number; seen: Seen; verdict: Verdict }
  /** `to`: the new draft, its revision above every earlier one. `plan`: whom the policy asks for it, [] for nobody. */
  | { kind: "edit"; personId: string; task: number; seen: Seen; to: Seen; plan: Stage[] }
  | { kind: "undo"; personId: string }
  | { kind: "release" }
  | { kind: "expire" }
  | { kind: "delegate"; personId: string; task: number; toId: string }
  | { kind: "escalate"; personId: string; task: number; reason: string }
  /** A step of the stage's ladder (counted from 0) has come due. */
  | { kind: "climb"; task: number; step: number }
  | { kind: "withdraw"; personId: string }
  /** By an operator: that `personId` may is the caller's to know. */
  | { kind: "cancel"; personId: string }
  /** Somebody was removed, is away or came back, or a group or role changed. */
  | { kind: "peopleChanged" }
  /** `performing`: whether the action is being performed or has been. */
  | { kind: "revoke"; personId: string; reason: string; performing: boolean };

/** What a step is judged by. */
export type Around = {
  /** ms since 1970. */
  now: number;
  directory: Directory;
  /** How long a person's decision can be undone, in ms; 0: not at all. */
  undoMs: number;
  calendar: Calendar;
  /** Who acts for a person now: they themselves, their delegate, or null when nobody does (`resolveDelegate`). */
  actorFor: (personId: string) => string | null;
};

/** One entry of the history. Votes, edits and undos stay in it whatever becomes of them. */
export type ReviewEntry =
  | { kind: "taskOpened"; task: number; stageKey: string; revision: number; dueAt: number }
  | {
      kind: "voted";
      task: number;
      personId: string;
      insteadOf: string[];
      revision: number;
      digest: string;
      verdict: Verdict;
    }
  | { kind: "edited"; task: number; personId: string; from: Seen; to: Seen }
  | { kind: "stagePassed"; task: number; stageKey: string; approverIds: string[]; byDeadline: boolean }
  | { kind: "escalated"; task: number; fromKey: string; toKey: string; reason: EscalationReason }
  /** A step of the ladder joined: because it came due (null), or early because too few were left. */
  | { kind: "joined"; task: number; step: number; reason: EscalationReason | null }
  | ({ kind: "delegated"; task: number } & HandedOver)
  | { kind: "decided"; outcome: Outcome }
  | { kind: "undone"; personId: string; outcome: Outcome }
  | { kind: "revoked"; personId: string; reason: string; outcome: Outcome };

/** What the caller must do in the transaction that stores the new state, in this order. */
export type Effect =
  | { kind: "audit"; entry: ReviewEntry }
  | { kind: "tell"; outcome: Outcome }
  /** At `at` comes the event "expire". */
  | { kind: "planDeadline"; task: number; at: number }
  | { kind: "cancelDeadline"; task: number }
  /** At `at` comes the event "release". */
  | { kind: "releaseAt"; at: number }
  | { kind: "cancelRelease" };

/** A new state with its effects. No effects and the state itself: the event changed nothing, and that is fine. */
export type Stepped = { state: Review; effects: Effect[] };
export type StepResult = Stepped | Conflict;
