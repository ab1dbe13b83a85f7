// The review of one request: what waits for whom, what was decided, and what the workflow was told. Plain values that
// can be stored as JSON; times are ms since 1970. The rules are numbered in README.md.

import { v, type Infer } from "convex/values";
import { vStage, type Stage } from "../policy/types";
import { vVerdict } from "../records";

/** One person's verdict. Votes are only ever added; which of them count is read from task, revision and person. */
export const vVote = v.object({
  task: v.number(),
  personId: v.string(),
  /** Candidates for whom they acted besides themselves: those have voted with it. */
  insteadOf: v.array(v.string()),
  verdict: vVerdict,
  revision: v.number(),
  digest: v.string(),
  at: v.number(),
});
export type Vote = Infer<typeof vVote>;

/** Why not enough people are left who can make a stage's quorum. */
const vTooFew = v.object({
  kind: v.literal("tooFew"),
  /** How many must approve, and how many have or still can. Of several groups one can lack although `left` is enough. */
  needed: v.number(),
  left: v.number(),
  /** What keeps the others from it; "gone": people who were asked are no longer here. */
  because: v.array(
    v.union(
      v.literal("gone"),
      v.literal("absent"),
      v.literal("requester"),
      v.literal("editor"),
      v.literal("oncePerRequest"),
      v.literal("rejected"),
    ),
  ),
});
export type TooFew = Infer<typeof vTooFew>;

const vPerson = v.object({ kind: v.literal("person"), personId: v.string() });
const vDeadline = v.object({ kind: v.literal("deadline") });
/** Nobody's act: somebody is no longer asked, and the votes of those who are make the outcome. */
const vPeopleChanged = v.object({ kind: v.literal("peopleChanged") });
const vApprover = v.union(vPerson, vDeadline, vPeopleChanged);

/** Why another stage took over. */
export const vEscalationReason = v.union(
  vDeadline,
  v.object({ kind: v.literal("person"), personId: v.string(), reason: v.string() }),
  vTooFew,
);
export type EscalationReason = Infer<typeof vEscalationReason>;

const closedTask = {
  number: v.number(),
  stageKey: v.string(),
  /** Of the draft that it was about. */
  revision: v.number(),
  at: v.number(),
};
/** A task that ended while the review went on. */
export const vClosedTask = v.union(
  v.object({ ...closedTask, end: v.literal("approved"), by: vApprover, approverIds: v.array(v.string()) }),
  v.object({ ...closedTask, end: v.literal("escalated"), toKey: v.string(), reason: vEscalationReason }),
  /** An edit made the review begin again. */
  v.object({ ...closedTask, end: v.literal("edited"), by: vPerson }),
);
export type ClosedTask = Infer<typeof vClosedTask>;

/** Who or what made an outcome. */
export const vBy = v.union(
  ...vApprover.members,
  /** There was nobody to escalate to; `reason` says why it would have escalated. */
  v.object({ kind: v.literal("nobodyLeft"), reason: vEscalationReason }),
  /** An admin took the approval back. */
  v.object({ kind: v.literal("revocation"), personId: v.string() }),
);
export type By = Infer<typeof vBy>;

const outcome = { task: v.number(), revision: v.number(), digest: v.string(), at: v.number() };
/** How a review ended, for the draft `revision` with `digest`, in task `task`. */
export const vOutcome = v.union(
  v.object({ ...outcome, kind: v.literal("approved"), by: vApprover }),
  /** `reason` is the person's; null where no person rejected: `by` says why. */
  v.object({ ...outcome, kind: v.literal("rejected"), by: vBy, reason: v.union(v.string(), v.null()) }),
  v.object({ ...outcome, kind: v.literal("changesRequested"), by: vPerson, feedback: v.string() }),
  /** By the requester, or by an operator. */
  v.object({ ...outcome, kind: v.union(v.literal("withdrawn"), v.literal("canceled")), by: vPerson }),
);
export type Outcome = Infer<typeof vOutcome>;

/** Somebody handed their part of a task to somebody else. */
const vHandedOver = v.object({ fromId: v.string(), toId: v.string() });
export type HandedOver = Infer<typeof vHandedOver>;

/** One stage's wait for people. */
export const vTask = v.object({
  /** Counts up from 0 over the review; a vote names it, so that a second click never decides the next stage. */
  number: v.number(),
  /** Which stage of the plan it stands for, counted from 0. */
  place: v.number(),
  /** The plan's stage at that place, or the one that took over from it. */
  stage: vStage,
  /** Keys of the stages it took over from, first to last; [] when it did not escalate. */
  tookOverFrom: v.array(v.string()),
  openedAt: v.number(),
  dueAt: v.number(),
  /** How many steps of the stage's ladder may decide, too. */
  ladderSteps: v.number(),
  handedOver: v.array(vHandedOver),
});
export type Task = Infer<typeof vTask>;

/** What stays while tasks open and close. */
export const vRound = v.object({
  requesterId: v.string(),
  /** The draft that is decided. */
  revision: v.number(),
  digest: v.string(),
  /** There where the draft is a question: it is answered (a request for changes) or rejected, never approved. */
  question: v.optional(v.literal(true)),
  /** Who edited this revision; null when an agent wrote it. */
  editorId: v.union(v.string(), v.null()),
  /** The stages to pass, in order; never empty. */
  plan: v.array(vStage),
  /** All stages of the policy: any of them may take over. */
  stages: v.array(vStage),
  votes: v.array(vVote),
  closed: v.array(vClosedTask),
});
export type Round = Infer<typeof vRound>;

/** A task waits for people. */
const vOpen = v.object({ kind: v.literal("open"), round: vRound, task: vTask });
export type Open = Infer<typeof vOpen>;

export const vReview = v.union(
  vOpen,
  /** The undo window: the outcome stands, and the workflow has not been told. `before` is what undo brings back. */
  v.object({ kind: v.literal("decided"), round: vRound, outcome: vOutcome, releaseAt: v.number(), before: vOpen }),
  /** The workflow was told. */
  v.object({ kind: v.literal("released"), round: vRound, outcome: vOutcome }),
  /** An admin took back an approval that had been released and was not yet performed. */
  v.object({
    kind: v.literal("revoked"),
    round: vRound,
    outcome: vOutcome,
    personId: v.string(),
    reason: v.string(),
    at: v.number(),
  }),
);
export type Review = Infer<typeof vReview>;
export type Decided = Extract<Review, { kind: "decided" }>;

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
