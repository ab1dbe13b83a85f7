// The transactions that an export is made of. Nothing here can be called by a client: `model/exportPart.ts` puts them together.

import { v } from "convex/values";
import { internalAction, internalMutation, internalQuery } from "./functions";
import * as exporting from "./model/auditExport";
import { exportPart } from "./model/exportPart";
import * as treeCsv from "./model/treeCsv";
import { treePage } from "./model/treePages";
import { settle, wholePages } from "./model/wholeExport";

const { vLines, vProgress } = exporting;

/** The first lines of a part, and the name of the desk's tree. */
export const begin = internalMutation({
  args: {
    whole: v.boolean(),
    /** Any JSON value. */
    filter: v.any(),
    part: v.number(),
    previous: v.union(v.string(), v.null()),
    from: v.number(),
  },
  returns: v.object({ ...vLines.fields, origin: v.string() }),
  handler: (ctx, args) => exporting.beginPart(ctx, args),
});

/** The lines of the next events of the tree: of some blocks, or of at most `limit` events that stand in none. */
export const tree = internalQuery({
  args: { from: v.number(), limit: v.number(), progress: vProgress },
  returns: vLines,
  handler: (ctx, { from, limit, progress }) => treePage(ctx, from, limit, progress),
});

/** The lines of events that no checkpoint holds yet, at most `limit`. */
export const pending = internalQuery({
  args: { limit: v.number(), progress: vProgress },
  returns: vLines,
  handler: (ctx, { limit, progress }) => exporting.pendingPage(ctx, limit, progress),
});

/** The lines after a part's last event. */
export const end = internalQuery({
  args: { progress: vProgress },
  returns: vLines,
  handler: (ctx, { progress }) => exporting.endPart(ctx, progress),
});

/** The lines that say how far chains go, at most a thousand of them. */
export const heads = internalQuery({
  args: { chains: v.array(v.string()) },
  returns: v.string(),
  handler: (ctx, { chains }) => exporting.headLines(ctx, chains),
});

/** Whether an export of all events as CSV is read by `csv`. */
export const isInTree = internalQuery({
  args: { exportId: v.id("exports") },
  returns: v.boolean(),
  handler: async (ctx, { exportId }) => {
    const row = await ctx.db.get("exports", exportId);
    if (row === null) throw new Error(`Export ${exportId} is missing.`);
    return await treeCsv.isInTree(ctx, row);
  },
});

/** The plain lines of the next events of an export of all events, from leaf `from` on. */
export const csv = internalQuery({
  args: { exportId: v.id("exports"), from: v.number() },
  returns: v.object({ text: v.string(), rows: v.number(), from: v.number(), done: v.boolean() }),
  handler: async (ctx, { exportId, from }) => {
    const row = await ctx.db.get("exports", exportId);
    if (row === null) throw new Error(`Export ${exportId} is missing.`);
    return await treeCsv.treeCsv(ctx, row, from);
  },
});

/**
 * One part of a whole export, with how it ended. For sealing, and for whoever has the deployment's admin key. `size` makes it
 * smaller: after how many bytes it ends, and how many events a transaction reads.
 */
export const wholePart = internalAction({
  args: {
    part: v.number(),
    previous: v.union(v.string(), v.null()),
    from: v.number(),
    size: v.optional(v.object({ bytes: v.number(), page: v.number() })),
  },
  returns: v.object({ text: v.string(), last: v.boolean(), hash: v.string(), to: v.number(), events: v.number() }),
  handler: async (ctx, { size, ...args }) => {
    if (args.part === 1) await settle(ctx);
    const pages = wholePages(ctx, args.from, size?.page);
    const pieces = exportPart(ctx, { whole: true, filter: null, ...args }, pages, size?.bytes);
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { value, done } = await pieces.next();
      if (done) return { text, ...value };
      text += decoder.decode(value);
    }
  },
});
