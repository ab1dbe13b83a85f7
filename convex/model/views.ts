// The shapes that public functions return. Made for the screens; documents themselves never leave the backend.

import { v, type Infer } from "convex/values";
import { vAction, vActionKind } from "../shared/actions";
import { vAttachment } from "../shared/attachments/attachments";
import { vAuditEvent } from "../shared/audit/event";
import {
  vAttempt,
  vConnector,
  vDecisionOutcome,
  vEvidence,
  vModel,
  vRisk,
  vStep,
  vTaskOutcome,
  vTriage,
  vVerdict,
} from "../shared/records";
import { vRole } from "../shared/roles";

const auditKinds = vAuditEvent.members.map((member) => member.fields.kind);

export const vPerson = v.object({
  id: v.id("people"),
  name: v.string(),
  title: v.string(),
  initials: v.string(),
  roles: v.array(vRole),
});

/** Somebody as the people screen lists them. */
export const vPersonRow = v.object({
  ...vPerson.fields,
  email: v.union(v.string(), v.null()),
  groups: v.array(v.object({ id: v.id("groups"), name: v.string() })),
  /** Made up for a demo: signs in without a password. */
  demo: v.boolean(),
  /** "invited": is asked already where stages name them, but has no way to sign in yet. */
  state: v.union(v.literal("active"), v.literal("invited"), v.literal("deactivated")),
  /** An absence that is not over, in ms since 1970; it may lie ahead. */
  away: v.union(
    v.object({ from: v.number(), until: v.number(), delegate: v.union(v.string(), v.null()) }),
    v.null(),
  ),
});

/** Whether the draft is a question: "changesRequested" then means that it was answered. */
const asking = { question: v.boolean() };

export const vStateView = v.union(
  v.object({ kind: v.literal("drafting"), step: v.union(v.literal("triage"), v.literal("draft")), at: v.number() }),
  v.object({
    kind: v.literal("inReview"),
    taskId: v.id("tasks"),
    stage: v.string(),
    dueAt: v.number(),
    ...asking,
    at: v.number(),
  }),
  /** The undo window: the workflow hears of it at `releaseAt` (ms since 1970). */
  v.object({
    kind: v.literal("decided"),
    outcome: vDecisionOutcome,
    by: v.string(),
    releaseAt: v.number(),
    ...asking,
    at: v.number(),
  }),
  v.object({ kind: v.literal("changesRequested"), by: v.string(), feedback: v.string(), ...asking, at: v.number() }),
  /** `held`: why the brake holds the action back. */
  v.object({ kind: v.literal("approved"), by: v.string(), held: v.union(v.string(), v.null()), at: v.number() }),
  v.object({ kind: v.literal("performing"), at: v.number() }),
  v.object({ kind: v.literal("completed"), detail: v.string(), at: v.number() }),
  v.object({
    kind: v.literal("rejected"),
    by: v.union(
      v.object({ kind: v.literal("person"), name: v.string(), reason: v.string() }),
      /** An admin took the approval back. */
      v.object({ kind: v.literal("revocation"), name: v.string(), reason: v.string() }),
      v.object({ kind: v.literal("deadline") }),
      v.object({ kind: v.literal("rounds") }),
      v.object({ kind: v.literal("nobodyLeft"), reason: v.string() }),
      v.object({ kind: v.literal("peopleChanged") }),
    ),
    at: v.number(),
  }),
  v.object({ kind: v.literal("withdrawn"), by: v.string(), at: v.number() }),
  v.object({ kind: v.literal("canceled"), by: v.string(), at: v.number() }),
  v.object({ kind: v.literal("failed"), step: vStep, reason: v.string(), at: v.number() }),
);
export type StateView = Infer<typeof vStateView>;

export const vRequestRow = v.object({
  requestId: v.id("requests"),
  subject: v.string(),
  from: v.string(),
  playbook: v.string(),
  createdAt: v.number(),
  revision: v.number(),
  risk: v.union(vRisk, v.null()),
  state: vStateView,
});

export const vDraftView = v.object({
  draftId: v.id("drafts"),
  revision: v.number(),
  digest: v.string(),
  action: vAction,
  connector: vConnector,
  summary: v.string(),
  reasoning: v.string(),
  evidence: v.array(vEvidence),
  model: vModel,
  /** Who edited the draft before it into this one; null when the model wrote it. */
  editedBy: v.union(v.string(), v.null()),
  createdAt: v.number(),
});

export const vTaskView = v.object({
  taskId: v.id("tasks"),
  stage: v.string(),
  revision: v.number(),
  digest: v.string(),
  createdAt: v.number(),
  dueAt: v.number(),
  snoozedUntil: v.union(v.number(), v.null()),
  ...asking,
  outcome: v.union(v.object({ kind: vTaskOutcome, by: v.union(v.string(), v.null()), at: v.number() }), v.null()),
});

/** One stage of a review: over, open, or still ahead. */
export const vStageView = v.object({
  name: v.string(),
  status: v.union(
    v.literal("approved"),
    v.literal("escalated"),
    v.literal("edited"),
    v.literal("rejected"),
    v.literal("changesRequested"),
    v.literal("answered"),
    v.literal("stopped"),
    v.literal("open"),
    v.literal("ahead"),
  ),
  /** Whom it asks, as people say it: "Reviewers", "Legal", a name. */
  asks: v.array(v.string()),
  /** How many of them must approve, or that one of them answers. */
  quorum: v.string(),
  votes: v.array(v.object({ by: v.string(), verdict: vVerdict, at: v.number() })),
  /** Who ended it and why, where that is known; null where nobody did. */
  by: v.union(v.string(), v.null()),
  note: v.union(v.string(), v.null()),
  endedAt: v.union(v.number(), v.null()),
  dueAt: v.union(v.number(), v.null()),
});
export type StageView = Infer<typeof vStageView>;

/** What the signed-in person may do now. */
export const vMay = v.object({
  /** Vote at all, and edit where it is no question: objecting needs no more. */
  decide: v.boolean(),
  /** The draft is a question, which they may answer or reject; nobody can approve or edit it, and `approveNot` says so. */
  answer: v.boolean(),
  /** Why their approval would not count, as a sentence; null when it does, or when they may not decide at all. */
  approveNot: v.union(v.string(), v.null()),
  /** Why somebody who can read the task is not asked, as a sentence. */
  decideNot: v.union(v.string(), v.null()),
  /** Whether their edit approves too; otherwise somebody else must. */
  editApproves: v.boolean(),
  voted: v.union(v.literal("approve"), v.literal("reject"), v.null()),
  delegate: v.boolean(),
  escalate: v.boolean(),
  undo: v.boolean(),
  revoke: v.boolean(),
  snooze: v.boolean(),
  withdraw: v.boolean(),
  cancel: v.boolean(),
  retry: v.boolean(),
});
export type May = Infer<typeof vMay>;

export const vTaskRow = v.object({
  taskId: v.id("tasks"),
  requestId: v.id("requests"),
  revision: v.number(),
  title: v.string(),
  from: v.string(),
  playbook: v.string(),
  stage: v.string(),
  /** Whether it asks the person who looks, by name, group or role. */
  asksMe: v.boolean(),
  snoozedUntil: v.union(v.number(), v.null()),
  remindedAt: v.union(v.number(), v.null()),
  summary: v.string(),
  ...asking,
  risk: v.union(vRisk, v.null()),
  createdAt: v.number(),
  dueAt: v.number(),
  round: v.number(),
  outcome: v.union(vTaskOutcome, v.null()),
  closedAt: v.union(v.number(), v.null()),
});

export const vAuditRow = v.object({
  id: v.id("auditEvents"),
  at: v.number(),
  requestId: v.union(v.id("requests"), v.null()),
  subject: v.union(v.string(), v.null()),
  actor: v.object({ kind: v.union(v.literal("person"), v.literal("agent"), v.literal("desk")), name: v.string() }),
  kind: v.union(...auditKinds),
  text: v.string(),
});

/** One request with everything its page shows. */
export const vRequestPage = v.object({
  request: v.object({
    requestId: v.id("requests"),
    playbook: v.string(),
    playbookTitle: v.string(),
    threadId: v.string(),
    from: v.string(),
    subject: v.string(),
    message: v.string(),
    attachments: v.array(vAttachment),
    requester: v.object({ name: v.string(), initials: v.string() }),
    createdAt: v.number(),
    decideWithinMs: v.union(v.number(), v.null()),
    /** When its personal content was erased, ms since 1970. */
    erasedAt: v.union(v.number(), v.null()),
    policy: v.object({ name: v.string(), version: v.number() }),
    round: v.number(),
    maxRounds: v.number(),
  }),
  state: vStateView,
  triage: v.union(vTriage, v.null()),
  /** The draft in question: the task's on a task page, otherwise the newest. */
  draft: v.union(vDraftView, v.null()),
  /** All drafts, newest first. */
  drafts: v.array(vDraftView),
  task: v.union(vTaskView, v.null()),
  decisions: v.array(
    v.object({
      decisionId: v.id("decisions"),
      taskId: v.id("tasks"),
      by: v.string(),
      revision: v.number(),
      digest: v.string(),
      verdict: vVerdict,
      undone: v.boolean(),
      at: v.number(),
    }),
  ),
  executions: v.array(
    v.object({
      executionId: v.id("executions"),
      connector: vConnector,
      digest: v.string(),
      idempotencyKey: v.string(),
      startedAt: v.number(),
      attempts: v.array(vAttempt),
      state: v.union(
        v.object({ kind: v.literal("running") }),
        v.object({ kind: v.literal("succeeded"), at: v.number(), detail: v.string() }),
        v.object({ kind: v.literal("failed"), at: v.number(), reason: v.string() }),
      ),
      outboxMessageId: v.union(v.id("outboxMessages"), v.null()),
    }),
  ),
  usage: v.array(
    v.object({
      agent: v.string(),
      provider: v.string(),
      model: v.string(),
      calls: v.number(),
      inputTokens: v.number(),
      outputTokens: v.number(),
    }),
  ),
  /** This request's audit events, oldest first. */
  timeline: v.array(vAuditRow),
  /** The stages of the newest review in order; [] before the first and where a rule approved without a person. */
  stages: v.array(vStageView),
  may: vMay,
});
export type RequestPage = Infer<typeof vRequestPage>;

export const vOutboxRow = v.object({
  messageId: v.id("outboxMessages"),
  requestId: v.id("requests"),
  kind: vActionKind,
  title: v.string(),
  detail: v.string(),
  at: v.number(),
});
export const vOutboxMessage = v.object({
  messageId: v.id("outboxMessages"),
  requestId: v.id("requests"),
  action: vAction,
  digest: v.string(),
  idempotencyKey: v.string(),
  at: v.number(),
});
