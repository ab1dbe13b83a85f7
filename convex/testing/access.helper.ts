// A desk with somebody for every way of standing to a request, and how one call of one of them comes out. What a mutation did
// is taken back, so that every call meets the same desk.

import type { FunctionReference } from "convex/server";
import { api } from "../_generated/api";
import type { Doc, Id, TableNames } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { seatPerson } from "../model/accounts";
import { DESK } from "../model/audit";
import { SESSION_TOTAL_MS } from "../model/sessions";
import schema from "../schema";
import { deskErrorOf } from "../shared/errors";
import type { Policy } from "../shared/policy/types";
import { sent } from "./attachments.helper";
import { DANA, type Desk, openTask, seat, type Seat, setVariable, settle, subjectOf, submitted } from "./desk.helper";
import { contents, engine, textOf } from "./engine.helper";
import { approve, cast, group, inForce, policy, stage } from "./review.helper";

/** Who calls, in the order of the table's columns. The desk's request was asked for by `requester` and asks `reviewer`'s group. */
export const WHO = [
  "stranger",
  "requester",
  "otherRequester",
  "reviewer",
  "otherReviewer",
  "manager",
  "admin",
  "deactivated",
] as const;
export type Who = (typeof WHO)[number];

/** How a call comes out: allowed; denied with an error; or an answer that holds nothing, or a change that changed nothing. */
export type Cell = "y" | "-" | "0";

type Caller = Pick<Desk, "query" | "mutation" | "action" | "fetch">;
export type World = Awaited<ReturnType<typeof prepared>>;

/** The desk that every call of the table meets. */
export async function prepared() {
  const on = await cast();
  const { desk, requester, priya, tom, aiko, helen, samira } = on;
  const otherRequester = await seat(desk, "requester", 1);
  const [asked, others] = [await group(desk, "Asked", [priya, aiko]), await group(desk, "Others", [tom])];
  const asking = (groupId: Id<"groups">): Policy => policy([stage({ candidates: [{ kind: "group", groupId }] })]);

  await inForce(desk, asking(others));
  await submitted(desk, otherRequester, { ...DANA, subject: "Of others" });
  await inForce(desk, asking(asked));
  const done = await submitted(desk, requester, { ...DANA, subject: "Done" });
  await approve(priya, done);
  await settle(desk);
  const attachmentId = await sent(requester, "notes.txt", "What is in the file.");
  const requestId = await submitted(desk, requester, DANA, { attachments: [attachmentId] });
  await setVariable("UNDO_WINDOW_MS", "60000");
  const decided = await submitted(desk, requester, { ...DANA, subject: "Decided" });
  await approve(priya, decided);
  const task = await openTask(priya, requestId);

  const view = { of: "requests", filter: {} } as const;
  const saved = { name: "Mine", view, shared: false };
  const { viewId: ownView } = await helen.mutation(api.savedViews.save, saved);
  const { viewId: sharedView } = await helen.mutation(api.savedViews.save, { ...saved, shared: true });
  const { exportId } = await helen.mutation(api.exports.begin, { view, format: "csv" });
  const found = await desk.run(async (plain) => {
    const ctx = plain as MutationCtx;
    const invited = await seatPerson(ctx, DESK, {
      name: "Ivo Invited",
      email: "ivo@example.com",
      title: "",
      roles: ["reviewer"],
    });
    const message = await ctx.db.query("outboxMessages").first();
    const request = await ctx.db.get("requests", requestId);
    const session = async (userId: Id<"users">) =>
      await ctx.db.insert("authSessions", { userId, expirationTime: Date.now() + SESSION_TOTAL_MS });
    const userOf = async (personId: Id<"people">) => (await ctx.db.get("people", personId))?.userId as Id<"users">;
    // Deactivated, with a session that nobody ended.
    await ctx.db.patch("people", aiko.id, { removedAt: Date.now() });
    return {
      invitedId: invited._id,
      messageId: message?._id as Id<"outboxMessages">,
      threadId: request?.threadId ?? "",
      draft: (await ctx.db.query("drafts").collect()).find((row) => row.requestId === requestId) as Doc<"drafts">,
      priyasSession: await session(await userOf(priya.id)),
    };
  });
  const seats: Record<Exclude<Who, "stranger">, Seat> = {
    requester,
    otherRequester,
    reviewer: priya,
    otherReviewer: tom,
    manager: helen,
    admin: samira,
    deactivated: aiko,
  };
  const callers = new Map<Who, Caller>();
  for (const who of WHO) callers.set(who, who === "stranger" ? desk : await callerOf(desk, seats[who].id));
  const { policy: inForceNow, version } = await policyOf(helen);
  return {
    ...seats,
    ...task,
    ...found,
    desk,
    callers,
    requestId,
    done,
    decided,
    asked,
    others,
    view,
    ownView,
    sharedView,
    exportId,
    attachmentId,
    policy: inForceNow,
    version,
  };
}

async function policyOf(manager: Seat) {
  const page = await manager.query(api.policies.get, { playbook: "customerReply" });
  if (page === null) throw new Error("There is no policy.");
  return page;
}

async function callerOf(desk: Desk, personId: Id<"people">): Promise<Caller> {
  return desk.withIdentity({ subject: await subjectOf(desk, personId) });
}

/** What a call came to. `code` is the desk's error, null where there was none. */
export type Came = { code: string | null; result: unknown; changed: boolean };

type Fn = FunctionReference<"query" | "mutation", "public", Record<string, unknown>, unknown>;

/**
 * Calls a query or mutation for real. What it did is taken back, but not for a denied one, so that whoever looks at the desk
 * afterwards sees what it changed. `first` makes the desk another one for the call. Anything but a desk error is thrown.
 */
export async function tried(
  { desk }: World,
  caller: Caller,
  fn: Fn,
  args: Record<string, unknown>,
  isMutation: boolean,
  first: ((ctx: MutationCtx) => Promise<void>) | undefined,
): Promise<Came> {
  const prior = first === undefined ? null : await rowsOf(desk);
  if (first !== undefined) await desk.run(async (ctx) => await first(ctx as MutationCtx));
  const made = first === undefined ? null : await contentsOf(desk);
  try {
    let changed = false;
    const came = await outcome(async () => {
      if (!isMutation) return await caller.query(fn as FunctionReference<"query">, args);
      changed = await engine.attempt(caller, fn as FunctionReference<"mutation">, args);
      return null;
    });
    if (came.code !== null && made !== null) changed = (await contentsOf(desk)) !== made;
    return { ...came, changed };
  } finally {
    if (prior !== null) await putBack(desk, prior);
  }
}

type Row = { table: TableNames; row: Doc<TableNames> };

/** Every row of every table. */
async function rowsOf(desk: Desk): Promise<Row[]> {
  return await desk.run(async (ctx) => {
    const rows: Row[] = [];
    for (const table of Object.keys(schema.tables) as TableNames[]) {
      rows.push(...(await ctx.db.query(table).collect()).map((row) => ({ table, row })));
    }
    return rows;
  });
}

/** Takes back what was inserted or changed since. */
async function putBack(desk: Desk, prior: readonly Row[]): Promise<void> {
  const before = new Map(prior.map(({ row }) => [row._id as string, row]));
  const now = await rowsOf(desk);
  await desk.run(async (ctx) => {
    for (const { table, row } of now) {
      const old = before.get(row._id);
      if (old === undefined) await ctx.db.delete(table, row._id);
      else if (textOf(old) !== textOf(row)) await ctx.db.replace(table, row._id, old);
    }
  });
}

/** What the desk holds: every row of every table, and what is scheduled. */
export async function contentsOf(desk: Desk): Promise<string> {
  return await desk.run(async (ctx) => await contents(ctx as MutationCtx));
}

/** Runs an action for real, with a session of its own. What it changed stays. */
export async function triedAction(world: World, who: Who, run: (caller: Caller) => Promise<unknown>): Promise<Came> {
  const caller = who === "stranger" ? world.desk : await callerOf(world.desk, world[who].id);
  const before = await contentsOf(world.desk);
  const came = await outcome(() => run(caller));
  return { ...came, changed: (await contentsOf(world.desk)) !== before };
}

async function outcome(run: () => Promise<unknown>): Promise<{ code: string | null; result: unknown }> {
  try {
    return { code: null, result: await run() };
  } catch (error) {
    const known = deskErrorOf(error);
    if (known === null) throw error;
    return { code: known.code, result: null };
  }
}

/** Whether an answer holds nothing: null, an empty list or an empty page. */
export function holdsNothing(result: unknown): boolean {
  if (result === null) return true;
  if (Array.isArray(result)) return result.length === 0;
  return typeof result === "object" && "page" in result && Array.isArray(result.page) && result.page.length === 0;
}
