import {
  actionGeneric as action,
  createFunctionHandle,
  internalActionGeneric as internalAction,
  internalMutationGeneric as internalMutation,
  mutationGeneric as mutation,
  queryGeneric as query,
} from "convex/server";
import { v } from "convex/values";
import { api, components } from "./refs";

export const write = internalMutation({
  args: { tag: v.string(), fail: v.optional(v.boolean()) },
  handler: async (ctx, { tag, fail }) => {
    await ctx.db.insert("items", { tag, n: (await ctx.auth.getUserIdentity()) === null ? 0 : 1 });
    if (fail === true) throw new Error("the job fails");
  },
});

export const writeFromAction = internalAction({
  args: { tag: v.string() },
  handler: async (ctx, { tag }) => {
    await ctx.runMutation(api["jobs"]!["write"]!, { tag });
  },
});

export const schedule = mutation({
  args: { afterMs: v.number(), tag: v.string(), kind: v.string(), fail: v.optional(v.boolean()) },
  handler: async (ctx, { afterMs, kind, ...args }) => ctx.scheduler.runAfter(afterMs, api["jobs"]![kind]!, args),
});

export const scheduleInOrder = mutation({
  args: { tags: v.array(v.string()) },
  handler: async (ctx, { tags }) => {
    const at = Date.now();
    for (const tag of tags) await ctx.scheduler.runAt(at, api["jobs"]!["write"]!, { tag });
  },
});

export const scheduleFromAction = action({
  args: { tag: v.string() },
  handler: async (ctx, { tag }) => ctx.scheduler.runAfter(0, api["jobs"]!["write"]!, { tag }),
});

/** A component schedules a function of the app through a handle. */
export const scheduleThroughHandle = mutation({
  args: {},
  handler: async (ctx) => {
    const handle = await createFunctionHandle(api["jobs"]!["write"]!);
    await ctx.runMutation(components["counter"]!["lib"]!["later"]!, { handle });
  },
});

export const cancel = mutation({ args: { id: v.id("_scheduled_functions") }, handler: async (ctx, { id }) => ctx.scheduler.cancel(id) });

export const job = query({ args: { id: v.id("_scheduled_functions") }, handler: async (ctx, { id }) => ctx.db.system.get("_scheduled_functions", id) });

/** Jobs that are due and not done. */
export const unfinished = query({
  args: {},
  handler: async (ctx) => {
    const jobs = await ctx.db.system.query("_scheduled_functions").collect();
    return jobs.filter(({ state, scheduledTime }) => state.kind === "inProgress" || (state.kind === "pending" && scheduledTime < Date.now() + 500)).length;
  },
});
