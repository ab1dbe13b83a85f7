// The review of one request: what waits for whom, what was decided, and what the workflow was told. Plain values that
// can be stored as JSON; times are ms since 1970. The rules are numbered in README.md.

import type { Stage } from "../policy/types";
import type { Verdict } from "../records";

/** One person's verdict. Votes are only ever added; which of them count is read from task, revision and person. */
export type Vote = {
  task: number;
  personId: string;
  /** Candidates for whom they acted besides themselves: those have voted with it. */
  insteadOf: string[];
  verdict: Verdict;
  revision: number;
  digest: string;
  at: number;
};

/** Why not enough people are left who can make a stage's quorum. */
export type TooFew = {
  kind: "tooFew";
  /** How many must approve, and how many have or still can. Of several groups one can lack although `left` is enough. */
  needed: number;
  left: number;
  /** What keeps the others from it; "gone": people who were asked are no longer here. */
  because: ("gone" | "absent" | "requester" | "editor" | "oncePerRequest" | "rejected")[];
};

/** Why another stage took over. */
export type EscalationReason = { kind: "deadline" } | { kind: "person"; personId: string; reason: string } | TooFew;

/** A task that ended while the review went on. */
export type ClosedTask = {
  number: number;
  stageKey: string;
  /** Of the draft that it was about. */
  revision: number;
  at: number;
} & (
  | { end: "approved"; by: Approver; approverIds: string[] }
  | { end: "escalated"; toKey: string; reason: EscalationReason }
  /** An edit made the review begin again. */
  | { end: "edited"; by: Person }
);

type Person = { kind: "person"; personId: string };
type Deadline = { kind: "deadline" };
/** Nobody's act: somebody is no longer asked, and the votes of those who are make the outcome. */
type PeopleChanged = { kind: "peopleChanged" };
type Approver = Person | Deadline | PeopleChanged;

/** Who or what made an outcome. */
export type By =
  | Approver
  /** There was nobody to escalate to; `reason` says why it would have escalated. */
  | { kind: "nobodyLeft"; reason: EscalationReason }
  /** An admin took the approval back. */
  | { kind: "revocation"; personId: string };

/** How a review ended, for the draft `revision` with `digest`, in task `task`. */
export type Outcome = { task: number; revision: number; digest: string; at: number } & (
  | { kind: "approved"; by: Approver }
  /** `reason` is the person's; null where no person rejected: `by` says why. */
  | { kind: "rejected"; by: By; reason: string | null }
  | { kind: "changesRequested"; by: Person; feedback: string }
  | { kind: "withdrawn"; by: Person }
);

/** Somebody handed their part of a task to somebody else. */
export type HandedOver = { fromId: string; toId: string };

/** One stage's wait for people. */
export type Task = {
  /** Counts up from 0 over the review; a vote names it, so that a second click never decides the next stage. */
  number: number;
  /** Which stage of the plan it stands for, counted from 0. */
  place: number;
  /** The plan's stage at that place, or the one that took over from it. */
  stage: Stage;
  /** Keys of the stages it took over from, first to last; [] when it did not escalate. */
  tookOverFrom: string[];
  openedAt: number;
  dueAt: number;
  /** How many steps of the stage's ladder may decide, too. */
  ladderSteps: number;
  handedOver: HandedOver[];
};

/** What stays while tasks open and close. */
export type Round = {
  requesterId: string;
  /** The draft that is decided. */
  revision: number;
  digest: string;
  /** Who edited this revision; null when an agent wrote it. */
  editorId: string | null;
  /** The stages to pass, in order; never empty. */
  plan: Stage[];
  /** All stages of the policy: any of them may take over. */
  stages: Stage[];
  votes: Vote[];
  closed: ClosedTask[];
};

/** A task waits for people. */
export type Open = { kind: "open"; round: Round; task: Task };
/** The undo window: the outcome stands, and the workflow has not been told. `before` is what undo brings back. */
export type Decided = { kind: "decided"; round: Round; outcome: Outcome; releaseAt: number; before: Open };
/** The workflow was told. */
export type Released = { kind: "released"; round: Round; outcome: Outcome };
/** An admin took back an approval that had been released and was not yet performed. */
export type Revoked = { kind: "revoked"; round: Round; outcome: Outcome; personId: string; reason: string; at: number };

export type Review = Open | Decided | Released | Revoked;

/** The key of the stage in which the admins decide. No stage of a policy can have it: a key must not be empty. */
export const ADMINS_KEY = "";

/** Whoever is an admin, asked in place of `stage`: one of them decides, under its four eyes and within its time. */
export function adminsFor(stage: Stage): Stage {
  return {
    ...stage,
    key: ADMINS_KEY,
    name: "Admins",
    candidates: [{ kind: "role", role: "admin" }],
    quorum: { kind: "count", count: 1 },
    rejections: 1,
    atDeadline: "reject",
    escalateTo: null,
    ladder: [],
  };
}

/** When something happens by itself (ms since 1970) and which event that is; null when all is over. */
export function nextMoment(review: Review): { at: number; event: "expire" | "release" } | null {
  switch (review.kind) {
    case "open":
      return { at: review.task.dueAt, event: "expire" };
    case "decided":
      return { at: review.releaseAt, event: "release" };
    case "released":
    case "revoked":
      return null;
    default:
      return review satisfies never;
  }
}
