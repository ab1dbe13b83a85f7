import { authTables } from "@convex-dev/auth/server";
import { vEventId, vWorkflowId } from "@convex-dev/workflow";
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { vLinkKind } from "./shared/account/links";
import { vSessionClient } from "./shared/account/sessionClient";
import { vAction } from "./shared/actions";
import { vClient } from "./shared/audit/chain";
import { vAuditKey, vCheckpoint } from "./shared/audit/stored";
import { vAuditEvent } from "./shared/audit/event";
import { vExportFormat, vExportPlace } from "./shared/history/exporting";
import { vHistoryView } from "./shared/history/filter";
import { vPolicy } from "./shared/policy/types";
import {
  vAttempt,
  vConnector,
  vDecisionOutcome,
  vEvidence,
  vInput,
  vModel,
  vRisk,
  vStep,
  vTaskOutcome,
  vTriage,
  vVerdict,
} from "./shared/records";
import { vReview } from "./shared/review/state";
import { vRole } from "./shared/roles";
import { vDoneThrough } from "./shared/time/schedule";

/** Who did something: a person, the desk by its own rules (deadlines, retries), or an agent. */
export const vActor = v.union(
  v.object({ kind: v.literal("person"), personId: v.id("people") }),
  v.object({ kind: v.literal("agent"), name: v.string() }),
  v.object({ kind: v.literal("desk") }),
);

/** Who or what approved an action. */
export const vApprovedBy = v.union(
  v.object({ kind: v.literal("person"), personId: v.id("people") }),
  v.object({ kind: v.literal("deadline") }),
  /** Somebody left, and everybody still asked had approved. */
  v.object({ kind: v.literal("peopleChanged") }),
  /** A rule of the policy, without a person. */
  v.object({ kind: v.literal("rule"), ruleId: v.string(), name: v.string() }),
);

/** There where the draft is a question of the agent: "changesRequested" then means that it was answered. */
const asking = { question: v.optional(v.literal(true)) };

/**
 * A request's place in its life. The workflow moves drafting, approved and performing on; the review (`shared/review/`)
 * moves inReview and decided; `shared/review/life.ts` says which event may follow which state.
 */
export const vRequestState = v.union(
  v.object({ kind: v.literal("drafting"), step: v.union(v.literal("triage"), v.literal("draft")), at: v.number() }),
  v.object({
    kind: v.literal("inReview"),
    reviewId: v.id("reviews"),
    taskId: v.id("tasks"),
    ...asking,
    at: v.number(),
  }),
  v.object({
    kind: v.literal("decided"),
    reviewId: v.id("reviews"),
    outcome: vDecisionOutcome,
    personId: v.id("people"),
    ...asking,
    releaseAt: v.number(),
    at: v.number(),
  }),
  v.object({
    kind: v.literal("changesRequested"),
    personId: v.id("people"),
    feedback: v.string(),
    ...asking,
    at: v.number(),
  }),
  v.object({ kind: v.literal("approved"), at: v.number() }),
  v.object({ kind: v.literal("performing"), executionId: v.id("executions"), at: v.number() }),
  v.object({ kind: v.literal("completed"), executionId: v.id("executions"), at: v.number() }),
  v.object({
    kind: v.literal("rejected"),
    by: v.union(
      v.object({ kind: v.literal("person"), personId: v.id("people"), reason: v.string() }),
      v.object({ kind: v.literal("revocation"), personId: v.id("people"), reason: v.string() }),
      v.object({ kind: v.literal("deadline") }),
      v.object({ kind: v.literal("rounds") }),
      v.object({ kind: v.literal("nobodyLeft"), reason: v.string() }),
      v.object({ kind: v.literal("peopleChanged") }),
    ),
    at: v.number(),
  }),
  v.object({ kind: v.literal("withdrawn"), personId: v.id("people"), at: v.number() }),
  v.object({ kind: v.literal("canceled"), personId: v.id("people"), at: v.number() }),
  v.object({ kind: v.literal("failed"), step: vStep, reason: v.string(), at: v.number() }),
);

/** How a task ended, with the person who ended it; without one, its deadline or a change of people did. */
export const vTaskState = v.union(
  v.object({ kind: v.literal("open") }),
  v.object({
    kind: v.literal("closed"),
    at: v.number(),
    outcome: vTaskOutcome,
    personId: v.optional(v.id("people")),
  }),
);

export default defineSchema({
  // Users, sessions and tokens of @convex-dev/auth; `people` is the desk's own view of a person. A user without a person is
  // somebody whom company sign-in named and the desk refused: `refused` says why.
  ...authTables,
  users: defineTable({
    name: v.optional(v.string()),
    refused: v.optional(v.union(v.literal("unknown"), v.literal("unverified"))),
    email: v.optional(v.string()),
    phone: v.optional(v.string()),
  })
    .index("email", ["email"])
    .index("phone", ["phone"]),

  // Who is signed in where; whoever's row is gone is signed out at once. Written by @convex-dev/auth and model/sessions.ts,
  // which adds from where, and when it was last used, within the hour; read by every builder in functions.ts.
  authSessions: defineTable({
    userId: v.id("users"),
    expirationTime: v.number(),
    usedAt: v.optional(v.number()),
    client: v.optional(vSessionClient),
  }).index("userId", ["userId"]),

  // Passwords, hashed (shared/account/hashes.ts). Written and read by model/credentials.ts only; never sent anywhere.
  credentials: defineTable({ personId: v.id("people"), hash: v.string(), changedAt: v.number() }).index("by_personId", [
    "personId",
  ]),

  // Links that let somebody in once (shared/account/links.ts). Written by model/links.ts, which keeps only the hashes of their
  // tokens: of the one that was shown, and of the one that an e-mail holds. A setup link without a person makes the first admin.
  links: defineTable({
    kind: vLinkKind,
    personId: v.optional(v.id("people")),
    tokenHash: v.optional(v.string()),
    mailHash: v.optional(v.string()),
    expiresAt: v.number(),
    usedAt: v.optional(v.number()),
    voidedAt: v.optional(v.number()),
    createdBy: vActor,
  })
    .index("by_tokenHash", ["tokenHash"])
    .index("by_mailHash", ["mailHash"])
    .index("by_personId_and_kind", ["personId", "kind"]),

  // One row at most: how this desk is run. Written by desk:enableDemo; read by sign-in and the first screen.
  desk: defineTable({ demo: v.boolean() }),

  // Who may do what. Written by the demo seed and by admins (model/accounts.ts); read by every builder in functions.ts.
  people: defineTable({
    userId: v.id("users"),
    name: v.string(),
    title: v.string(),
    initials: v.string(),
    /** Normalised (shared/account/emails.ts); demo people have none. */
    email: v.optional(v.string()),
    roles: v.array(vRole),
    demo: v.boolean(),
    /** When they left the desk, ms since 1970: they decide nothing any more, and the history keeps their name. */
    removedAt: v.optional(v.number()),
  })
    .index("by_userId", ["userId"])
    .index("by_email", ["email"])
    .index("by_demo", ["demo"])
    .index("by_removedAt_and_name", ["removedAt", "name"])
    .searchIndex("by_words", { searchField: "name" }),

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
    /** There when it has begun: the row is written then, so that open screens look again. */
    begun: v.optional(v.literal(true)),
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
  // `revision` is the number of the newest draft (0 before the first), `rounds` how many of them an agent wrote.
  requests: defineTable({
    playbook: v.string(),
    input: vInput,
    requesterId: v.id("people"),
    submissionKey: v.string(),
    /** When its personal content was erased, ms since 1970. */
    erasedAt: v.optional(v.number()),
    /** A shorter time than the policy's that the requester asked for, for each stage. */
    decideWithinMs: v.optional(v.number()),
    policyVersionId: v.id("policyVersions"),
    threadId: v.string(),
    workflowId: v.optional(vWorkflowId),
    /** The keys (shared/policy/keys.ts) of everybody whom a task of it has asked, and of who acted: they may read it. */
    asked: v.array(v.string()),
    revision: v.number(),
    rounds: v.number(),
    triage: v.optional(vTriage),
    /** What may be performed, and until when; none until it is approved. */
    approval: v.optional(
      v.object({
        draftId: v.id("drafts"),
        digest: v.string(),
        by: vApprovedBy,
        at: v.number(),
        validUntil: v.number(),
      }),
    ),
    state: vRequestState,
  })
    .index("by_playbook", ["playbook"])
    .index("by_requesterId", ["requesterId"])
    .index("by_requesterId_and_submissionKey", ["requesterId", "submissionKey"])
    .index("by_threadId", ["threadId"])
    .index("by_state_kind", ["state.kind"])
    .index("by_playbook_and_state_kind", ["playbook", "state.kind"])
    .index("by_policyVersionId", ["policyVersionId"]),

  // Files that requesters sent. Written by attachments.ts, and by model/attachments.ts, which makes them part of a request
  // (`requestId`) or removes them; given to whoever may see the request.
  attachments: defineTable({
    personId: v.id("people"),
    requestId: v.optional(v.id("requests")),
    storageId: v.id("_storage"),
    name: v.string(),
    /** Bytes. */
    size: v.number(),
    /** SHA-256 of its bytes. */
    digest: v.string(),
  }).index("by_requestId", ["requestId"]),

  // A request as the history is searched for it: its subject, sender, message and newest summary. Written by
  // model/requestWords.ts, which erases it with the rest of a person's words.
  requestWords: defineTable({
    requestId: v.id("requests"),
    text: v.string(),
    playbook: v.string(),
    requesterId: v.id("people"),
    policyVersionId: v.id("policyVersions"),
  })
    .index("by_requestId", ["requestId"])
    .searchIndex("search_text", { searchField: "text", filterFields: ["playbook", "requesterId", "policyVersionId"] }),

  // One numbered revision of the proposed action, or a question that an agent asked in its place. Written once, by the drafting agent's run or by a reviewer who edited
  // the one before; never changed.
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
    /** Who edited the draft before this one into it; an agent wrote those without. */
    editedBy: v.optional(v.id("people")),
  }).index("by_requestId_and_revision", ["requestId", "revision"]),

  // Everything that is decided about a request from a draft to the outcome the workflow is told: the state of
  // `shared/review/`. Written by model/reviews.ts only. `timer` says when something happens by itself (the sweep of that
  // second does it), or that the workflow is still to be told; `releaseId` ends the undo window.
  reviews: defineTable({
    requestId: v.id("requests"),
    policyVersionId: v.id("policyVersions"),
    eventId: vEventId("reviewOutcome"),
    state: vReview,
    timer: v.object({ kind: v.union(v.literal("due"), v.literal("tell"), v.literal("none")), at: v.number() }),
    releaseId: v.optional(v.id("_scheduled_functions")),
  })
    .index("by_requestId", ["requestId"])
    .index("by_timer", ["timer.kind", "timer.at"]),

  // The seconds (ms since 1970) in which a sweep over due reviews is planned, one row each. Written by model/timers.ts.
  sweeps: defineTable({ at: v.number() }).index("by_at", ["at"]),

  // One stage's wait for people, as the inbox lists it. Written by model/tasks.ts for a review's task `number`; read by
  // the inbox. `subject`, `from`, `summary`, `risk` are copies, so that the inbox reads one row per line; `asks` are the
  // keys (shared/policy/keys.ts) of whom it asks; `done` is how far its reminders and its ladder have gone.
  tasks: defineTable({
    requestId: v.id("requests"),
    reviewId: v.id("reviews"),
    number: v.number(),
    stage: v.string(),
    asks: v.array(v.string()),
    draftId: v.id("drafts"),
    revision: v.number(),
    digest: v.string(),
    dueAt: v.number(),
    done: vDoneThrough,
    remindedAt: v.optional(v.number()),
    playbook: v.string(),
    subject: v.string(),
    from: v.string(),
    summary: v.string(),
    ...asking,
    risk: v.union(vRisk, v.null()),
    state: vTaskState,
  })
    .index("by_requestId", ["requestId"])
    .index("by_stage", ["stage"])
    .index("by_reviewId_and_number", ["reviewId", "number"])
    .index("by_state_kind_and_dueAt", ["state.kind", "dueAt"])
    .index("by_state_kind_and_state_at", ["state.kind", "state.at"]),

  // What reviewers find in their lists, one row for each key under which they may: a task of the inbox that waits (`at`:
  // its deadline) or is over (when it ended), a message of the outbox (when it was performed). Written by
  // model/listings.ts together with the row it is `of`; managers and admins read the tables themselves.
  listings: defineTable({
    list: v.union(v.literal("open"), v.literal("done"), v.literal("outbox")),
    key: v.string(),
    at: v.number(),
    of: v.union(v.id("tasks"), v.id("outboxMessages")),
  })
    .index("by_list_and_key_and_at_and_of", ["list", "key", "at", "of"])
    .index("by_of", ["of"]),

  // Tasks that a person does not want to see before `until`. Written by model/snoozes.ts; the deadline stays.
  snoozes: defineTable({ personId: v.id("people"), taskId: v.id("tasks"), until: v.number() })
    .index("by_personId_and_taskId", ["personId", "taskId"])
    .index("by_personId_and_until", ["personId", "until"]),

  // One person's verdict on one task for one draft. Written by model/reviews.ts with the vote; `undoneAt` is all that
  // changes. `key` is the caller's for this call, so that a repeated call after an undo decides nothing.
  decisions: defineTable({
    taskId: v.id("tasks"),
    requestId: v.id("requests"),
    personId: v.id("people"),
    revision: v.number(),
    digest: v.string(),
    verdict: vVerdict,
    key: v.optional(v.string()),
    undoneAt: v.optional(v.number()),
  })
    .index("by_requestId", ["requestId"])
    .index("by_personId", ["personId"])
    .index("by_personId_and_key", ["personId", "key"]),

  // What waits because of the brake: a workflow before it performs, or a further try. Written by model/brake.ts.
  held: defineTable({
    playbook: v.string(),
    requestId: v.id("requests"),
    what: v.union(
      v.object({ kind: v.literal("start"), eventId: vEventId("brakeOff") }),
      v.object({ kind: v.literal("attempt"), runId: v.id("runs"), attempt: v.number() }),
    ),
  })
    .index("by_playbook", ["playbook"])
    .index("by_requestId", ["requestId"]),

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
      /** The brake is on: the next try waits until it is taken off. */
      v.object({ kind: v.literal("held"), at: v.number() }),
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

  // What happened, append-only: no function changes or deletes a row. Written only by model/audit.ts, in the mutation that
  // makes the change; read by managers (all) and by whoever may see the request (its own). `seq`, `prev` and `hash` chain
  // the events of one subject (shared/audit/); `event` is without its personal words, of which `words` is the digest.
  auditEvents: defineTable({
    chain: v.string(),
    seq: v.number(),
    prev: v.string(),
    hash: v.string(),
    at: v.number(),
    requestId: v.optional(v.id("requests")),
    actor: vActor,
    client: vClient,
    event: vAuditEvent,
    words: v.union(v.string(), v.null()),
    /** For the filters of the history, outside the hash: what the event is about, as `model/facets.ts` says. */
    playbook: v.optional(v.string()),
    policyVersionId: v.optional(v.id("policyVersions")),
  })
    .index("by_chain_and_seq", ["chain", "seq"])
    .index("by_actor_personId", ["actor.personId"])
    .index("by_event_kind", ["event.kind"])
    .index("by_playbook", ["playbook"])
    .index("by_policyVersionId", ["policyVersionId"]),

  // What people wrote and were called in an event, outside its chain so that it can be erased. Written by model/audit.ts.
  // `text` is the words as the history is searched, with what such a search may be filtered by: who erases the words
  // erases the row, or empties `text` with them.
  auditWords: defineTable({
    eventId: v.id("auditEvents"),
    salt: v.string(),
    words: v.record(v.string(), v.string()),
    text: v.string(),
    kind: v.string(),
    playbook: v.optional(v.string()),
    personId: v.optional(v.id("people")),
  })
    .index("by_eventId", ["eventId"])
    .searchIndex("search_text", { searchField: "text", filterFields: ["kind", "playbook", "personId"] }),

  // An event's place in the Merkle tree of all events: none until a checkpoint holds it, then for ever. Written by
  // model/audit.ts with the event and once more by model/checkpoints.ts.
  auditLeaves: defineTable({ eventId: v.id("auditEvents"), hash: v.string(), index: v.optional(v.number()) })
    .index("by_index", ["index"])
    .index("by_eventId", ["eventId"]),

  // That tree in tiles of up to 256 hashes with the complete nodes above them (shared/audit/tiles.ts). Written by
  // model/checkpoints.ts; read for proofs. Kept when the events themselves are sealed and dropped.
  auditTiles: defineTable({ level: v.number(), number: v.number(), width: v.number(), nodes: v.bytes() }).index(
    "by_level_and_number",
    ["level", "number"],
  ),

  // The lines of neighbouring events of the tree as an export writes them, without their words, and the words beside them
  // (shared/audit/blocks.ts): an export reads one row instead of hundreds. Written by model/auditBlocks.ts, once; erasing
  // rewrites the words. Some leaves have no block, or none any more; every event is in `auditEvents`.
  auditBlocks: defineTable({ from: v.number(), to: v.number(), starts: v.string() }).index("by_from", ["from"]),
  auditBlockWords: defineTable({ from: v.number(), to: v.number(), ends: v.string() }).index("by_from", ["from"]),

  // What the tree was at a moment, signed by the desk and chained (shared/audit/checkpoint.ts). Written by
  // model/checkpoints.ts; never changed or deleted.
  auditCheckpoints: defineTable(vCheckpoint)
    .index("by_number", ["number"])
    .index("by_size", ["size"])
    .index("by_at", ["at"]),

  // The public keys that checkpoints and exports were signed with, in the order in which the desk took them up; the private
  // one is a variable of the deployment. Written by model/auditKeys.ts; never changed or deleted.
  auditKeys: defineTable(vAuditKey).index("by_keyId", ["keyId"]),

  // Whose personal content was erased, and how far that is. Written by model/erasures.ts; read by managers. `address` is
  // there only while it is needed.
  erasures: defineTable({
    personId: v.optional(v.id("people")),
    address: v.optional(v.string()),
    by: v.id("people"),
    state: v.union(
      v.object({
        kind: v.literal("running"),
        step: v.union(v.literal("requests"), v.literal("decisions"), v.literal("words")),
        cursor: v.union(v.string(), v.null()),
      }),
      v.object({ kind: v.literal("done"), at: v.number() }),
    ),
    requests: v.number(),
    events: v.number(),
    /** Requests that were still under way, and kept their content. */
    waiting: v.number(),
  }).index("by_personId", ["personId"]),

  // Which checkpoint a target off this machine has (0 for none), and why the last try failed. Written by
  // model/auditSending.ts.
  auditDeliveries: defineTable({
    target: v.union(v.literal("webhook"), v.literal("file")),
    number: v.number(),
    size: v.number(),
    failures: v.number(),
    error: v.union(v.string(), v.null()),
    at: v.number(),
  }).index("by_target", ["target"]),

  // Periods of the history that were exported and dropped: all events of the first `size` leaves but the last one of each
  // chain. Written by model/auditSeals.ts.
  auditSeals: defineTable({
    size: v.number(),
    /** The last line of each part of the export that holds them, as it was checked before anything was dropped. */
    trailers: v.array(v.string()),
    state: v.union(
      v.object({ kind: v.literal("dropping"), next: v.number() }),
      v.object({ kind: v.literal("dropped"), at: v.number() }),
    ),
  }).index("by_size", ["size"]),

  // Filters of the history that somebody gave a name. Written by model/savedViews.ts; read by their owner, and by every
  // manager and admin where they are shared.
  savedViews: defineTable({ personId: v.id("people"), name: v.string(), shared: v.boolean(), view: vHistoryView })
    .index("by_personId", ["personId"])
    .index("by_shared", ["shared"]),

  // What managers take out of the history, in numbered parts. Written by model/exports.ts; read by its person alone. `next` is
  // where the next part begins, `last` where the one before began, so that a part that was broken off can be made again.
  exports: defineTable({
    personId: v.id("people"),
    view: vHistoryView,
    format: vExportFormat,
    next: vExportPlace,
    last: v.union(vExportPlace, v.null()),
    done: v.boolean(),
  }),
});
