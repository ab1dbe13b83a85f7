// Saving a policy: checked against who there is and what the playbook has, stored as the next version, or refused with
// what is wrong at which field.

import { getConvexSize } from "convex/values";
import type { Doc } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { playbookOf } from "../playbooks/index";
import { ruleFieldsOf } from "../playbooks/policy/fields";
import { deskError } from "../shared/errors";
import { checkPolicy, type Surroundings } from "../shared/policy/check";
import { whoOf } from "../shared/policy/checkRules";
import { isSame } from "../shared/policy/compare";
import type { Field } from "../shared/policy/fields";
import { versionOfRuleId, withKeys } from "../shared/policy/issuedKeys";
import { keyOf } from "../shared/policy/keys";
import type { Policy, Who } from "../shared/policy/types";
import type { Problem } from "../shared/time/problem";
import { record } from "./audit";
import { directoryOf, namedBy } from "./directory";
import { revokedRuleIds, saveVersion, storedVersion, versionInForce } from "./policies";

/** Largest policy, in bytes as Convex counts them: half of what one document can hold. */
const POLICY_BYTES_MAX = 500_000;
/** Different people, and groups, that one policy can name: what one transaction can look up. */
const PEOPLE_MAX = 200;
const GROUPS_MAX = 50;

type Draft = { playbook: string; policy: Policy; basedOn: number };

/**
 * Saves a policy as the next version; `basedOn` is the version it was made from. The same again, and what changes
 * nothing, saves nothing and answers the version in force. Throws `policyInvalid` with `problems`, `policyChanged` with
 * the `version` in force.
 */
export async function savePolicy(ctx: MutationCtx, person: Doc<"people">, draft: Draft): Promise<{ version: number }> {
  const { playbook, policy, basedOn } = draft;
  if (playbookOf(playbook) === null) throw deskError("notFound");
  const current = await versionInForce(ctx, playbook);
  const revoked = await revokedRuleIds(ctx, playbook);
  const problems = [
    ...(await problemsOf(ctx, playbook, policy, Date.now())),
    ...policy.rules.flatMap((rule, i) => {
      const was = current.policy.rules.find(({ id }) => id === rule.id);
      if (!revoked.has(rule.id) || was === undefined || isSame(was, rule)) return [];
      return [
        { field: `rules[${i}]`, reason: "This rule was revoked and cannot be changed. Remove it, or make a new one." },
      ];
    }),
  ];
  if (problems.length > 0) throw deskError("policyInvalid", { problems });
  if (isSame(policy, current.policy)) return { version: current.version };
  if (current.version !== basedOn) {
    if (await isRepeated(ctx, person, draft, current)) return { version: current.version };
    throw deskError("policyChanged", { version: current.version });
  }
  const stored = withKeys(policy, current.policy, current.version + 1);
  const { version } = await saveVersion(ctx, playbook, stored, { kind: "person", personId: person._id });
  return { version };
}

/** Whether this very save has already become the version in force: the answer to the first call got lost. */
async function isRepeated(
  ctx: QueryCtx,
  person: Doc<"people">,
  { playbook, policy, basedOn }: Draft,
  { version, savedBy, policy: stored }: Doc<"policyVersions">,
): Promise<boolean> {
  if (version !== basedOn + 1 || savedBy.kind !== "person" || savedBy.personId !== person._id) return false;
  const before = await storedVersion(ctx, playbook, basedOn);
  return before !== null && isSame(withKeys(policy, before.policy, version), stored);
}

/** Everything wrong with a policy of a playbook at `now` (ms since 1970), by field; [] when it can be saved. */
export async function problemsOf(ctx: QueryCtx, playbook: string, policy: Policy, now: number): Promise<Problem[]> {
  if (!isWellFormed(policy)) throw deskError("textInvalid");
  if (getConvexSize(policy) > POLICY_BYTES_MAX) return [{ field: "rules", reason: "The policy is too large to keep." }];
  const fields = ruleFieldsOf(playbook);
  const named = namedIn(policy, fields);
  const people = named.filter(({ kind }) => kind === "person").length;
  const groups = named.filter(({ kind }) => kind === "group").length;
  if (people > PEOPLE_MAX) return [{ field: "stages", reason: `The policy names more than ${PEOPLE_MAX} people.` }];
  if (groups > GROUPS_MAX) return [{ field: "stages", reason: `The policy names more than ${GROUPS_MAX} groups.` }];
  return checkPolicy(policy, await surroundingsOf(ctx, named, fields, now));
}

async function surroundingsOf(
  ctx: QueryCtx,
  named: readonly Who[],
  fields: readonly Field[],
  now: number,
): Promise<Surroundings> {
  const names = new Map<string, string>();
  for (const who of named) {
    const name = await nameOf(ctx, who);
    if (name !== null) names.set(keyOf(who), name);
  }
  const directory = await directoryOf(ctx, named, []);
  return { directory, nameOf: (who) => names.get(keyOf(who)) ?? null, fields, now };
}

async function nameOf(ctx: QueryCtx, who: Who): Promise<string | null> {
  switch (who.kind) {
    case "person": {
      const id = ctx.db.normalizeId("people", who.personId);
      return id === null ? null : ((await ctx.db.get("people", id))?.name ?? null);
    }
    case "group": {
      const id = ctx.db.normalizeId("groups", who.groupId);
      return id === null ? null : ((await ctx.db.get("groups", id))?.name ?? null);
    }
    case "role":
      return who.role;
    default:
      return who satisfies never;
  }
}

/** Everybody whom stages and conditions name, each once. */
function namedIn({ stages, rules }: Policy, fields: readonly Field[]): Who[] {
  const kinds = new Map(fields.flatMap(({ path, type }) => (type.kind === "ids" ? [[path, type.of] as const] : [])));
  const compared = rules.flatMap(({ when }) =>
    when.flatMap(({ anyOf }) =>
      anyOf.flatMap((comparison) => {
        const of = kinds.get(comparison.field);
        return of === undefined || comparison.kind !== "member" ? [] : comparison.values.map((id) => whoOf(of, id));
      }),
    ),
  );
  return [...new Map([...namedBy(stages), ...compared].map((who) => [keyOf(who), who])).values()];
}

function isWellFormed(part: unknown): boolean {
  if (typeof part === "string") return part.isWellFormed();
  return typeof part !== "object" || part === null || Object.values(part).every(isWellFormed);
}

/**
 * Stops a rule that approves without a person, at once and for requests of every version. Again: a no-op. Throws
 * `notFound` for a rule there never was, `ruleNotApproving` for one that asks people.
 */
export async function revokeRule(
  ctx: MutationCtx,
  person: Doc<"people">,
  { playbook, ruleId }: { playbook: string; ruleId: string },
): Promise<void> {
  if (playbookOf(playbook) === null) throw deskError("notFound");
  const current = await versionInForce(ctx, playbook);
  const first = await storedVersion(ctx, playbook, versionOfRuleId(ruleId));
  // A rule may have been changed since it came; versions between these two are not looked at.
  const rules = [current, first].flatMap((version) => version?.policy.rules.filter(({ id }) => id === ruleId) ?? []);
  const rule = rules.find(({ leadsTo }) => leadsTo.kind === "approve");
  if (rule === undefined) throw deskError(rules.length === 0 ? "notFound" : "ruleNotApproving");
  if (await isRevoked(ctx, playbook, ruleId)) return;
  await ctx.db.insert("revokedRules", { playbook, ruleId, personId: person._id });
  const actor = { kind: "person", personId: person._id } as const;
  await record(ctx, undefined, actor, { kind: "ruleRevoked", playbook, ruleId, rule: rule.name });
}

async function isRevoked(ctx: QueryCtx, playbook: string, ruleId: string): Promise<boolean> {
  const row = await ctx.db
    .query("revokedRules")
    .withIndex("by_playbook_and_ruleId", (q) => q.eq("playbook", playbook).eq("ruleId", ruleId))
    .unique();
  return row !== null;
}
