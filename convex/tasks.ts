import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { readerMutation, readerQuery } from "./functions";
import { inboxPage } from "./model/inbox";
import { requestPage } from "./model/requestPage";
import { visible } from "./model/requests";
import { snooze as snoozeTask } from "./model/snoozes";
import { vRequestPage, vTaskRow } from "./model/views";

/** Tasks that wait (soonest deadline first) or that are done (latest first): for reviewers those that ask or asked them. */
export const inbox = readerQuery({
  args: { paginationOpts: paginationOptsValidator, queue: v.union(v.literal("open"), v.literal("done")) },
  returns: paginationResultValidator(vTaskRow),
  handler: (ctx, { paginationOpts, queue }) => inboxPage(ctx, ctx.person, queue, paginationOpts),
});

/** A request's page as this task sees it: `task` and `draft` are this task's. */
export const get = readerQuery({
  args: { taskId: v.string() },
  returns: v.union(vRequestPage, v.null()),
  handler: async (ctx, args) => {
    const taskId = ctx.db.normalizeId("tasks", args.taskId);
    const task = taskId === null ? null : await ctx.db.get("tasks", taskId);
    const request = task === null ? null : await visible(ctx, ctx.person, task.requestId);
    return task === null || request === null ? null : await requestPage(ctx, ctx.person, request, task._id);
  },
});

/** Hides a task from the person's inbox until a time (ms since 1970), at most until its deadline; null shows it again. */
export const snooze = readerMutation({
  args: { taskId: v.id("tasks"), until: v.union(v.number(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { taskId, until }) => {
    await snoozeTask(ctx, ctx.person, taskId, until);
    return null;
  },
});
