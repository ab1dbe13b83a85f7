// The durable life of a request. It moves between three kinds of waiting: for an agent's run, for the review of its
// draft, and for an action being performed. Each wait is an event made for it and awaited by id, so that a late or
// second event can never satisfy the next wait. Deadlines are not here: they race the decision over the review's row
// (model/reviews.ts).
//
// Steps pass ids only and run inside the workflow's own transaction: from an event to the next wait is one commit.

import { defineWorkflow, type EventId } from "@convex-dev/workflow";
import { vResultValidator } from "@convex-dev/workpool";
import { v } from "convex/values";
import { components, internal } from "../_generated/api";
import { internalMutation } from "../functions";
import { vBrakeOff } from "../model/brake";
import type { Started } from "../model/executions";
import { fail, vFrom } from "../model/requests";
import { vRunResult } from "../model/runs";
import { vReviewEvent, type ReviewOutcome } from "../model/reviews";
import { errorText } from "../shared/errors";

const vEnd = v.union(
  v.object({ kind: v.literal("ended") }),
  v.object({ kind: v.literal("failed"), reason: v.string() }),
);
const ENDED = { kind: "ended" } as const;
const INLINE = { inline: true } as const;

/** Runs a request from a step on until it ends or a step fails. */
export const run = defineWorkflow(components.workflow, {
  args: { requestId: v.id("requests"), from: vFrom },
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

  let toDo: "draft" | "review" | "perform" = from === "triage" ? "draft" : from;
  for (;;) {
    switch (toDo) {
      case "draft": {
        const drafted: EventId<"run"> = await step.runMutation(
          internal.workflows.steps.startAgent,
          { ...ids, step: "draft" },
          INLINE,
        );
        const result = await step.awaitEvent({ id: drafted, validator: vRunResult });
        if (result.kind === "failed") return result;
        toDo = "review";
        break;
      }
      case "review": {
        const decided: EventId<"reviewOutcome"> | null = await step.runMutation(
          internal.workflows.steps.openReview,
          ids,
          INLINE,
        );
        const outcome: ReviewOutcome =
          decided === null ? "approved" : (await step.awaitEvent({ id: decided, validator: vReviewEvent })).outcome;
        if (outcome === "rejected") return ENDED;
        toDo = "perform";
        if (outcome === "changesRequested") {
          const goesOn: boolean = await step.runMutation(internal.workflows.steps.nextRound, { requestId }, INLINE);
          if (!goesOn) return ENDED;
          toDo = "draft";
        }
        break;
      }
      case "perform": {
        const started: Started = await step.runMutation(internal.workflows.steps.startPerforming, ids, INLINE);
        if (started.kind === "lapsed") return { kind: "failed" as const, reason: errorText("approvalOver") };
        if (started.kind === "held") {
          // Asked again when the brake is off: another may be on by then, or the approval over.
          await step.awaitEvent({ id: started.eventId, validator: vBrakeOff });
          break;
        }
        const result = await step.awaitEvent({ id: started.eventId, validator: vRunResult });
        return result.kind === "failed" ? result : ENDED;
      }
      default:
        return toDo satisfies never;
    }
  }
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
