// Erasing the personal content of one request that is over: what was submitted, drafts, what people wrote, what was performed, the
// agents' thread, and the words of its events. What happened, when and by whom stays, and the history verifies as before.

import { components } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { requestChain } from "../shared/audit/chain";
import { ERASED } from "../shared/audit/words";
import { erasedAction, erasedVerdict, erasedWritings } from "../shared/erasure";
import { type Actor, record } from "./audit";
import { dropFilesOf } from "./attachments";
import { eraseWords } from "./eraseWords";
import { eraseRequestWords } from "./requestWords";

/** Rows of each kind that one request has at most, as pages show them. */
const ROWS_MAX = 500;
/** The states of a request in which nothing more is done with its content. */
const OVER: readonly string[] = ["completed", "rejected", "withdrawn", "canceled"];

/** Whether a request's content can be erased: nobody works on it any more. */
export function isOver({ state }: Doc<"requests">): boolean {
  return OVER.includes(state.kind);
}

/** Erases a request's content; answers how many events lost their words. One that was erased changes nothing. */
export async function eraseRequest(ctx: MutationCtx, request: Doc<"requests">, by: Actor): Promise<number> {
  if (request.erasedAt !== undefined) return 0;
  const requestId = request._id;
  const { triage } = request;
  await ctx.db.patch("requests", requestId, {
    input: { from: ERASED, subject: ERASED, message: ERASED },
    triage: triage === undefined ? undefined : { ...triage, risk: { ...triage.risk, reasons: [] } },
    state: erasedWritings(request.state),
    erasedAt: Date.now(),
  });
  await dropFilesOf(ctx, requestId);
  const of = await rowsOf(ctx, requestId);
  for (const { _id, action } of of.drafts) {
    const texts = { summary: ERASED, reasoning: ERASED, evidence: [] };
    await ctx.db.patch("drafts", _id, { action: erasedAction(action), ...texts });
  }
  for (const { _id } of of.tasks) await ctx.db.patch("tasks", _id, { subject: ERASED, from: ERASED, summary: ERASED });
  for (const { _id, verdict } of of.decisions) {
    await ctx.db.patch("decisions", _id, { verdict: erasedVerdict(verdict) });
  }
  for (const { _id, state } of of.reviews) await ctx.db.patch("reviews", _id, { state: erasedWritings(state) });
  for (const { _id, attempts, state } of of.executions) {
    await ctx.db.patch("executions", _id, { attempts: erasedWritings(attempts), state: erasedWritings(state) });
  }
  for (const { _id, action } of of.messages) {
    await ctx.db.patch("outboxMessages", _id, { action: erasedAction(action) });
  }
  await eraseRequestWords(ctx, requestId);
  const told = of.events.filter(({ words }) => words !== null);
  const events = await eraseWords(
    ctx,
    told.map(({ _id }) => _id),
  );
  await ctx.runMutation(components.agent.threads.deleteAllForThreadIdAsync, { threadId: request.threadId });
  await record(ctx, requestId, by, { kind: "contentErased" });
  return events;
}

async function rowsOf(ctx: MutationCtx, requestId: Id<"requests">) {
  const { db } = ctx;
  return {
    drafts: await db
      .query("drafts")
      .withIndex("by_requestId_and_revision", (q) => q.eq("requestId", requestId))
      .take(ROWS_MAX),
    tasks: await db
      .query("tasks")
      .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
      .take(ROWS_MAX),
    decisions: await db
      .query("decisions")
      .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
      .take(ROWS_MAX),
    reviews: await db
      .query("reviews")
      .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
      .take(ROWS_MAX),
    executions: await db
      .query("executions")
      .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
      .take(ROWS_MAX),
    messages: await db
      .query("outboxMessages")
      .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
      .take(ROWS_MAX),
    events: await db
      .query("auditEvents")
      .withIndex("by_chain_and_seq", (q) => q.eq("chain", requestChain(requestId)))
      .take(ROWS_MAX),
  };
}
