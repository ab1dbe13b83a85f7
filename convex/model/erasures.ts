// Erasing a person's personal content from the whole desk, in bounded batches that plan one another: the requests they submitted
// or wrote to, what they decided on others', the words of their events, and at last their name and address. Rules R1 to R4 in
// shared/audit/README.md.

import { v, type Infer } from "convex/values";
import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { deskError } from "../shared/errors";
import { erasedVerdict, erasedWritings } from "../shared/erasure";
import { type Actor, record } from "./audit";
import { forgetPassword } from "./credentials";
import { eraseRequest, isOver } from "./eraseRequest";
import { eraseWords } from "./eraseWords";
import { lastReviewOf } from "./reviews";

/** Whose content is erased: somebody of the desk, or a customer by their e-mail address. */
export const vErasureSubject = v.union(
  v.object({ kind: v.literal("person"), personId: v.id("people") }),
  v.object({ kind: v.literal("address"), address: v.string() }),
);
export type ErasureSubject = Infer<typeof vErasureSubject>;

/** Requests that one transaction looks at; each that is erased writes up to some hundred rows. */
const REQUESTS = 5;
/** Decisions, and words of events, that one transaction looks at. */
const ROWS = 100;
const STEPS = ["requests", "decisions", "words"] as const;

/**
 * Begins to erase somebody's content; it goes on by itself. Throws `eraseSelf`, `eraseActive` for somebody who was not
 * deactivated, `personUnknown`, `fromInvalid` for an address that is none.
 */
export async function beginErasure(
  ctx: MutationCtx,
  admin: Doc<"people">,
  subject: ErasureSubject,
): Promise<Id<"erasures">> {
  const by = admin._id;
  const state = { kind: "running" as const, step: STEPS[0], cursor: null };
  const counts = { requests: 0, events: 0, waiting: 0 };
  if (subject.kind === "address") {
    const address = subject.address.trim().toLowerCase();
    if (!/^[^\s@<>]+@[^\s@<>]+$/.test(address)) throw deskError("fromInvalid", { message: ADDRESS_INVALID });
    const erasureId = await ctx.db.insert("erasures", { address, by, state, ...counts });
    await record(ctx, undefined, { kind: "person", personId: by }, { kind: "erasureBegun" });
    await goOn(ctx, erasureId);
    return erasureId;
  }
  const { personId } = subject;
  if (personId === by) throw deskError("eraseSelf");
  const person = await ctx.db.get("people", personId);
  if (person === null) throw deskError("personUnknown");
  if (person.removedAt === undefined) throw deskError("eraseActive");
  const erasureId = await ctx.db.insert("erasures", { personId, by, state, ...counts });
  await record(ctx, undefined, { kind: "person", personId: by }, { kind: "erasureBegun", personId });
  await goOn(ctx, erasureId);
  return erasureId;
}

const ADDRESS_INVALID = "Enter one e-mail address, such as maria@example.com. Nothing was erased.";

async function goOn(ctx: MutationCtx, erasureId: Id<"erasures">): Promise<void> {
  await ctx.scheduler.runAfter(0, internal.privacy.step, { erasureId });
}

/** Erases the next batch and plans the one after it; at the end it says in the history what was erased. */
export async function eraseStep(ctx: MutationCtx, erasureId: Id<"erasures">): Promise<void> {
  const erasure = await ctx.db.get("erasures", erasureId);
  if (erasure === null || erasure.state.kind !== "running") return;
  const { step, cursor } = erasure.state;
  const batch = await batchOf(ctx, erasure, step, cursor);
  const counts = {
    requests: erasure.requests + batch.requests,
    events: erasure.events + batch.events,
    waiting: erasure.waiting + batch.waiting,
  };
  const next = batch.isDone ? STEPS[STEPS.indexOf(step) + 1] : step;
  if (next !== undefined) {
    const state = { kind: "running" as const, step: next, cursor: batch.isDone ? null : batch.cursor };
    await ctx.db.patch("erasures", erasureId, { ...counts, state });
    return await goOn(ctx, erasureId);
  }
  const { personId } = erasure;
  if (personId !== undefined) await eraseNames(ctx, personId);
  // The address is personal content itself.
  await ctx.db.patch("erasures", erasureId, { ...counts, address: undefined, state: { kind: "done", at: Date.now() } });
  await record(ctx, undefined, actorOf(erasure), {
    kind: "erased",
    ...(personId === undefined ? {} : { personId }),
    ...counts,
  });
}

type Batch = { requests: number; events: number; waiting: number; isDone: boolean; cursor: string };

async function batchOf(
  ctx: MutationCtx,
  erasure: Doc<"erasures">,
  step: (typeof STEPS)[number],
  cursor: string | null,
): Promise<Batch> {
  switch (step) {
    case "requests":
      return await requestBatch(ctx, erasure, cursor);
    case "decisions":
      return await decisionBatch(ctx, erasure, cursor);
    case "words":
      return await wordsBatch(ctx, erasure, cursor);
    default:
      return step satisfies never;
  }
}

/** Requests that they submitted, or that came from their address. Those that are not over wait: they count, and stay. */
async function requestBatch(ctx: MutationCtx, erasure: Doc<"erasures">, cursor: string | null): Promise<Batch> {
  const { personId, address } = erasure;
  const options = { cursor, numItems: REQUESTS };
  const { page, isDone, continueCursor } =
    personId === undefined
      ? await ctx.db.query("requests").paginate(options)
      : await ctx.db
          .query("requests")
          .withIndex("by_requesterId", (q) => q.eq("requesterId", personId))
          .paginate(options);
  const batch: Batch = { requests: 0, events: 0, waiting: 0, isDone, cursor: continueCursor };
  for (const request of page) {
    if (request.erasedAt !== undefined) continue;
    if (address !== undefined && !isFrom(request, address)) continue;
    if (isOver(request)) {
      batch.events += await eraseRequest(ctx, request, actorOf(erasure));
      batch.requests += 1;
    } else {
      batch.waiting += 1;
    }
  }
  return batch;
}

/** Whether a request came from an e-mail address: it stands alone or in angle brackets. */
function isFrom({ input }: Doc<"requests">, address: string): boolean {
  const from = input.from.toLowerCase().trim();
  return from === address || from.endsWith(`<${address}>`);
}

/** What they wrote when they decided, in the decisions and in the reviews and requests that repeat it. */
async function decisionBatch(ctx: MutationCtx, { personId }: Doc<"erasures">, cursor: string | null): Promise<Batch> {
  const none = { requests: 0, events: 0, waiting: 0 };
  if (personId === undefined) return { ...none, isDone: true, cursor: "" };
  const { page, isDone, continueCursor } = await ctx.db
    .query("decisions")
    .withIndex("by_personId", (q) => q.eq("personId", personId))
    .paginate({ cursor, numItems: ROWS });
  for (const { _id, verdict } of page) await ctx.db.patch("decisions", _id, { verdict: erasedVerdict(verdict) });
  for (const requestId of new Set(page.map((decision) => decision.requestId))) {
    const request = await ctx.db.get("requests", requestId);
    if (request === null) continue;
    // An agent still drafts by what they wrote.
    if (!isOver(request)) continue;
    await ctx.db.patch("requests", requestId, { state: erasedWritings(request.state, personId) });
    const review = await lastReviewOf(ctx, requestId);
    if (review !== null) await ctx.db.patch("reviews", review._id, { state: erasedWritings(review.state, personId) });
  }
  return { ...none, isDone, cursor: continueCursor };
}

/** The words of events that they caused, that are about them, or that are just their name or hold their address. */
async function wordsBatch(ctx: MutationCtx, erasure: Doc<"erasures">, cursor: string | null): Promise<Batch> {
  const { personId, address } = erasure;
  const person = personId === undefined ? null : await ctx.db.get("people", personId);
  const addresses = [address, person?.email].filter((one) => one !== undefined);
  const { page, isDone, continueCursor } = await ctx.db.query("auditWords").paginate({ cursor, numItems: ROWS });
  const theirs: Id<"auditEvents">[] = [];
  for (const row of page) {
    const said = Object.values(row.words).map((word) => word.toLowerCase());
    const isNamed =
      said.some((word) => word === person?.name.toLowerCase()) ||
      said.some((word) => addresses.some((one) => word.includes(one)));
    if (isNamed || (personId !== undefined && (await isOf(ctx, row.eventId, personId)))) theirs.push(row.eventId);
  }
  return { requests: 0, events: await eraseWords(ctx, theirs), waiting: 0, isDone, cursor: continueCursor };
}

/** Whether somebody caused an event or is the one it is about. */
async function isOf(ctx: MutationCtx, eventId: Id<"auditEvents">, personId: Id<"people">): Promise<boolean> {
  const row = await ctx.db.get("auditEvents", eventId);
  if (row === null) return false;
  const { actor, event } = row;
  return (
    (actor.kind === "person" && actor.personId === personId) || ("personId" in event && event.personId === personId)
  );
}

/** Their name, title, address and ways to sign in. What they did keeps their id. */
async function eraseNames(ctx: MutationCtx, personId: Id<"people">): Promise<void> {
  const person = await ctx.db.get("people", personId);
  if (person === null) return;
  const name = `Erased person ${personId.slice(-4)}`;
  await ctx.db.patch("people", personId, { name, title: "", initials: "EP", email: undefined });
  await forgetPassword(ctx, personId);
  const accounts = await ctx.db
    .query("authAccounts")
    .withIndex("userIdAndProvider", (q) => q.eq("userId", person.userId))
    .take(ROWS);
  for (const { _id } of accounts) await ctx.db.delete("authAccounts", _id);
  if ((await ctx.db.get("users", person.userId)) !== null) await ctx.db.replace("users", person.userId, { name });
}

function actorOf({ by }: Doc<"erasures">): Actor {
  return { kind: "person", personId: by };
}
