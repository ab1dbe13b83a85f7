import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { managerQuery } from "./functions";
import { eventsPage, searchEvents } from "./model/history";
import { historyChoices, vChoices } from "./model/historyChoices";
import { requestsPage, searchRequests } from "./model/historyRequests";
import { vEventItem, vEventsFound, vRequestItem, vRequestsFound } from "./model/historyViews";
import { replayOf, vReplay } from "./model/replay";
import { vEventFilter, vRequestFilter } from "./shared/history/filter";
import { SEARCHED_MAX } from "./shared/history/pages";

/** Requests of a filter without text, newest first. Where its rows are compared one by one, a page ends in an item that says how far back it looked. */
export const requests = managerQuery({
  args: { filter: vRequestFilter, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vRequestItem),
  handler: (ctx, { filter, paginationOpts }) => requestsPage(ctx, filter, paginationOpts),
});

/** Events of a filter without text, newest first, in the same way. */
export const events = managerQuery({
  args: { filter: vEventFilter, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vEventItem),
  handler: (ctx, { filter, paginationOpts }) => eventsPage(ctx, filter, paginationOpts),
});

/** The best `limit` requests whose words match the filter's text. */
export const findRequests = managerQuery({
  args: { filter: vRequestFilter, limit: v.number() },
  returns: vRequestsFound,
  handler: (ctx, { filter, limit }) => searchRequests(ctx, filter, within(limit)),
});

/** The best `limit` events whose words match the filter's text. */
export const findEvents = managerQuery({
  args: { filter: vEventFilter, limit: v.number() },
  returns: vEventsFound,
  handler: (ctx, { filter, limit }) => searchEvents(ctx, filter, within(limit)),
});

/** What the filters can be set to. */
export const choices = managerQuery({
  args: {},
  returns: vChoices,
  handler: (ctx) => historyChoices(ctx),
});

/** One request step by step, or null where there is none. */
export const replay = managerQuery({
  args: { requestId: v.string() },
  returns: v.union(vReplay, v.null()),
  handler: async (ctx, args) => {
    const requestId = ctx.db.normalizeId("requests", args.requestId);
    const request = requestId === null ? null : await ctx.db.get("requests", requestId);
    return request === null ? null : await replayOf(ctx, request);
  },
});

/** A limit as a whole number that a search can answer. */
function within(limit: number): number {
  return Number.isFinite(limit) ? Math.max(1, Math.min(Math.floor(limit), SEARCHED_MAX - 1)) : 1;
}
