import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { isLoopback, isOwnAddress } from "../shared/account/homes";
import { deskError } from "../shared/errors";
import type { Role } from "../shared/roles";
import { DESK, record } from "./audit";
import { demoPolicies } from "../playbooks/policy/index";
import { join, setRoles } from "./memberships";
import { peopleChanged } from "./people";
import { saveVersion } from "./policies";
import { endSessions } from "./sessions";

/** The demo workspace's people: a company called Fernhill that sells plant sensors. Any mail address is made up. */
const PEOPLE: { name: string; title: string; initials: string; roles: Role[] }[] = [
  { name: "Maya Okafor", title: "Customer support", initials: "MO", roles: ["requester"] },
  { name: "Jonas Brandt", title: "Customer support", initials: "JB", roles: ["requester"] },
  { name: "Lucía Ferrer", title: "Shop assistant", initials: "LF", roles: ["requester"] },
  { name: "Priya Raman", title: "Support lead", initials: "PR", roles: ["reviewer"] },
  { name: "Tom Hallberg", title: "Senior support", initials: "TH", roles: ["reviewer"] },
  { name: "Aiko Mori", title: "Billing specialist", initials: "AM", roles: ["reviewer"] },
  { name: "Helen Marsh", title: "Head of customer care", initials: "HM", roles: ["manager"] },
  { name: "David Chen", title: "Compliance manager", initials: "DC", roles: ["manager"] },
  { name: "Samira Nasser", title: "Desk administrator", initials: "SN", roles: ["admin"] },
];

/** Its departments, by the initials of who is in them. David Chen decides for the legal department first. */
const GROUPS = {
  finance: { name: "Finance", members: ["AM", "DC"] },
  legal: { name: "Legal", members: ["DC", "SN"] },
  press: { name: "Press office", members: ["HM", "PR"] },
} as const;
const COUNSEL = "DC";

/** How the desk is run; a desk nobody has set up is not a demo. */
export async function deskMode(ctx: QueryCtx): Promise<{ demo: boolean }> {
  return (await ctx.db.query("desk").unique()) ?? { demo: false };
}

/** The demo people who are here while demo mode is on, otherwise none. */
export async function demoPeople(ctx: QueryCtx): Promise<Doc<"people">[]> {
  if (!(await deskMode(ctx)).demo) return [];
  const people = await ctx.db
    .query("people")
    .withIndex("by_demo", (q) => q.eq("demo", true))
    .take(PEOPLE.length);
  return people.filter(({ removedAt }) => removedAt === undefined);
}

/** Throws `demoBeyondLoopback` where the deployment or the dashboard has an address beyond this machine (rule D1). */
export function checkDemoHome(): void {
  for (const name of ["CONVEX_CLOUD_URL", "CONVEX_SITE_URL", "SITE_URL"]) {
    const url = process.env[name];
    if (url !== undefined && url !== "" && !isLoopback(url)) throw deskError("demoBeyondLoopback");
  }
}

/** Throws `demoBeyondLoopback` for a call that is known to come from another machine (D1). */
export async function checkDemoCaller(ctx: MutationCtx): Promise<void> {
  const { ip } = await ctx.meta.getRequestMetadata();
  if (ip !== null && !isOwnAddress(ip)) throw deskError("demoBeyondLoopback");
}

/**
 * Switches demo mode on where the desk is empty. Throws `demoNotEmpty` otherwise, and `demoBeyondLoopback`; on a demo desk it is
 * a no-op.
 */
export async function enableDemo(ctx: MutationCtx): Promise<{ people: number }> {
  checkDemoHome();
  const mode = await ctx.db.query("desk").unique();
  if (mode?.demo === true) return { people: PEOPLE.length };
  const real =
    (await ctx.db.query("people").first()) ??
    (await ctx.db.query("users").first()) ??
    (await ctx.db.query("requests").first());
  if (mode !== null || real !== null) throw deskError("demoNotEmpty");
  await ctx.db.insert("desk", { demo: true });
  const ids = new Map<string, Id<"people">>();
  for (const person of PEOPLE) {
    const userId = await ctx.db.insert("users", { name: person.name });
    const personId = await ctx.db.insert("people", { ...person, userId, demo: true });
    await setRoles(ctx, personId, person.roles);
    ids.set(person.initials, personId);
  }
  await record(ctx, undefined, DESK, { kind: "demoEnabled" });
  const idOf = (initials: string): Id<"people"> => {
    const id = ids.get(initials);
    if (id === undefined) throw new Error(`Nobody of the demo is ${initials}.`);
    return id;
  };
  const group = async ({ name, members }: (typeof GROUPS)[keyof typeof GROUPS]): Promise<Id<"groups">> => {
    const groupId = await ctx.db.insert("groups", { name });
    for (const initials of members) await join(ctx, groupId, idOf(initials));
    return groupId;
  };
  const policies = demoPolicies(Date.now(), {
    finance: await group(GROUPS.finance),
    legal: await group(GROUPS.legal),
    press: await group(GROUPS.press),
    counsel: idOf(COUNSEL),
  });
  for (const [playbook, policy] of Object.entries(policies)) await saveVersion(ctx, playbook, policy, DESK);
  return { people: PEOPLE.length };
}

/**
 * Ends demo mode for good: its people are removed, their sessions end, and what they did stays. Real people can be added then.
 * Throws `notDemo`.
 */
export async function leaveDemo(ctx: MutationCtx): Promise<void> {
  const mode = await ctx.db.query("desk").unique();
  if (mode?.demo !== true) throw deskError("notDemo");
  const people = await demoPeople(ctx);
  await ctx.db.patch("desk", mode._id, { demo: false });
  await record(ctx, undefined, DESK, { kind: "demoLeft" });
  for (const person of people) {
    if (person.removedAt === undefined) await ctx.db.patch("people", person._id, { removedAt: Date.now() });
    await endSessions(ctx, DESK, person);
  }
  await peopleChanged(ctx);
}
