import type { Infer } from "convex/values";
import type { Doc } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import type { vRequestState } from "../schema";
import { deskError } from "../shared/errors";
import { type LifeEvent, next } from "../shared/review/life";

export type RequestState = Infer<typeof vRequestState>;

/** Moves a request to the state an event leads to, and writes `more` with it. Throws the conflict that the state machine names. */
export async function move(
  ctx: MutationCtx,
  request: Doc<"requests">,
  event: LifeEvent,
  state: RequestState,
  more: Partial<Pick<Doc<"requests">, "asked" | "approval">> = {},
): Promise<void> {
  const step = next(request.state.kind, event);
  if ("conflict" in step) throw deskError(step.conflict, { state: request.state.kind });
  if (step.to !== state.kind)
    throw new Error(`Request ${request._id}: ${event} leads to ${step.to}, not ${state.kind}.`);
  await ctx.db.patch("requests", request._id, { state, ...more });
}
