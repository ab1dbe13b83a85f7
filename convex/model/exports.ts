// What managers take out of the history: begun once, made in numbered parts, and each an audit event with its filter and its
// count, so that nobody takes the history away in silence.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { deskError } from "../shared/errors";
import { viewText } from "../shared/history/describe";
import { type ExportFormat, type ExportPlace, FIRST_PLACE } from "../shared/history/exporting";
import type { HistoryView } from "../shared/history/filter";
import { record } from "./audit";

/** Begins an export of what a filter finds at this moment, its own beginning included. Throws `textInvalid` where the filter's text is broken. */
export async function beginExport(
  ctx: MutationCtx,
  person: Doc<"people">,
  { view, format }: { view: HistoryView; format: ExportFormat },
): Promise<Id<"exports">> {
  if (view.filter.text?.isWellFormed() === false) throw deskError("textInvalid");
  const personId = person._id;
  const row = { personId, view, format, next: FIRST_PLACE, last: null, done: false };
  await record(ctx, undefined, { kind: "person", personId }, { kind: "exportBegun", format, view: viewText(view) });
  return await ctx.db.insert("exports", row);
}

/** A person's own export, or null. */
export async function ownExport(
  ctx: QueryCtx,
  personId: Id<"people">,
  exportId: string,
): Promise<Doc<"exports"> | null> {
  const id = ctx.db.normalizeId("exports", exportId);
  const row = id === null ? null : await ctx.db.get("exports", id);
  return row?.personId === personId ? row : null;
}

/** Where part `part` begins: the next one, or the last one again where it was broken off; null for any other. */
export function placeIn({ next, last, done }: Doc<"exports">, part: number): ExportPlace | null {
  if (part === next.part && !done) return next;
  return last !== null && part === last.part ? last : null;
}

/** A part was made: where the next one begins, and whether there is one. The last part's end is in the history. */
export async function partMade(
  ctx: MutationCtx,
  { exportId, last, next, done }: { exportId: Id<"exports">; last: ExportPlace; next: ExportPlace; done: boolean },
): Promise<void> {
  const row = await ctx.db.get("exports", exportId);
  if (row === null) throw new Error(`Export ${exportId} is missing.`);
  const wasDone = row.done;
  await ctx.db.patch("exports", exportId, { last, next, done });
  if (!done || wasDone) return;
  const { personId, format, view } = row;
  const event = { kind: "exported", format, view: viewText(view), rows: next.rows, parts: last.part } as const;
  await record(ctx, undefined, { kind: "person", personId }, event);
}

/** Whether an export has no filter at all. */
export function isWhole({ filter }: HistoryView): boolean {
  return Object.values(filter).every((member) => member === undefined);
}
