/** The least a workflow that waits for a person can be: it awaits an event, then performs one step. */
import { defineEvent, defineWorkflow, sendEvent, start, vWorkflowId, type WorkflowComponent, type WorkflowId } from "@convex-dev/workflow";
import {
  componentsGeneric, type DataModelFromSchemaDefinition, type FunctionHandle, internalMutationGeneric, makeFunctionReference, mutationGeneric,
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
const resumeNow = makeFunctionReference<"mutation">("flow:resume");

export const wait = defineWorkflow(component, { args: { n: v.number() } }).handler(async (step, { n }): Promise<void> => {
  await step.awaitEvent(decision);
  await step.runMutation(markDone, { n } as never, { inline: true });
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

/** The decision: the event that the workflow waits for. `isResumed`: the run that follows is scheduled at once, as the desk does. */
export const decide = mutation({
  args: { n: v.number(), isResumed: v.boolean() },
  handler: async (ctx, { n, isResumed }) => {
    const run = await ctx.db.query("runs").withIndex("by_n", (q) => q.eq("n", n)).unique();
    if (run === null) throw new Error(`No workflow ${n} was started.`);
    const workflowId = run.workflowId as WorkflowId;
    await sendEvent(ctx, component, { ...decision, workflowId, value: { approved: true } });
    if (isResumed) await ctx.scheduler.runAfter(0, resumeNow, { workflowId });
  },
});

/** Runs a workflow until it waits again, as `convex/model/resume.ts` of the desk does. */
export const resume = internalMutation({
  args: { workflowId: vWorkflowId },
  handler: async (ctx, { workflowId }) => {
    const { workflow, inProgress } = await ctx.runQuery(component.workflow.getStatus, { workflowId });
    if (workflow.runResult !== undefined || inProgress.length > 0) return;
    const { workflowHandle, generationNumber } = workflow;
    await ctx.runMutation(workflowHandle as FunctionHandle<"mutation">, { workflowId, generationNumber });
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
