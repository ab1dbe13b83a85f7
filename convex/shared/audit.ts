import { v, type Infer } from "convex/values";
import { vConnector, vModel, vStep, vVerdict } from "./records";

/** What happened, one member per kind of event; texts are made from it when it is read (`auditText`). */
export const vAuditEvent = v.union(
  v.object({ kind: v.literal("demoEnabled") }),
  v.object({ kind: v.literal("policySaved"), playbook: v.string(), version: v.number() }),
  v.object({ kind: v.literal("submitted"), playbook: v.string() }),
  v.object({ kind: v.literal("triaged"), category: v.string(), riskScore: v.number() }),
  v.object({ kind: v.literal("drafted"), revision: v.number(), digest: v.string(), model: vModel }),
  v.object({ kind: v.literal("taskOpened"), taskId: v.id("tasks"), revision: v.number(), dueAt: v.number() }),
  v.object({
    kind: v.literal("decided"),
    taskId: v.id("tasks"),
    revision: v.number(),
    digest: v.string(),
    verdict: vVerdict,
  }),
  v.object({ kind: v.literal("expired"), taskId: v.id("tasks"), revision: v.number() }),
  v.object({ kind: v.literal("roundsEnded"), rounds: v.number() }),
  v.object({
    kind: v.literal("performing"),
    executionId: v.id("executions"),
    connector: vConnector,
    digest: v.string(),
  }),
  v.object({
    kind: v.literal("performed"),
    executionId: v.id("executions"),
    connector: vConnector,
    detail: v.string(),
  }),
  v.object({ kind: v.literal("failed"), step: vStep, reason: v.string() }),
  v.object({ kind: v.literal("retried"), step: vStep }),
  v.object({ kind: v.literal("withdrawn") }),
  v.object({ kind: v.literal("canceled") }),
);
export type AuditEvent = Infer<typeof vAuditEvent>;

const STEPS = {
  triage: "sorting the message",
  draft: "drafting the reply",
  perform: "performing the action",
} as const;

/** What happened as a sentence without its subject: the screen puts the actor's name before it. */
export function auditText(event: AuditEvent): string {
  switch (event.kind) {
    case "demoEnabled":
      return "switched demo mode on";
    case "policySaved":
      return `saved version ${event.version} of the policy of ${event.playbook}`;
    case "submitted":
      return "submitted the request";
    case "triaged":
      return `sorted it as ${event.category}, risk ${event.riskScore} of 100`;
    case "drafted":
      return `wrote draft ${event.revision}`;
    case "taskOpened":
      return `asked for a decision on draft ${event.revision}`;
    case "decided":
      return decidedText(event.revision, event.verdict);
    case "expired":
      return `rejected draft ${event.revision}: nobody decided before the deadline`;
    case "roundsEnded":
      return `rejected the request: ${event.rounds} drafts were not enough`;
    case "performing":
      return `started to perform the approved action through the ${event.connector}`;
    case "performed":
      return `performed the approved action: ${event.detail}`;
    case "failed":
      return `stopped while ${STEPS[event.step]}: ${event.reason}`;
    case "retried":
      return `started ${STEPS[event.step]} again`;
    case "withdrawn":
      return "withdrew the request";
    case "canceled":
      return "canceled the request";
    default:
      return event satisfies never;
  }
}

function decidedText(revision: number, verdict: Infer<typeof vVerdict>): string {
  switch (verdict.kind) {
    case "approve":
      return `approved draft ${revision}`;
    case "reject":
      return `rejected draft ${revision}: ${verdict.reason}`;
    case "requestChanges":
      return `asked for changes to draft ${revision}: ${verdict.feedback}`;
    default:
      return verdict satisfies never;
  }
}
