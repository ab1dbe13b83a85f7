// Who sees what (rules P1 to P6 of convex/README.md), through the functions that screens call.

import { describe, expect, it, vi } from "vitest";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { ALL, DANA, quietWithFakeTimers, refusal, seat, type Seat, settle, submitted } from "../testing/desk.helper";
import { setRoles } from "./memberships";
import { approve, cast, group, inForce, policy, reviewing, stage } from "../testing/review.helper";

quietWithFakeTimers();

const HOUR_MS = 3_600_000;
const inbox = async (who: Seat, queue: "open" | "done" = "open") =>
  (await who.query(api.tasks.inbox, { ...ALL, queue })).page.map(({ requestId }) => requestId);
const sees = async (who: Seat, requestId: Id<"requests">) =>
  (await who.query(api.requests.get, { requestId })) !== null;
const groupStage = (groupId: string, change: Parameters<typeof stage>[0] = {}) =>
  stage({ candidates: [{ kind: "group", groupId }], ...change });

/** A request that asks one group, in which only Priya is. */
async function forPriyasGroup() {
  let groupId: Id<"groups"> | undefined;
  const on = await reviewing(async ({ desk, priya }) => {
    groupId = await group(desk, "Plants", [priya]);
    return policy([groupStage(groupId)]);
  });
  if (groupId === undefined) throw new Error("There is no group.");
  return { ...on, groupId };
}

it("P1: managers and admins read every request, a requester their own only", async () => {
  const { desk, requester, helen, samira, requestId } = await forPriyasGroup();
  for (const who of [requester, helen, samira]) expect(await sees(who, requestId)).toBe(true);
  expect(await sees(await seat(desk, "requester", 1), requestId)).toBe(false);
});

it("P5: for a reviewer whom no stage asks, a request of another group does not exist", async () => {
  const { desk, tom, priya, requestId, task } = await forPriyasGroup();
  const threadId = await desk.run(async (ctx) => (await ctx.db.get("requests", requestId))?.threadId ?? "");
  expect(await sees(tom, requestId)).toBe(false);
  expect(await tom.query(api.tasks.get, { taskId: task.taskId })).toBeNull();
  const calls = [
    () => tom.query(api.drafts.stream, { threadId, ...ALL }),
    () => tom.mutation(api.decisions.comment, { requestId, text: "Hello?" }),
    () => tom.mutation(api.tasks.snooze, { taskId: task.taskId, until: Date.now() + HOUR_MS }),
    () => tom.mutation(api.decisions.decide, { ...task, verdict: { kind: "approve" } }),
    () => tom.mutation(api.decisions.delegate, { taskId: task.taskId, toId: priya.id }),
    () => tom.mutation(api.decisions.escalate, { taskId: task.taskId, reason: "Too much." }),
    () => tom.mutation(api.decisions.undo, { requestId }),
  ];
  for (const call of calls) expect(await refusal(call())).toMatchObject({ code: "notFound" });
});

it("P6: lists hold what a person may see: the inbox, what is done, the outbox", async () => {
  const { desk, tom, priya, helen, requestId } = await forPriyasGroup();
  expect(await inbox(tom)).toEqual([]);
  for (const who of [priya, helen]) expect(await inbox(who)).toEqual([requestId]);
  await approve(priya, requestId);
  await settle(desk);
  const outbox = async (who: Seat) => (await who.query(api.outbox.list, ALL)).page.map((row) => row.requestId);
  expect([await inbox(tom, "done"), await outbox(tom)]).toEqual([[], []]);
  for (const who of [priya, helen]) {
    expect([await inbox(who), await inbox(who, "done"), await outbox(who)]).toEqual([[], [requestId], [requestId]]);
  }
});

it("P4: joining and leaving a group holds at once, for what waits and for what is over", async () => {
  const { desk, tom, priya, samira, requestId, groupId } = await forPriyasGroup();
  const member = { groupId, personId: tom.id };
  await samira.mutation(api.groups.addMember, member);
  expect([await inbox(tom), await sees(tom, requestId)]).toEqual([[requestId], true]);
  await samira.mutation(api.groups.removeMember, member);
  expect([await inbox(tom), await sees(tom, requestId)]).toEqual([[], false]);
  await approve(priya, requestId);
  await settle(desk);
  await samira.mutation(api.groups.addMember, member);
  expect([await inbox(tom, "done"), await sees(tom, requestId)]).toEqual([[requestId], true]);
});

it("P3: who decided still reads the request after leaving the group, as long as they are a reviewer", async () => {
  const { desk, priya, samira, requestId, groupId } = await forPriyasGroup();
  await approve(priya, requestId);
  await settle(desk);
  await samira.mutation(api.groups.removeMember, { groupId, personId: priya.id });
  expect(await sees(priya, requestId)).toBe(true);
  expect((await priya.query(api.outbox.list, ALL)).page).toHaveLength(1);
  await desk.run((ctx) => setRoles(ctx as MutationCtx, priya.id, ["requester"]));
  expect(await sees(priya, requestId)).toBe(false);
});

it("P2: a delegate reads what they were handed", async () => {
  const { priya, tom, requestId, task } = await forPriyasGroup();
  await priya.mutation(api.decisions.delegate, { taskId: task.taskId, toId: tom.id });
  expect([await inbox(tom), await sees(tom, requestId)]).toEqual([[requestId], true]);
  expect(await sees(priya, requestId)).toBe(true);
});

describe("P2: who stands in for a colleague", () => {
  const away = async (who: Seat, delegate: Seat, inMs = 0) => {
    const from = Date.now() + inMs;
    await who.mutation(api.people.setAbsence, { from, until: from + HOUR_MS / 2, delegateId: delegate.id });
  };

  it("reads what asks the colleague while the absence lasts, along the chain of delegates", async () => {
    const { priya, tom, aiko, requestId } = await forPriyasGroup();
    await away(priya, tom);
    expect([await inbox(tom), await sees(tom, requestId)]).toEqual([[requestId], true]);
    await away(tom, aiko);
    expect([await inbox(aiko), await sees(aiko, requestId)]).toEqual([[requestId], true]);
    await priya.mutation(api.people.endAbsence, {});
    for (const who of [tom, aiko]) expect([await inbox(who), await sees(who, requestId)]).toEqual([[], false]);
  });

  it("not before it begins nor after it is over; both write a row, so that open screens look again", async () => {
    const { desk, priya, tom, requestId } = await forPriyasGroup();
    await away(priya, tom, HOUR_MS / 4);
    const row = async () => await desk.run(async (ctx) => await ctx.db.query("absences").unique());
    expect([await sees(tom, requestId), (await row())?.begun]).toEqual([false, undefined]);
    await vi.advanceTimersByTimeAsync(HOUR_MS / 4);
    await settle(desk);
    expect([await sees(tom, requestId), (await row())?.begun]).toEqual([true, true]);
    await vi.advanceTimersByTimeAsync(HOUR_MS / 2);
    await settle(desk);
    expect([await sees(tom, requestId), await row()]).toEqual([false, null]);
  });
});

it("P2: a later stage's people read it from when that stage opens, and those of the first go on reading it", async () => {
  const { desk, priya, tom, requestId } = await reviewing(async ({ desk: on, priya: first, tom: second }) => {
    const [a, b] = [await group(on, "First", [first]), await group(on, "Second", [second])];
    return policy([groupStage(a, { key: "a" }), groupStage(b, { key: "b", name: "Second" })]);
  });
  expect(await sees(tom, requestId)).toBe(false);
  await approve(priya, requestId);
  await settle(desk);
  expect([await inbox(tom), await sees(tom, requestId)]).toEqual([[requestId], true]);
  expect([await inbox(priya), await inbox(priya, "done"), await sees(priya, requestId)]).toEqual([
    [],
    [requestId],
    true,
  ]);
});

it("P2: those of a ladder's step read it from when the step joins", async () => {
  const minutes = 10;
  const { desk, tom, requestId } = await reviewing(async ({ desk: on, priya: first, tom: later }) => {
    const [a, b] = [await group(on, "First", [first]), await group(on, "Later", [later])];
    const after = { kind: "elapsed", minutes } as const;
    return policy([groupStage(a, { ladder: [{ after, who: [{ kind: "group", groupId: b }] }] })]);
  });
  expect(await sees(tom, requestId)).toBe(false);
  await vi.advanceTimersByTimeAsync(minutes * 60_000 + 1_000);
  await desk.finishInProgressScheduledFunctions();
  expect([await inbox(tom), await sees(tom, requestId)]).toEqual([[requestId], true]);
});

describe("P6: a list in pages", () => {
  /** A desk on which `many` tasks ask Priya: every other one by her group too. */
  async function listed(many: number) {
    const on = await cast();
    const groupId = await group(on.desk, "Plants", [on.priya]);
    await inForce(on.desk, policy([groupStage(groupId)]));
    const requestId = await submitted(on.desk, on.requester, DANA);
    await on.desk.run(async (plain) => {
      const ctx = plain as MutationCtx;
      const first = await ctx.db.query("tasks").first();
      if (first === null) throw new Error("There is no task.");
      const { _id, _creationTime, ...row } = first;
      for (let i = 1; i < many; i += 1) {
        const dueAt = row.dueAt + Math.floor(i / 3);
        const of = await ctx.db.insert("tasks", { ...row, number: i, dueAt });
        const keys = [`person:${on.priya.id}`, ...(i % 2 === 0 ? [`group:${groupId}`] : [])];
        for (const key of keys) await ctx.db.insert("listings", { list: "open", key, at: dueAt, of });
      }
    });
    return { ...on, requestId, groupId };
  }

  const page = async (who: Seat, numItems: number, cursor: string | null, endCursor?: string) => {
    const paginationOpts = { numItems, cursor, ...(endCursor === undefined ? {} : { endCursor }) };
    return await who.query(api.tasks.inbox, { queue: "open", paginationOpts });
  };

  it("holds each task once, in order, and ends", async () => {
    const { desk, priya } = await listed(20);
    const all: { taskId: Id<"tasks">; dueAt: number }[] = [];
    let cursor: string | null = null;
    for (let isDone = false; !isDone;) {
      const result: Awaited<ReturnType<typeof page>> = await page(priya, 7, cursor);
      all.push(...result.page);
      ({ isDone, continueCursor: cursor } = result);
    }
    const stored = await desk.run(async (ctx) => await ctx.db.query("tasks").collect());
    expect(new Set(all.map(({ taskId }) => taskId))).toEqual(new Set(stored.map(({ _id }) => _id)));
    expect(all).toHaveLength(20);
    const due = all.map(({ dueAt }) => dueAt);
    expect(due).toEqual(due.toSorted((a, b) => a - b));
  });

  it("a page with an end holds what came between, and the next goes on from there", async () => {
    const { desk, priya, samira } = await listed(12);
    const first = await page(priya, 5, null);
    const second = await page(priya, 5, first.continueCursor);
    // Another task comes at the very beginning, and one of the first page goes.
    await desk.run(async (plain) => {
      const ctx = plain as MutationCtx;
      const [early] = await ctx.db.query("tasks").collect();
      if (early === undefined) throw new Error("There is no task.");
      const { _id, _creationTime, ...row } = early;
      const dueAt = row.dueAt - 1;
      const of = await ctx.db.insert("tasks", { ...row, number: 99, dueAt });
      await ctx.db.insert("listings", { list: "open", key: `person:${priya.id}`, at: dueAt, of });
    });
    const grown = await page(priya, 5, null, first.continueCursor);
    expect(grown.page).toHaveLength(6);
    expect(grown.continueCursor).toBe(first.continueCursor);
    const again = await page(priya, 5, grown.continueCursor);
    expect(again.page.map(({ taskId }) => taskId)).toEqual(second.page.map(({ taskId }) => taskId));
    const halves = [
      await page(priya, 5, null, grown.splitCursor ?? ""),
      await page(priya, 5, grown.splitCursor ?? "", first.continueCursor),
    ];
    expect(halves.flatMap((half) => half.page)).toEqual(grown.page);
    // A cursor of somebody who reads the table itself begins again.
    const foreign = (await page(samira, 5, null)).continueCursor;
    await expect(page(priya, 5, foreign)).rejects.toMatchObject({
      data: { isConvexSystemError: true, paginationError: "InvalidCursor" },
    });
  });
});
