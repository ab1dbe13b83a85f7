// A workflow that was sent the event it waits for goes on at once.

import type { WorkflowId } from "@convex-dev/workflow";
import type { FunctionHandle } from "convex/server";
import { components, internal } from "../_generated/api";
import type { Doc } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";

/**
 * To be called after an event was sent to the workflow of a request. The component resumes workflows through its work
 * pool, which looks around every tenth of a second; this run is due as soon as the transaction is committed. The pool's
 * run stays in line: it finds nothing left to do, or does everything when this one failed. A workflow's runs follow each
 * other in its journal, so two are as good as one.
 */
export async function resumeSoon(ctx: MutationCtx, request: Pick<Doc<"requests">, "workflowId">): Promise<void> {
  if (request.workflowId === undefined) return;
  await ctx.scheduler.runAfter(0, internal.workflows.runs.resume, { workflowId: request.workflowId });
}

/** Runs a workflow until it waits again; nothing when it waits already or has ended. */
export async function resume(ctx: MutationCtx, workflowId: WorkflowId): Promise<void> {
  const { workflow, inProgress } = await ctx.runQuery(components.workflow.workflow.getStatus, { workflowId });
  if (workflow.runResult !== undefined || inProgress.length > 0) return;
  const { workflowHandle, generationNumber } = workflow;
  await ctx.runMutation(workflowHandle as FunctionHandle<"mutation">, { workflowId, generationNumber });
}

/** As `resume`, in a transaction that stands when the workflow fails: then its work pool, which was told too, tries again. */
export async function resumeOrLeave(ctx: MutationCtx, workflowId: WorkflowId): Promise<void> {
  try {
    await resume(ctx, workflowId);
  } catch (error) {
    // oxlint-disable-next-line no-console -- an operator must see it
    console.error("A workflow did not go on at once; its work pool tries it again.", error);
  }
}
