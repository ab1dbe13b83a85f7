import type { EventId, WorkflowId } from "@convex-dev/workflow";
import type { Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { MAX_ROUNDS } from "../shared/limits";
import { DESK, record } from "./audit";
import { startRun } from "./runs";
import { move } from "./state";
import { named } from "./rows";

/** Starts the triage or drafting agent on a request that is drafting. Returns the event that tells how it ended. */
export async function startAgent(
  ctx: MutationCtx,
  requestId: Id<"requests">,
  step: "triage" | "draft",
  workflowId: WorkflowId,
): Promise<EventId<"run">> {
  const request = await named(ctx, "requests", requestId);
  if (request.state.kind !== "drafting")
    throw new Error(`Request ${requestId} is ${request.state.kind}, not drafting.`);
  if (request.state.step !== step) {
    await ctx.db.patch("requests", requestId, { state: { kind: "drafting", step, at: Date.now() } });
  }
  return await startRun(ctx, { requestId, step, workflowId });
}

/** Begins the next round of drafting, or rejects the request when its rounds ran out. Returns whether it goes on. */
export async function nextRound(ctx: MutationCtx, requestId: Id<"requests">): Promise<boolean> {
  const request = await named(ctx, "requests", requestId);
  const at = Date.now();
  if (request.rounds < MAX_ROUNDS) {
    await move(ctx, request, "startRound", { kind: "drafting", step: "draft", at });
    return true;
  }
  await move(ctx, request, "endRounds", { kind: "rejected", by: { kind: "rounds" }, at });
  await record(ctx, requestId, DESK, { kind: "roundsEnded", rounds: request.rounds });
  return false;
}
