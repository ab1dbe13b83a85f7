import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { internalMutation, reviewerQuery } from "./functions";
import { requestPage, taskRow } from "./model/requestPage";
import { visible } from "./model/requests";
import * as tasks from "./model/tasks";
import { vRequestPage, vTaskRow } from "./model/views";

/** Tasks that wait (soonest deadline first) or that are done (latest first). */
export const inbox = reviewerQuery({
  args: { paginationOpts: paginationOptsValidator, queue: v.union(v.literal("open"), v.literal("done")) },
  returns: paginationResultValidator(vTaskRow),
  handler: async (ctx, { paginationOpts, queue }) => {
    const rows =
      queue === "open"
        ? ctx.db
            .query("tasks")
            .withIndex("by_state_kind_and_dueAt", (q) => q.eq("state.kind", "open"))
            .order("asc")
        : ctx.db
            .query("tasks")
            .withIndex("by_state_kind_and_state_at", (q) => q.eq("state.kind", "closed"))
            .order("desc");
    const result = await rows.paginate(paginationOpts);
    return { ...result, page: result.page.map(taskRow) };
  },
});

/** A request's page as this task sees it: `task` and `draft` are this task's. */
export const get = reviewerQuery({
  args: { taskId: v.string() },
  returns: v.union(vRequestPage, v.null()),
  handler: async (ctx, args) => {
    const taskId = ctx.db.normalizeId("tasks", args.taskId);
    const task = taskId === null ? null : await ctx.db.get("tasks", taskId);
    const request = task === null ? null : await visible(ctx, ctx.person, task.requestId);
    return task === null || request === null ? null : await requestPage(ctx, ctx.person, request, task._id);
  },
});

/** The deadline of a task. Scheduled when the task opens. */
export const expire = internalMutation({
  args: { taskId: v.id("tasks") },
  returns: v.null(),
  handler: async (ctx, { taskId }) => {
    await tasks.expire(ctx, taskId);
    return null;
  },
});
