/** The least a workflow that waits for a person can be: it awaits an event, then performs one step. */
import { defineEvent, defineWorkflow, sendEvent, start, type WorkflowComponent, type WorkflowId } from "@convex-dev/workflow";
import {
  componentsGeneric, type DataModelFromSchemaDefinition, internalMutationGeneric, makeFunctionReference, mutationGeneric,
  type MutationBuilder, queryGeneric, type QueryBuilder,
} from "convex/server";
import { v } from "convex/values";
import type schema from "./schema";

type Model = DataModelFromSchemaDefinition<typeof schema>;
const query = queryGeneric as QueryBuilder<Model, "public">;
const mutation = mutationGeneric as MutationBuilder<Model, "public">;
const internalMutation = internalMutationGeneric as MutationBuilder<Model, "internal">;

const component = componentsGeneric()["workflow"] as unknown as WorkflowComponent;
const decision = defineEvent({ name: "decision", validator: v.object({ approved: v.boolean() }) });
const markDone = makeFunctionReference<"mutation">("flow:mark") as never;

export const wait = defineWorkflow(component, { args: { n: v.number() } }).handler(async (step, { n }): Promise<void> => {
  await step.awaitEvent(decision);
  await step.runMutation(markDone, { n } as never);
});

/** Starts workflows `from` up to `from + count`; each is parked when this is answered. */
export const park = mutation({
  args: { from: v.number(), count: v.number() },
  handler: async (ctx, { from, count }) => {
    for (let n = from; n < from + count; n++) {
      const workflowId = await start(ctx, makeFunctionReference<"mutation">("flow:wait") as never, { n } as never);
      await ctx.db.insert("runs", { n, workflowId, done: false });
    }
  },
});

/** The decision: the event that the workflow waits for. */
export const decide = mutation({
  args: { n: v.number() },
  handler: async (ctx, { n }) => {
    const run = await ctx.db.query("runs").withIndex("by_n", (q) => q.eq("n", n)).unique();
    if (run === null) throw new Error(`No workflow ${n} was started.`);
    await sendEvent(ctx, component, { ...decision, workflowId: run.workflowId as WorkflowId, value: { approved: true } });
  },
});

/** The step after the decision. */
export const mark = internalMutation({
  args: { n: v.number() },
  handler: async (ctx, { n }) => {
    const run = await ctx.db.query("runs").withIndex("by_n", (q) => q.eq("n", n)).unique();
    if (run !== null) await ctx.db.patch("runs", run._id, { done: true });
  },
});

/** Whether that step was performed; null for a workflow that was never started. */
export const isDone = query({
  args: { n: v.number() },
  handler: async (ctx, { n }) => (await ctx.db.query("runs").withIndex("by_n", (q) => q.eq("n", n)).unique())?.done ?? null,
});
