import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { managerQuery } from "./functions";
import { auditView } from "./model/audit";
import { proofOf, vChainProof } from "./model/auditProof";
import { vAuditRow } from "./model/views";

/** Everything that happened at this desk, newest first. */
export const list = managerQuery({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vAuditRow),
  handler: async (ctx, { paginationOpts }) => {
    const result = await ctx.db.query("auditEvents").order("desc").paginate(paginationOpts);
    return { ...result, page: await Promise.all(result.page.map((row) => auditView(ctx, row))) };
  },
});

/** What a browser needs to check the history of one request itself; null where there is no such request. */
export const proof = managerQuery({
  args: { requestId: v.string() },
  returns: v.union(vChainProof, v.null()),
  handler: async (ctx, args) => {
    const requestId = ctx.db.normalizeId("requests", args.requestId);
    return requestId === null ? null : await proofOf(ctx, requestId);
  },
});
