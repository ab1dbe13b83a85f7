import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { managerQuery } from "./functions";
import { auditView } from "./model/audit";
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
