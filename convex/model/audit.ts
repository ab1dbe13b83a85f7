import type { Infer } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { vActor } from "../schema";
import { playbookOf } from "../playbooks/index";
import { auditText, type AuditEvent } from "../shared/audit";
import { nameOf } from "./people";

export type Actor = Infer<typeof vActor>;
export const DESK: Actor = { kind: "desk" };

/** Appends one audit event. Call it in the mutation that makes the change, and nowhere else. */
export async function record(
  ctx: MutationCtx,
  requestId: Id<"requests"> | undefined,
  actor: Actor,
  event: AuditEvent,
): Promise<void> {
  await ctx.db.insert("auditEvents", { requestId, actor, event });
}

/** An audit event for a screen: who, what (as a sentence without its subject) and when. */
export async function auditView(ctx: QueryCtx, row: Doc<"auditEvents">) {
  const { actor, event } = row;
  const request = row.requestId === undefined ? null : await ctx.db.get("requests", row.requestId);
  return {
    id: row._id,
    at: row._creationTime,
    requestId: row.requestId ?? null,
    subject: request?.input.subject ?? null,
    actor: { kind: actor.kind, name: await actorName(ctx, actor) },
    kind: event.kind,
    text: auditText(titled(event)),
  };
}

/** The event with its playbook as people call it. */
function titled(event: AuditEvent): AuditEvent {
  if (!("playbook" in event) || event.playbook === null) return event;
  return { ...event, playbook: playbookOf(event.playbook)?.title ?? event.playbook };
}

/** What an actor is called on a screen. */
export async function actorName(ctx: QueryCtx, actor: Actor): Promise<string> {
  switch (actor.kind) {
    case "person":
      return await nameOf(ctx, actor.personId);
    case "agent":
      return actor.name;
    case "desk":
      return "The desk";
    default:
      return actor satisfies never;
  }
}
