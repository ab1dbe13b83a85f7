import { v } from "convex/values";
import { internalMutation } from "../functions";
import { attemptLost } from "../model/executions";
import { attemptState, currentRun, endRun, launch, vRunRef, watchAgain } from "../model/runs";

/** Attempts of an agent before its step counts as failed: only crashes are repeated, a bad answer is not. */
const AGENT_ATTEMPTS_MAX = 3;

/** Looks after a running attempt, and goes on when its action died without a report (a crash, a restart). */
export const watch = internalMutation({
  args: vRunRef,
  returns: v.null(),
  handler: async (ctx, ref) => {
    const run = await currentRun(ctx, ref);
    if (run === null) return null;
    if ((await attemptState(ctx, run)) === "working") {
      await watchAgain(ctx, ref);
    } else if (run.step === "perform") {
      await attemptLost(ctx, run);
    } else if (run.attempt < AGENT_ATTEMPTS_MAX) {
      await launch(ctx, run._id, run.step, run.attempt + 1, 0);
    } else {
      const reason = `The agent stopped without an answer ${AGENT_ATTEMPTS_MAX} times. Nothing was lost; retry it.`;
      await endRun(ctx, run, { kind: "failed", reason });
    }
    return null;
  },
});
