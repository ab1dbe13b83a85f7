// What a policy would have done to requests the desk has had: a rehearsal that changes nothing.

import { getDocumentSize, type Infer } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { playbookOf } from "../playbooks/index";
import { firstPolicyOf } from "../playbooks/policy/index";
import { isQuestion } from "../shared/actions";
import { deskError } from "../shared/errors";
import { compareStages, effectOf } from "../shared/policy/compare";
import { type Plan, planFor } from "../shared/policy/evaluate";
import { factsOf } from "../shared/policy/fields";
import { withKeys } from "../shared/policy/issuedKeys";
import type { Directory } from "../shared/policy/quorum";
import type { Policy, Stage } from "../shared/policy/types";
import { directoryOf, namedBy } from "./directory";
import { draftOf } from "./drafts";
import { groupIdsOf } from "./memberships";
import { currentVersion, revokedRuleIds } from "./policies";
import { problemsOf } from "./policyEditing";
import type { vDryRun } from "./policyViews";
import { named } from "./rows";

/** Requests one dry run looks at. */
export const DRY_RUN_MAX = 200;
/** Requests that are read to find those with a draft. */
const SCANNED_MAX = 2 * DRY_RUN_MAX;
/** Requests that are read at a time. */
const BATCH = 25;
/**
 * Bytes of requests, drafts and versions after which no more are read. One query may read 16 MiB: the rest is for one batch more,
 * and for the people around them.
 */
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
 * requests of a playbook whose newest draft is an action. Both are asked about the newest draft as of the time it was
 * made, with the rules revoked and the people there are today. Throws `dryRunInvalid`, and `policyInvalid` with `problems`.
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

/** The newest requests with a draft, as many as asked for and as fit into one query; read batch by batch. */
async function casesOf(ctx: QueryCtx, playbook: string, last: number): Promise<{ cases: Case[]; cut: boolean }> {
  const requesters = remembered((id: Id<"people">) => requesterOf(ctx, id));
  let bytes = 0;
  const versions = remembered(async (id: Id<"policyVersions">) => {
    const version = await named(ctx, "policyVersions", id);
    bytes += getDocumentSize(version);
    return version;
  });
  const cases: Case[] = [];
  let before = Number.POSITIVE_INFINITY;
  for (let scanned = 0; scanned < SCANNED_MAX && bytes < BYTES_MAX; scanned += BATCH) {
    const requests = await ctx.db
      .query("requests")
      .withIndex("by_playbook", (q) => q.eq("playbook", playbook).lt("_creationTime", before))
      .order("desc")
      .take(BATCH);
    const drafted = await Promise.all(
      requests
        .filter(({ revision }) => revision > 0)
        .map(async (request) => ({ request, draft: await draftOf(ctx, request._id, request.revision) })),
    );
    // A question is nothing that rules could look at: its action is still to come.
    const acting = drafted.filter(({ draft }) => !isQuestion(draft.action)).slice(0, last - cases.length);
    const batch = await Promise.all(
      acting.map(async ({ request, draft }) => ({
        request,
        draft,
        had: await versions(request.policyVersionId),
        ...(await requesters(request.requesterId)),
      })),
    );
    cases.push(...batch);
    if (cases.length === last || requests.length < BATCH) return { cases, cut: false };
    for (const document of [...requests, ...drafted.map(({ draft }) => draft)]) bytes += getDocumentSize(document);
    before = requests.at(-1)?._creationTime ?? before;
  }
  return { cases, cut: true };
}

/** Reads each thing once. */
function remembered<Key, Value>(read: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const known = new Map<Key, Promise<Value>>();
  return (key) => {
    const value = known.get(key) ?? read(key);
    known.set(key, value);
    return value;
  };
}

async function requesterOf(ctx: QueryCtx, id: Id<"people">): Promise<Pick<Case, "requester" | "groupIds">> {
  return { requester: await named(ctx, "people", id), groupIds: await groupIdsOf(ctx, id) };
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
