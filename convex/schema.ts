import { authTables } from "@convex-dev/auth/server";
import { vEventId, vWorkflowId } from "@convex-dev/workflow";
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { vAction } from "./shared/actions";
import { vAuditEvent } from "./shared/audit";
import { vPolicy } from "./shared/policy/types";
import { vAttempt, vConnector, vEvidence, vInput, vModel, vRisk, vStep, vTriage, vVerdict } from "./shared/records";
import { vRole } from "./shared/roles";

/** Who did something: a person, the desk by its own rules (deadlines, retries), or an agent. */
export const vActor = v.union(
  v.object({ kind: v.literal("person"), personId: v.id("people") }),
  v.object({ kind: v.literal("agent"), name: v.string() }),
  v.object({ kind: v.literal("desk") }),
);

/**
 * A request's place in its life. The workflow moves drafting, approved and performing on; people and the deadline move
 * inReview; `shared/stateMachine.ts` says which event may follow which state.
 */
export const vRequestState = v.union(
  v.object({ kind: v.literal("drafting"), step: v.union(v.literal("triage"), v.literal("draft")), at: v.number() }),
  v.object({ kind: v.literal("inReview"), taskId: v.id("tasks"), at: v.number() }),
  v.object({
    kind: v.literal("changesRequested"),
    taskId: v.id("tasks"),
    decisionId: v.id("decisions"),
    at: v.number(),
  }),
  v.object({ kind: v.literal("approved"), taskId: v.id("tasks"), at: v.number() }),
  v.object({ kind: v.literal("performing"), taskId: v.id("tasks"), executionId: v.id("executions"), at: v.number() }),
  v.object({ kind: v.literal("completed"), executionId: v.id("executions"), at: v.number() }),
  v.object({
    kind: v.literal("rejected"),
    by: v.union(
      v.object({ kind: v.literal("person"), personId: v.id("people"), reason: v.string() }),
      v.object({ kind: v.literal("deadline") }),
      v.object({ kind: v.literal("rounds") }),
    ),
    at: v.number(),
  }),
  v.object({ kind: v.literal("withdrawn"), personId: v.id("people"), at: v.number() }),
  v.object({ kind: v.literal("canceled"), personId: v.id("people"), at: v.number() }),
  v.object({ kind: v.literal("failed"), step: vStep, reason: v.string(), at: v.number() }),
);

/** How a task ended, with who ended it. */
export const vTaskState = v.union(
  v.object({ kind: v.literal("open") }),
  v.object({
    kind: v.literal("closed"),
    at: v.number(),
    outcome: v.union(
      v.object({
        kind: v.union(v.literal("approved"), v.literal("rejected"), v.literal("changesRequested")),
        decisionId: v.id("decisions"),
        personId: v.id("people"),
      }),
      v.object({ kind: v.literal("expired") }),
      v.object({ kind: v.union(v.literal("withdrawn"), v.literal("canceled")), personId: v.id("people") }),
    ),
  }),
);

export default defineSchema({
  // Users, sessions and tokens. Written and read by @convex-dev/auth only; `people` is the desk's own view of a person.
  ...authTables,

  // One row at most: how this desk is run. Written by desk:enableDemo; read by sign-in and the first screen.
  desk: defineTable({ demo: v.boolean() }),

  // Who may do what. Written by the demo seed (and, later, by admins); read by every builder in functions.ts.
  people: defineTable({
    userId: v.id("users"),
    name: v.string(),
    title: v.string(),
    initials: v.string(),
    roles: v.array(vRole),
    demo: v.boolean(),
    /** When they left the desk, ms since 1970: they decide nothing any more, and the history keeps their name. */
    removedAt: v.optional(v.number()),
  })
    .index("by_userId", ["userId"])
    .index("by_demo", ["demo"]),

  // People who decide about the same things. Written by model/memberships.ts; policies name them by id.
  groups: defineTable({ name: v.string() }),

  // Who is in a group or has a role, one row each. Written by model/memberships.ts together with `people.roles`; read
  // when a stage asks a group or a role. `of` is the group's id or the role's name.
  memberships: defineTable({ of: v.union(v.id("groups"), vRole), personId: v.id("people") })
    .index("by_of_and_personId", ["of", "personId"])
    .index("by_personId", ["personId"]),

  // When people are away and who acts for them. Written by model/absences.ts; read by every decision.
  absences: defineTable({
    personId: v.id("people"),
    from: v.number(),
    until: v.number(),
    delegateId: v.union(v.id("people"), v.null()),
  })
    .index("by_until", ["until"])
    .index("by_personId_and_until", ["personId", "until"]),

  // Every policy there ever was: a change is a new version, the newest of a playbook is in force, and a request keeps
  // the one it began with. Written by model/policies.ts; never changed.
  policyVersions: defineTable({
    playbook: v.string(),
    version: v.number(),
    policy: vPolicy,
    savedBy: vActor,
  }).index("by_playbook_and_version", ["playbook", "version"]),

  // Rules that approve without a person and were revoked by an admin: they approve nothing more, whatever version a
  // request has. Written by model/policies.ts.
  revokedRules: defineTable({ playbook: v.string(), ruleId: v.string(), personId: v.id("people") }).index(
    "by_playbook_and_ruleId",
    ["playbook", "ruleId"],
  ),

  // The brake: while a row is there nothing of its playbook (of any, where `playbook` is null) is performed. Written by
  // model/brake.ts.
  brakes: defineTable({
    playbook: v.union(v.string(), v.null()),
    personId: v.id("people"),
    reason: v.string(),
  }).index("by_playbook", ["playbook"]),

  // One run of a playbook. Written by submit, decisions, deadlines and the workflow's steps; read by every screen.
  // `revision` is the number of the newest draft (0 before the first), so it is also the number of rounds.
  requests: defineTable({
    playbook: v.string(),
    input: vInput,
    requesterId: v.id("people"),
    submissionKey: v.string(),
    decideWithinMs: v.number(),
    threadId: v.string(),
    workflowId: v.optional(vWorkflowId),
    revision: v.number(),
    triage: v.optional(vTriage),
    state: vRequestState,
  })
    .index("by_requesterId", ["requesterId"])
    .index("by_requesterId_and_submissionKey", ["requesterId", "submissionKey"])
    .index("by_threadId", ["threadId"])
    .index("by_state_kind", ["state.kind"]),

  // One numbered revision of the proposed action. Written once by the drafting agent's run; never changed.
  drafts: defineTable({
    requestId: v.id("requests"),
    revision: v.number(),
    action: vAction,
    connector: vConnector,
    digest: v.string(),
    summary: v.string(),
    reasoning: v.string(),
    evidence: v.array(vEvidence),
    model: vModel,
  }).index("by_requestId_and_revision", ["requestId", "revision"]),

  // One wait for people, for one draft. Written by the workflow (opens) and by the first of decision, deadline,
  // withdrawal and cancellation (closes); read by the inbox. `subject`, `from`, `summary`, `risk` are the draft's and
  // the request's at opening: neither changes afterwards, and the inbox reads one row per line.
  tasks: defineTable({
    requestId: v.id("requests"),
    draftId: v.id("drafts"),
    revision: v.number(),
    digest: v.string(),
    eventId: vEventId("taskOutcome"),
    deadlineId: v.optional(v.id("_scheduled_functions")),
    dueAt: v.number(),
    subject: v.string(),
    from: v.string(),
    summary: v.string(),
    risk: v.union(vRisk, v.null()),
    state: vTaskState,
  })
    .index("by_requestId", ["requestId"])
    .index("by_state_kind_and_dueAt", ["state.kind", "dueAt"])
    .index("by_state_kind_and_state_at", ["state.kind", "state.at"]),

  // One person's verdict on one task. Written by decisions:decide in the mutation that closes the task; never changed.
  decisions: defineTable({
    taskId: v.id("tasks"),
    requestId: v.id("requests"),
    personId: v.id("people"),
    revision: v.number(),
    digest: v.string(),
    verdict: vVerdict,
  }).index("by_requestId", ["requestId"]),

  // One run of a job in an action: an agent at work, or an approved action being performed. The workflow waits on
  // `eventId`; whoever ends the run sends it. Written by model/runs.ts only. `functionId` is the scheduled action of
  // attempt `attempt`: the watch reads its state to notice a crash.
  runs: defineTable({
    requestId: v.id("requests"),
    step: vStep,
    executionId: v.optional(v.id("executions")),
    eventId: vEventId("run"),
    attempt: v.number(),
    functionId: v.optional(v.id("_scheduled_functions")),
    state: v.union(
      v.object({ kind: v.literal("running") }),
      v.object({ kind: v.literal("done"), at: v.number() }),
      v.object({ kind: v.literal("failed"), at: v.number(), reason: v.string() }),
      v.object({ kind: v.literal("stopped"), at: v.number() }),
    ),
  }).index("by_requestId", ["requestId"]),

  // Performing one approved action through one connector. Written by model/executions.ts; read by the request page.
  // A retry after a failure is a new row with the same idempotency key.
  executions: defineTable({
    requestId: v.id("requests"),
    draftId: v.id("drafts"),
    taskId: v.id("tasks"),
    connector: vConnector,
    digest: v.string(),
    idempotencyKey: v.string(),
    attempts: v.array(vAttempt),
    state: v.union(
      v.object({ kind: v.literal("running") }),
      v.object({ kind: v.literal("succeeded"), at: v.number(), detail: v.string() }),
      v.object({ kind: v.literal("failed"), at: v.number(), reason: v.string() }),
    ),
  }).index("by_requestId", ["requestId"]),

  // What the outbox connector has performed. Written once per idempotency key by connectors/outbox.ts; read by people.
  outboxMessages: defineTable({
    requestId: v.id("requests"),
    requesterId: v.id("people"),
    executionId: v.id("executions"),
    idempotencyKey: v.string(),
    digest: v.string(),
    action: vAction,
  })
    .index("by_idempotencyKey", ["idempotencyKey"])
    .index("by_requestId", ["requestId"])
    .index("by_requesterId", ["requesterId"]),

  // What a model call cost. Written by the agents' usage handler after every model step; read by the request page.
  usage: defineTable({
    requestId: v.id("requests"),
    agent: v.string(),
    provider: v.string(),
    model: v.string(),
    inputTokens: v.number(),
    outputTokens: v.number(),
  }).index("by_requestId", ["requestId"]),

  // What happened, append-only. Written only by model/audit.ts, in the mutation that makes the change; read by managers
  // (all) and by whoever may see the request (its own).
  auditEvents: defineTable({
    requestId: v.optional(v.id("requests")),
    actor: vActor,
    event: vAuditEvent,
  }).index("by_requestId", ["requestId"]),
});
