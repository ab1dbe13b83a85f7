// One request's history for its replay: every event with what it says, and every draft, so that the screen can show how the
// request stood after each step.

import { v, type Infer } from "convex/values";
import type { Doc } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { playbookOf } from "../playbooks/index";
import { requestChain, vClient } from "../shared/audit/chain";
import { vAuditEvent } from "../shared/audit/event";
import { auditView, toldBy } from "./audit";
import { draftView } from "./requestPage";
import { nameOf } from "./people";
import { named } from "./rows";
import { vAuditRow, vDraftView } from "./views";

/** Events of one request that a replay shows at most; the rest is in the history. */
const STEPS_MAX = 500;
const DRAFTS_MAX = 200;

/** One event: as lists show it, as it was recorded (erased words say so), and from where it came. */
export const vReplayStep = v.object({ ...vAuditRow.fields, event: vAuditEvent, client: vClient, hash: v.string() });
export const vReplay = v.object({
  requestId: v.id("requests"),
  subject: v.string(),
  from: v.string(),
  message: v.string(),
  playbook: v.string(),
  playbookTitle: v.string(),
  requester: v.string(),
  /** When its personal content was erased, ms since 1970: the drafts have no words any more. */
  erasedAt: v.union(v.number(), v.null()),
  policy: v.object({ name: v.string(), version: v.number() }),
  /** Oldest first. */
  steps: v.array(vReplayStep),
  /** Whether there are more events than a replay shows. */
  more: v.boolean(),
  /** Every revision, by its number. */
  drafts: v.array(vDraftView),
});

/** Everything that a replay of a request shows. */
export async function replayOf(ctx: QueryCtx, request: Doc<"requests">): Promise<Infer<typeof vReplay>> {
  const requestId = request._id;
  const rows = await ctx.db
    .query("auditEvents")
    .withIndex("by_chain_and_seq", (q) => q.eq("chain", requestChain(requestId)))
    .take(STEPS_MAX + 1);
  const drafts = await ctx.db
    .query("drafts")
    .withIndex("by_requestId_and_revision", (q) => q.eq("requestId", requestId))
    .take(DRAFTS_MAX);
  const version = await named(ctx, "policyVersions", request.policyVersionId);
  const { subject, from, message } = request.input;
  return {
    requestId,
    subject,
    from,
    message,
    playbook: request.playbook,
    playbookTitle: playbookOf(request.playbook)?.title ?? request.playbook,
    requester: await nameOf(ctx, request.requesterId),
    erasedAt: request.erasedAt ?? null,
    policy: { name: version.policy.name, version: version.version },
    steps: await Promise.all(
      rows.slice(0, STEPS_MAX).map(async (row) => ({
        ...(await auditView(ctx, row)),
        ...(await toldBy(ctx, row)),
        hash: row.hash,
      })),
    ),
    more: rows.length > STEPS_MAX,
    drafts: await Promise.all(drafts.map((draft) => draftView(ctx, draft))),
  };
}
