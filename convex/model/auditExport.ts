// Lines of an export from stored rows (shared/audit/export.ts says what they are). A part is begun, filled page by page and
// ended in transactions of their own; what one needs of the one before travels as `Progress`.

import { v, type Infer } from "convex/values";
import type { Doc } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { Checkpoint } from "../shared/audit/checkpoint";
import { eventLineText, EXPORT_VERSION, type HeaderLine, lineText, type Selection } from "../shared/audit/export";
import type { StoredTree } from "../shared/audit/tiles";
import { deskError } from "../shared/errors";
import { recordOf } from "./audit";
import { currentSigner, keysOf } from "./auditKeys";
import { checkpointOf, lastCheckpoint, sealedSize, treeOf } from "./auditTree";
import { type Placed, placedRows } from "./readyLines";
import { wordsOfMany } from "./wordsOfMany";

/** How far a part has come; plain data, so that pages can be made by one call after another. */
export const vProgress = v.object({
  /** The leaves before this one stand in the part or are covered by its gaps. */
  next: v.number(),
  /** Leaves in the tree that the part is proven against. */
  size: v.number(),
  /** The size of the last checkpoint that stands in the part; 0 before the first. */
  checkpointed: v.number(),
});
export type Progress = Infer<typeof vProgress>;

/** Lines of a part, and how far they bring it. */
export const vLines = v.object({
  text: v.string(),
  lines: v.number(),
  events: v.number(),
  progress: vProgress,
});
export type Lines = Infer<typeof vLines>;

/** Which part of which export. `from`: the first leaf of a part of a whole export; 0 otherwise. */
export type PartOf = Selection & { part: number; previous: string | null; from: number };

/**
 * The first lines of a part: its head and the desk's keys. Everything in it is proven against the newest checkpoint of this
 * moment. Throws `auditKeyMissing` where the desk cannot sign.
 */
export async function beginPart(ctx: MutationCtx, part: PartOf): Promise<Lines & { origin: string }> {
  const signing = await currentSigner(ctx);
  if (signing === null) throw deskError("auditKeyMissing");
  const size = (await lastCheckpoint(ctx))?.size ?? 0;
  const sealed = await sealedSize(ctx);
  const { origin } = signing;
  const header: HeaderLine = { kind: "export", version: EXPORT_VERSION, origin, ...part, size, sealed, at: Date.now() };
  const keys = await keysOf(ctx);
  const text = lineText(header) + keys.map((key) => lineText({ kind: "key", ...key })).join("");
  const progress = { next: 0, size, checkpointed: 0 };
  return { text, lines: 1 + keys.length, events: 0, progress, origin };
}

/** The lines of some events, in any order; each event may be given once in a part. */
export async function exportPage(
  ctx: QueryCtx,
  rows: readonly Doc<"auditEvents">[],
  progress: Progress,
): Promise<Lines> {
  return await linesOf(ctx, await placedRows(ctx, rows), progress, false);
}

/** The lines of events that no checkpoint holds, the oldest `limit` of them. */
export async function pendingPage(ctx: QueryCtx, limit: number, progress: Progress): Promise<Lines> {
  const leaves = await ctx.db
    .query("auditLeaves")
    .withIndex("by_index", (q) => q.eq("index", undefined))
    .take(limit);
  return await linesOf(ctx, await placedOf(ctx, leaves), progress, true);
}

/** The events of these places. */
export async function placedOf(ctx: QueryCtx, leaves: readonly Doc<"auditLeaves">[]): Promise<Placed[]> {
  const rows = await Promise.all(leaves.map(({ eventId }) => ctx.db.get("auditEvents", eventId)));
  return leaves.flatMap(({ index }, i) => {
    const row = rows[i] ?? null;
    // Sealed and dropped ones are covered by a gap.
    return row === null ? [] : [{ row, leaf: index ?? null }];
  });
}

/**
 * The lines of some events with the gaps before them and the checkpoints among them. `areNeighbours`: no other events happened
 * between them.
 */
export async function linesOf(
  ctx: QueryCtx,
  placed: readonly Placed[],
  progress: Progress,
  areNeighbours: boolean,
): Promise<Lines> {
  const { size } = progress;
  const tree = treeOf(ctx);
  const inTree = placed.map((one): Placed => (one.leaf !== null && one.leaf < size ? one : { row: one.row, leaf: null }));
  inTree.sort((a, b) => (a.leaf ?? size) - (b.leaf ?? size));
  const checkpoints = await checkpointsAmong(ctx, inTree, progress);
  // An event after a later leaf needs a line with its own proof (E2).
  const isReady = ({ line, leaf }: Placed) => line !== undefined && leaf !== null && leaf >= progress.next;
  const others = inTree.filter((one) => !isReady(one)).map(({ row }) => row);
  const words = await wordsOfMany(ctx, others, areNeighbours);
  const texts: string[] = [];
  let { next, checkpointed } = progress;
  for (const one of inTree) {
    const { row, leaf } = one;
    if (leaf !== null && leaf > next) {
      texts.push(lineText({ kind: "gap", to: leaf, hashes: await tree.covering(next, leaf) }));
      next = leaf;
    }
    const proof = leaf !== null && leaf < next ? await tree.inclusion(leaf, size) : undefined;
    texts.push(isReady(one) ? `${one.line}\n` : eventText(row, words.get(row._id), leaf, proof));
    if (leaf === null || leaf < next) continue;
    next += 1;
    const checkpoint = checkpoints.get(next);
    if (checkpoint === undefined) continue;
    texts.push(lineText({ kind: "checkpoint", ...checkpoint }));
    checkpointed = next;
  }
  return { text: texts.join(""), lines: texts.length, events: placed.length, progress: { next, size, checkpointed } };
}

/** The checkpoints of the sizes that these events lead to, where they follow one another in the tree; otherwise none. */
async function checkpointsAmong(ctx: QueryCtx, placed: readonly Placed[], { next }: Progress) {
  const found = new Map<number, Checkpoint>();
  const leaves = placed.flatMap(({ leaf }) => (leaf === null ? [] : [leaf]));
  const [first, last] = [leaves[0], leaves.at(-1)];
  if (first === undefined || last === undefined || first < next || last - first + 1 !== leaves.length) return found;
  const rows = await ctx.db
    .query("auditCheckpoints")
    .withIndex("by_size", (q) => q.gt("size", first).lte("size", last + 1))
    .take(leaves.length);
  for (const row of rows) found.set(row.size, checkpointOf(row));
  return found;
}

function eventText(
  row: Doc<"auditEvents">,
  kept: Doc<"auditWords"> | undefined,
  leaf: number | null,
  proof?: string[],
): string {
  const line = { leaf, hash: row.hash, record: recordOf(row), salt: kept?.salt ?? null, words: kept?.words ?? null };
  return eventLineText(proof === undefined ? line : { ...line, proof });
}

/** The lines after a part's last event: what covers the rest of the tree, and the checkpoint that all is proven by. */
export async function endPart(ctx: QueryCtx, { next, size, checkpointed }: Progress): Promise<Lines> {
  const tree: StoredTree = treeOf(ctx);
  const texts: string[] = [];
  if (next < size) texts.push(lineText({ kind: "gap", to: size, hashes: await tree.covering(next, size) }));
  if (checkpointed < size) {
    const row = await ctx.db
      .query("auditCheckpoints")
      .withIndex("by_size", (q) => q.eq("size", size))
      .unique();
    if (row === null) throw new Error(`There is no checkpoint of ${size} events.`);
    texts.push(lineText({ kind: "checkpoint", ...checkpointOf(row) }));
  }
  const progress = { next: size, size, checkpointed: size };
  return { text: texts.join(""), lines: texts.length, events: 0, progress };
}

/** The lines that say how far chains go at the desk now, for exports of a filter (E6). */
export async function headLines(ctx: QueryCtx, chains: readonly string[]): Promise<string> {
  const lasts = await Promise.all(
    chains.map((chain) =>
      ctx.db
        .query("auditEvents")
        .withIndex("by_chain_and_seq", (q) => q.eq("chain", chain))
        .order("desc")
        .first(),
    ),
  );
  return lasts
    .map((last) => (last === null ? "" : lineText({ kind: "head", chain: last.chain, seq: last.seq, hash: last.hash })))
    .join("");
}
