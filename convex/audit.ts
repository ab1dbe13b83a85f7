import { v } from "convex/values";
import { managerQuery } from "./functions";
import { proofOf, vChainProof } from "./model/auditProof";
import { signingState, vSigningState } from "./model/auditState";

/** What a browser needs to check the history of one request itself; null where there is no such request. */
export const proof = managerQuery({
  args: { requestId: v.string() },
  returns: v.union(vChainProof, v.null()),
  handler: async (ctx, args) => {
    const requestId = ctx.db.normalizeId("requests", args.requestId);
    return requestId === null ? null : await proofOf(ctx, requestId);
  },
});

/** How far the history is signed, and how far others hold it. */
export const signing = managerQuery({
  args: {},
  returns: vSigningState,
  handler: (ctx) => signingState(ctx),
});
