// Periods of the history that were sealed: exported whole, checked, and then dropped from the tables (rules S1 to S3 in
// shared/audit/README.md). `docs/history.md` has the procedure.

import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { webVerify } from "../shared/audit/checkpoint";
import { type TrailerLine, trailerText } from "../shared/audit/export";
import { webHashing } from "../shared/audit/hashing";
import { parseLine } from "../shared/audit/parse";
import { DESK, record } from "./audit";
import { dropBlocks } from "./auditBlocks";
import { keysOf } from "./auditKeys";
import { sealedSize } from "./auditTree";
import { eraseWords } from "./eraseWords";

/** Events that one transaction drops. */
const BATCH = 100;

/** The last checkpoint that was made before `until` (ms since 1970): where a sealed period can end. Null where there is none. */
export async function lastBefore(ctx: QueryCtx, until: number): Promise<Doc<"auditCheckpoints"> | null> {
  return await ctx.db
    .query("auditCheckpoints")
    .withIndex("by_at", (q) => q.lt("at", until))
    .order("desc")
    .first();
}

/**
 * Seals the events of the first `size` leaves and begins to drop them. `trailers` are the last lines of all parts of a whole
 * export that holds them: signed by this desk, none missing. Throws an Error that says what is wrong; then nothing is dropped.
 */
export async function seal(ctx: MutationCtx, size: number, trailers: string[]): Promise<Id<"auditSeals">> {
  const checkpoint = await ctx.db
    .query("auditCheckpoints")
    .withIndex("by_size", (q) => q.eq("size", size))
    .unique();
  if (checkpoint === null) throw new Error(`No checkpoint ends after ${size} events: a sealed period ends at one.`);
  const before = await sealedSize(ctx);
  if (size <= before) throw new Error(`The first ${before} events were sealed already.`);
  await checkTrailers(ctx, size, trailers);
  const sealId = await ctx.db.insert("auditSeals", { size, trailers, state: { kind: "dropping", next: 0 } });
  await record(ctx, undefined, DESK, { kind: "sealed", size, checkpoint: checkpoint.number });
  await ctx.scheduler.runAfter(0, internal.auditSealing.drop, { sealId });
  return sealId;
}

/** Throws where these are not the ends of all parts of one whole export of this desk that reaches leaf `size`. */
async function checkTrailers(ctx: QueryCtx, size: number, texts: readonly string[]): Promise<void> {
  const keys = await keysOf(ctx);
  let last: { line: TrailerLine; text: string } | null = null;
  for (const [i, text] of texts.entries()) {
    const line = parseLine(text);
    const its = `Line ${i + 1} of the trailers`;
    if (typeof line === "string" || line.kind !== "trailer") throw new Error(`${its} is no trailer of an export.`);
    const publicKey = keys.find(({ keyId }) => keyId === line.keyId)?.publicKey;
    if (publicKey === undefined || !(await webVerify(publicKey, trailerText(line), line.signature))) {
      throw new Error(`${its} is not signed by this desk.`);
    }
    if (!line.whole || line.part !== i + 1) throw new Error(`${its} is not that of part ${i + 1} of a whole export.`);
    const previous = last === null ? null : await webHashing.text(last.text);
    if (line.previous !== previous) throw new Error(`${its} does not follow the one before it.`);
    last = { line, text };
  }
  if (last === null || last.line.to < size)
    throw new Error(`The export does not hold all of the first ${size} events.`);
}

/**
 * Drops the next events of a sealed period, but the last one of each chain (S2), and goes on until all are gone. Their blocks go
 * first: one that reaches beyond the period goes, too, and the events after the period are read one by one (B5).
 */
export async function dropSome(ctx: MutationCtx, sealId: Id<"auditSeals">): Promise<void> {
  const seal = await ctx.db.get("auditSeals", sealId);
  if (seal === null || seal.state.kind !== "dropping") return;
  const { next } = seal.state;
  const leaves = await ctx.db
    .query("auditLeaves")
    .withIndex("by_index", (q) => q.gte("index", next).lt("index", seal.size))
    .take(BATCH);
  const done = leaves.length < BATCH;
  const reached = done ? seal.size : (leaves.at(-1)?.index ?? next) + 1;
  await dropBlocks(ctx, reached, BATCH + 1);
  const dropped: Id<"auditEvents">[] = [];
  for (const leaf of leaves) {
    const event = await ctx.db.get("auditEvents", leaf.eventId);
    if (event !== null && (await isLast(ctx, event))) continue;
    if (event !== null) {
      dropped.push(event._id);
      await ctx.db.delete("auditEvents", event._id);
    }
    await ctx.db.delete("auditLeaves", leaf._id);
  }
  await eraseWords(ctx, dropped);
  const state = done ? ({ kind: "dropped", at: Date.now() } as const) : ({ kind: "dropping", next: reached } as const);
  await ctx.db.patch("auditSeals", sealId, { state });
  if (!done) await ctx.scheduler.runAfter(0, internal.auditSealing.drop, { sealId });
}

/** Whether an event is the last one of its chain: the next one names its hash. */
async function isLast(ctx: QueryCtx, { chain, seq }: Doc<"auditEvents">): Promise<boolean> {
  const later = await ctx.db
    .query("auditEvents")
    .withIndex("by_chain_and_seq", (q) => q.eq("chain", chain).gt("seq", seq))
    .first();
  return later === null;
}
