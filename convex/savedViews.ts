import { v } from "convex/values";
import { managerMutation, managerQuery } from "./functions";
import { removeView, saveView, updateView, viewsFor, vSavedView } from "./model/savedViews";
import { vHistoryView } from "./shared/history/filter";

/** The signed-in person's own views of the history, and shared ones. */
export const list = managerQuery({
  args: {},
  returns: v.array(vSavedView),
  handler: (ctx) => viewsFor(ctx, ctx.person),
});

/** Keeps a filter under a name, for oneself or for every manager. */
export const save = managerMutation({
  args: { name: v.string(), shared: v.boolean(), view: vHistoryView },
  returns: v.object({ viewId: v.id("savedViews") }),
  handler: async (ctx, args) => ({ viewId: await saveView(ctx, ctx.person, args) }),
});

/** Renames a view, shares it or ends that: by its owner, or by an admin where it is shared. */
export const update = managerMutation({
  args: { viewId: v.id("savedViews"), name: v.string(), shared: v.boolean() },
  returns: v.null(),
  handler: async (ctx, args) => {
    await updateView(ctx, ctx.person, args);
    return null;
  },
});

/** Removes a view: by its owner, or by an admin where it is shared. */
export const remove = managerMutation({
  args: { viewId: v.id("savedViews") },
  returns: v.null(),
  handler: async (ctx, { viewId }) => {
    await removeView(ctx, ctx.person, viewId);
    return null;
  },
});
