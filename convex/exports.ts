// Exports of the history. A manager begins one; the download of its parts is the route EXPORT_PATH (`model/exportDownload.ts`),
// which runs the functions below that no client can call.

import { v } from "convex/values";
import { internalMutation, internalQuery, managerMutation, managerQuery } from "./functions";
import { exportPage, vLines, vProgress } from "./model/auditExport";
import { eventsCsv, saidEvents } from "./model/eventsCsv";
import { exportEvents, exportRequests, requestsCsv, requestsJson } from "./model/exportRows";
import { beginExport, ownExport, partMade, placeIn } from "./model/exports";
import { EXPORT_PATH, vExportFormat, vExportPlace } from "./shared/history/exporting";
import { vHistoryView } from "./shared/history/filter";

/** Begins an export of what a filter finds now. `url` is where its parts are, for whoever sends the person's token along. */
export const begin = managerMutation({
  args: { view: vHistoryView, format: vExportFormat },
  returns: v.object({ exportId: v.id("exports"), url: v.string() }),
  handler: async (ctx, args) => ({
    exportId: await beginExport(ctx, ctx.person, args),
    url: `${process.env.CONVEX_SITE_URL ?? ""}${EXPORT_PATH}`,
  }),
});

/** How far one's own export has come: the parts that were made, their rows, and whether there are more; null where it is none. */
export const get = managerQuery({
  args: { exportId: v.string() },
  returns: v.union(v.object({ parts: v.number(), rows: v.number(), done: v.boolean() }), v.null()),
  handler: async (ctx, { exportId }) => {
    const row = await ownExport(ctx, ctx.person._id, exportId);
    return row === null ? null : { parts: row.next.part - 1, rows: row.next.rows, done: row.done };
  },
});

/** Where a part of a person's own export begins, and of what; null where it is none, or not that part's turn. */
export const place = internalQuery({
  args: { personId: v.id("people"), exportId: v.string(), part: v.number() },
  returns: v.union(
    v.null(),
    v.object({ exportId: v.id("exports"), view: vHistoryView, format: vExportFormat, place: vExportPlace }),
  ),
  handler: async (ctx, { personId, exportId, part }) => {
    const row = await ownExport(ctx, personId, exportId);
    const found = row === null ? null : placeIn(row, part);
    return row === null || found === null
      ? null
      : { exportId: row._id, view: row.view, format: row.format, place: found };
  },
});

/** A part was made. */
export const made = internalMutation({
  args: { exportId: v.id("exports"), last: vExportPlace, next: vExportPlace, done: v.boolean() },
  returns: v.null(),
  handler: async (ctx, args) => {
    await partMade(ctx, args);
    return null;
  },
});

const vPage = { cursor: v.union(v.string(), v.null()), done: v.boolean() };

/** The signed lines of the next events of an export's filter. */
export const signedLines = internalQuery({
  args: { exportId: v.id("exports"), cursor: v.union(v.string(), v.null()), progress: vProgress },
  returns: v.object({ lines: vLines, ...vPage }),
  handler: async (ctx, { exportId, cursor, progress }) => {
    const row = await ctx.db.get("exports", exportId);
    if (row === null) throw new Error(`Export ${exportId} is missing.`);
    const page = await exportEvents(ctx, row, cursor);
    return { lines: await exportPage(ctx, page.rows, progress), cursor: page.cursor, done: page.done };
  },
});

/** The plain lines of the next rows of an export, `limit` at most: CSV, and JSON lines of requests. */
export const plainLines = internalQuery({
  args: { exportId: v.id("exports"), cursor: v.union(v.string(), v.null()), limit: v.optional(v.number()) },
  returns: v.object({ text: v.string(), rows: v.number(), ...vPage }),
  handler: async (ctx, { exportId, cursor, limit }) => {
    const row = await ctx.db.get("exports", exportId);
    if (row === null) throw new Error(`Export ${exportId} is missing.`);
    if (row.view.of === "events") {
      const page = await exportEvents(ctx, row, cursor, limit);
      return {
        text: await eventsCsv(ctx, await saidEvents(ctx, page.rows)),
        rows: page.rows.length,
        cursor: page.cursor,
        done: page.done,
      };
    }
    const page = await exportRequests(ctx, row, cursor, limit);
    const text = await (row.format === "csv" ? requestsCsv : requestsJson)(ctx, page.rows);
    return { text, rows: page.rows.length, cursor: page.cursor, done: page.done };
  },
});
