// The durable life of a request. It moves between three kinds of waiting: for an agent's run, for the people who decide
// a task, and for an action being performed. Each wait is an event made for it and awaited by id, so that a late or
// second event can never satisfy the next wait. Deadlines are not here: they race the decision over the task's row
// (model/tasks.ts).
//
// Steps pass ids only and run inside the workflow's own transaction: from an event to the next wait is one commit.

import { defineWorkflow, type EventId } from "@convex-dev/workflow";
import { vResultValidator } from "@convex-dev/workpool";
import { v } from "convex/values";
import { components, internal } from "../_generated/api";
import { internalMutation } from "../functions";
import { fail } from "../model/requests";
import { vRunResult } from "../model/runs";
import { vTaskEvent } from "../model/tasks";
import { vStep } from "../shared/records";

const vEnd = v.union(
  v.object({ kind: v.literal("ended") }),
  v.object({ kind: v.literal("failed"), reason: v.string() }),
);
const ENDED = { kind: "ended" } as const;
const INLINE = { inline: true } as const;

/** Runs a request from a step on until it ends or a step fails. */
export const run = defineWorkflow(components.workflow, {
  args: { requestId: v.id("requests"), from: vStep },
  returns: vEnd,
}).handler(async (step, { requestId, from }) => {
  const ids = { requestId, workflowId: step.workflowId };

  if (from === "triage") {
    const triaged: EventId<"run"> = await step.runMutation(
      internal.workflows.steps.startAgent,
      { ...ids, step: "triage" },
      INLINE,
    );
    const result = await step.awaitEvent({ id: triaged, validator: vRunResult });
    if (result.kind === "failed") return result;
  }

  let approved = from === "perform";
  while (!approved) {
    const drafted: EventId<"run"> = await step.runMutation(
      internal.workflows.steps.startAgent,
      { ...ids, step: "draft" },
      INLINE,
    );
    const result = await step.awaitEvent({ id: drafted, validator: vRunResult });
    if (result.kind === "failed") return result;

    const decided: EventId<"taskOutcome"> = await step.runMutation(internal.workflows.steps.openTask, ids, INLINE);
    const { outcome } = await step.awaitEvent({ id: decided, validator: vTaskEvent });
    if (outcome === "rejected" || outcome === "expired") return ENDED;
    approved = outcome === "approved";
    if (!approved) {
      const goesOn: boolean = await step.runMutation(internal.workflows.steps.nextRound, { requestId }, INLINE);
      if (!goesOn) return ENDED;
    }
  }

  const performed: EventId<"run"> = await step.runMutation(internal.workflows.steps.startPerforming, ids, INLINE);
  const result = await step.awaitEvent({ id: performed, validator: vRunResult });
  return result.kind === "failed" ? result : ENDED;
});

/** Rests the request as failed when its workflow did not come to an end, for a reason of its own or for a bug. */
export const onComplete = internalMutation({
  args: { workflowId: v.string(), result: vResultValidator, context: v.object({ requestId: v.id("requests") }) },
  returns: v.null(),
  handler: async (ctx, { result, context }) => {
    switch (result.kind) {
      case "canceled":
        return null;
      case "failed":
        await fail(
          ctx,
          context.requestId,
          "The desk could not go on with this step. Retry it; if it stops again, ask an admin.",
        );
        return null;
      case "success":
        if (result.returnValue.kind === "failed") await fail(ctx, context.requestId, result.returnValue.reason);
        return null;
      default:
        return result satisfies never;
    }
  },
});
