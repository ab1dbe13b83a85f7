// Policies as the screens show them.

import type { Infer } from "convex/values";
import type { Doc } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { type Playbook, PLAYBOOKS, playbookOf } from "../playbooks/index";
import { ruleFieldsOf } from "../playbooks/policy/fields";
import { firstPolicyOf } from "../playbooks/policy/index";
import type { Policy } from "../shared/policy/types";
import { READERS } from "../shared/roles";
import { actorName } from "./audit";
import { isActive, MEMBERS_MAX, namedBy } from "./directory";
import { currentVersion, revokedRuleIds, storedVersion } from "./policies";
import type { vNames, vPolicyPage, vPolicyRow, vPolicyVersion } from "./policyViews";

/** Earlier versions that a page lists. */
const VERSIONS_MAX = 50;
/** People and groups that pickers offer. */
export const NAMES_MAX = 200;

type Row = Infer<typeof vPolicyRow>;

/** Every playbook with the version of its policy that is in force. */
export async function policyRows(ctx: QueryCtx): Promise<Row[]> {
  return await Promise.all(
    PLAYBOOKS.map(async (playbook) => rowOf(ctx, playbook, await currentVersion(ctx, playbook.name))),
  );
}

/** A playbook's policy in force with its earlier versions, or null where there is no such playbook. */
export async function policyPage(ctx: QueryCtx, name: string): Promise<Infer<typeof vPolicyPage> | null> {
  const playbook = playbookOf(name);
  if (playbook === null) return null;
  const current = await currentVersion(ctx, name);
  const versions = await ctx.db
    .query("policyVersions")
    .withIndex("by_playbook_and_version", (q) => q.eq("playbook", name))
    .order("desc")
    .take(VERSIONS_MAX);
  return {
    ...(await versionView(ctx, playbook, current, current?.policy ?? firstPolicyOf(name, Date.now()))),
    versions: await Promise.all(
      versions.map(async ({ version, savedBy, _creationTime }) => ({
        version,
        savedBy: await actorName(ctx, savedBy),
        savedAt: _creationTime,
      })),
    ),
  };
}

/** One stored version, or null where there is none. */
export async function policyVersion(
  ctx: QueryCtx,
  name: string,
  version: number,
): Promise<Infer<typeof vPolicyVersion> | null> {
  const playbook = playbookOf(name);
  if (playbook === null) return null;
  const stored = await storedVersion(ctx, name, version);
  return stored === null ? null : await versionView(ctx, playbook, stored, stored.policy);
}

async function versionView(
  ctx: QueryCtx,
  playbook: Playbook,
  stored: Doc<"policyVersions"> | null,
  policy: Policy,
): Promise<Infer<typeof vPolicyVersion>> {
  return {
    ...(await rowOf(ctx, playbook, stored)),
    policy,
    fields: ruleFieldsOf(playbook.name),
    revokedRuleIds: [...(await revokedRuleIds(ctx, playbook.name))],
    gone: await goneOf(ctx, policy),
  };
}

async function rowOf(ctx: QueryCtx, playbook: Playbook, stored: Doc<"policyVersions"> | null): Promise<Row> {
  return {
    playbook: playbook.name,
    title: playbook.title,
    description: playbook.description,
    version: stored?.version ?? 1,
    savedBy: await actorName(ctx, stored?.savedBy ?? { kind: "desk" }),
    savedAt: stored?._creationTime ?? null,
  };
}

async function goneOf(ctx: QueryCtx, { stages }: Policy): Promise<{ id: string; name: string }[]> {
  const ids = new Set(namedBy(stages).flatMap((who) => (who.kind === "person" ? [who.personId] : [])));
  const gone: { id: string; name: string }[] = [];
  for (const id of ids) {
    const personId = ctx.db.normalizeId("people", id);
    const person = personId === null ? null : await ctx.db.get("people", personId);
    if (person !== null && !isActive(person)) gone.push({ id, name: person.name });
  }
  return gone;
}

/** People who may decide, and groups with those of their members who may: what a policy can name. */
export async function policyNames(ctx: QueryCtx): Promise<Infer<typeof vNames>> {
  const people = new Map<string, Doc<"people">>();
  for (const role of READERS) {
    const rows = await ctx.db
      .query("memberships")
      .withIndex("by_of_and_personId", (q) => q.eq("of", role))
      .take(NAMES_MAX);
    for (const { personId } of rows) {
      if (people.has(personId) || people.size === NAMES_MAX) continue;
      const person = await ctx.db.get("people", personId);
      if (person !== null && isActive(person)) people.set(personId, person);
    }
  }
  const groups = await ctx.db.query("groups").take(NAMES_MAX);
  return {
    people: [...people.values()]
      .map(({ _id, name, title, initials, roles }) => ({ id: _id, name, title, initials, roles }))
      .sort((a, b) => a.name.localeCompare(b.name)),
    groups: await Promise.all(groups.map(async (group) => groupView(ctx, group, people))),
  };
}

async function groupView(ctx: QueryCtx, { _id, name }: Doc<"groups">, people: ReadonlyMap<string, Doc<"people">>) {
  const rows = await ctx.db
    .query("memberships")
    .withIndex("by_of_and_personId", (q) => q.eq("of", _id))
    .take(MEMBERS_MAX);
  return { id: _id, name, memberIds: rows.flatMap(({ personId }) => (people.has(personId) ? [personId] : [])) };
}
