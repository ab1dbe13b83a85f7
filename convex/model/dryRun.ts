// What a policy would have done to requests the desk has had: a rehearsal that changes nothing.

import { getDocumentSize, type Infer } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { playbookOf } from "../playbooks/index";
import { firstPolicyOf } from "../playbooks/policy/index";
import { deskError } from "../shared/errors";
import { compareStages, effectOf } from "../shared/policy/compare";
import { type Plan, planFor } from "../shared/policy/evaluate";
import { factsOf } from "../shared/policy/fields";
import { withKeys } from "../shared/policy/issuedKeys";
import type { Directory } from "../shared/policy/quorum";
import type { Policy, Stage } from "../shared/policy/types";
import { directoryOf, namedBy } from "./directory";
import { groupIdsOf } from "./memberships";
import { personOf } from "./people";
import { currentVersion, revokedRuleIds, versionOf } from "./policies";
import { problemsOf } from "./policyEditing";
import type { vDryRun } from "./policyViews";

/** Requests one dry run looks at. */
export const DRY_RUN_MAX = 200;
/** Requests that are read to find those with a draft. */
const SCANNED_MAX = 2 * DRY_RUN_MAX;
/** Bytes of requests, drafts and policies that are read: half of what one query may (16 MiB), for all the rest. */
const BYTES_MAX = 8 * 1024 * 1024;

type DryRun = Infer<typeof vDryRun>;
type Row = DryRun["rows"][number];
/** A request with its newest draft, who asked, and the version it keeps. */
type Case = {
  request: Doc<"requests">;
  draft: Doc<"drafts">;
  requester: Doc<"people">;
  groupIds: Id<"groups">[];
  had: Known;
};
type Known = Pick<Doc<"policyVersions">, "version" | "policy">;

/**
 * Compares what `policy` asks for with what the version that each request keeps asks for, over the newest `last`
 * requests of a playbook that have a draft. Both are asked about the newest draft as of the time it was made, with the
 * rules revoked and the people there are today. Throws `dryRunInvalid`, and `policyInvalid` with `problems`.
 */
export async function dryRun(
  ctx: QueryCtx,
  { playbook, policy, last }: { playbook: string; policy: Policy; last: number },
): Promise<DryRun> {
  if (playbookOf(playbook) === null) throw deskError("notFound");
  if (!(Number.isInteger(last) && last >= 1 && last <= DRY_RUN_MAX)) throw deskError("dryRunInvalid");
  const now = Date.now();
  const problems = await problemsOf(ctx, playbook, policy, now);
  if (problems.length > 0) throw deskError("policyInvalid", { problems });
  const stored = await currentVersion(ctx, playbook);
  const current = stored ?? { version: 1, policy: firstPolicyOf(playbook, now) };
  // With the keys it would be saved under: samples are drawn by the ids of rules.
  const changed = withKeys(policy, current.policy, current.version + 1);
  const { cases, cut } = await casesOf(ctx, playbook, last);
  const stages = [changed, ...new Set(cases.map(({ had }) => had.policy))].flatMap((known) => known.stages);
  const directory = await directoryOf(ctx, namedBy(stages), []);
  const revoked = await revokedRuleIds(ctx, playbook);
  const compared = cases.map((one) => compare(one, changed, directory, revoked));
  const differs = compared.filter((row) => !isAlike(row));
  const isBlocked = ({ after }: Row) => after.kind === "blocked";
  return {
    looked: compared.length,
    cut,
    same: compared.length - differs.length,
    changed: differs.length,
    autoApproved: compared.filter(({ after }) => after.kind === "autoApproved").length,
    blocked: compared.filter(isBlocked).length,
    rows: compared.filter((row) => !isAlike(row) || isBlocked(row)),
  };
}

/** The newest requests with a draft, as many as asked for and as fit into one query. */
async function casesOf(ctx: QueryCtx, playbook: string, last: number): Promise<{ cases: Case[]; cut: boolean }> {
  const cases: Case[] = [];
  const requesters = new Map<string, Pick<Case, "requester" | "groupIds">>();
  const versions = new Map<string, Known>();
  let bytes = 0;
  let scanned = 0;
  const requests = ctx.db
    .query("requests")
    .withIndex("by_playbook", (q) => q.eq("playbook", playbook))
    .order("desc");
  for await (const request of requests) {
    scanned += 1;
    bytes += getDocumentSize(request);
    if (request.revision > 0) {
      const draft = await newestDraft(ctx, request);
      bytes += getDocumentSize(draft);
      const known = requesters.get(request.requesterId) ?? (await requesterOf(ctx, request));
      requesters.set(request.requesterId, known);
      let had = versions.get(request.policyVersionId);
      if (had === undefined) {
        const stored = await versionOf(ctx, request.policyVersionId);
        bytes += getDocumentSize(stored);
        had = stored;
        versions.set(request.policyVersionId, had);
      }
      cases.push({ request, draft, ...known, had });
    }
    if (cases.length === last) return { cases, cut: false };
    if (scanned === SCANNED_MAX || bytes > BYTES_MAX) return { cases, cut: true };
  }
  return { cases, cut: false };
}

async function newestDraft(ctx: QueryCtx, { _id, revision }: Doc<"requests">): Promise<Doc<"drafts">> {
  const draft = await ctx.db
    .query("drafts")
    .withIndex("by_requestId_and_revision", (q) => q.eq("requestId", _id).eq("revision", revision))
    .unique();
  if (draft === null) throw new Error(`Draft ${revision} of request ${_id} is missing.`);
  return draft;
}

async function requesterOf(
  ctx: QueryCtx,
  { requesterId }: Doc<"requests">,
): Promise<Pick<Case, "requester" | "groupIds">> {
  const requester = await personOf(ctx, requesterId);
  return { requester, groupIds: await groupIdsOf(ctx, requesterId) };
}

function compare(
  { request, draft, requester, groupIds, had }: Case,
  changed: Policy,
  directory: Directory,
  revokedRuleIds: ReadonlySet<string>,
): Row {
  const facts = factsOf({
    risk: request.triage?.risk ?? null,
    category: request.triage?.category ?? null,
    requester: { id: requester._id, groupIds, roles: requester.roles },
    action: draft.action,
  });
  const plan = (policy: Policy) =>
    planFor(policy, { requestId: request._id, facts, now: draft._creationTime, revokedRuleIds });
  const [before, after] = [plan(had.policy), plan(changed)];
  const effect = (of: Plan) =>
    effectOf(of, directory, { requesterId: requester._id, editorId: draft.editedBy ?? null, earlierApproverIds: [] });
  return {
    requestId: request._id,
    subject: request.input.subject,
    requester: requester.name,
    at: request._creationTime,
    version: had.version,
    before: effect(before),
    after: effect(after),
    stages: compareStages(stagesOf(before), stagesOf(after)),
  };
}

function stagesOf(plan: Plan): Stage[] {
  return plan.kind === "approved" ? [] : plan.stages;
}

/** Whether a request would have gone the same way. */
function isAlike({ before, after, stages }: Row): boolean {
  return before.kind === after.kind && stages.every(({ kind }) => kind === "same");
}
