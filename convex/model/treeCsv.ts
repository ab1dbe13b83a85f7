// All events as CSV: read as a whole signed export reads them, in the order of the tree, and then those without a place in it.

import type { Doc } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { EVENT_START } from "../shared/audit/export";
import type { Words } from "../shared/audit/words";
import { pendingPage } from "./auditExport";
import { lastCheckpoint } from "./auditTree";
import { eventsCsv, type SaidEvent } from "./eventsCsv";
import { treePage } from "./treePages";
import { PAGE, PENDING } from "./wholeExport";

/** Lines of CSV, the first leaf after them, and whether there are no more. */
export type TreeCsv = { text: string; rows: number; from: number; done: boolean };

/**
 * Whether an export of all events can be read that way: all but `PENDING` of the events that there were when it began have
 * their places. Where nothing signs, events wait for ever. It stays so: no event is added before that moment.
 */
export async function isInTree(
  ctx: QueryCtx,
  { _creationTime: begun }: Doc<"exports">,
  pending = PENDING,
): Promise<boolean> {
  const waiting = await ctx.db
    .query("auditLeaves")
    .withIndex("by_index", (q) => q.eq("index", undefined).lte("_creationTime", begun))
    .take(pending + 1);
  return waiting.length <= pending;
}

/** The next events from leaf `from` on, of those that were there when the export began. */
export async function treeCsv(ctx: QueryCtx, { _creationTime: begun }: Doc<"exports">, from: number): Promise<TreeCsv> {
  const size = (await lastCheckpoint(ctx))?.size ?? 0;
  const progress = { next: from, size, checkpointed: size };
  const page = await treePage(ctx, from, PAGE, progress);
  const done = page.events === 0;
  const { text, progress: reached } = done ? await pendingPage(ctx, PENDING, progress) : page;
  const events = eventsIn(text).filter(({ at }) => at <= begun);
  return { text: await eventsCsv(ctx, events), rows: events.length, from: reached.next, done };
}

/** The events of an export's lines. */
function eventsIn(text: string): SaidEvent[] {
  const lines = text.split("\n").filter((line) => line.startsWith(EVENT_START));
  return lines.map((line) => {
    const { record, hash, words } = JSON.parse(line) as { record: SaidEvent; hash: string; words: Words | null };
    return { ...record, hash, said: words };
  });
}
