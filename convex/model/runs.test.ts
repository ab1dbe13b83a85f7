// What happens when a process dies in the middle of an agent's or a connector's work. A canceled scheduled function
// stands for the death: in both cases the action has ended and nothing has reported.

import { expect, it, vi } from "vitest";
import { api, internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import {
  ALL,
  DANA,
  demoDesk,
  openTask,
  pageOf,
  quietWithFakeTimers,
  seat,
  settle,
  submitted,
  type Desk,
} from "../testing/desk.helper";

quietWithFakeTimers();

/** Ends the running attempt of a request's newest run before it starts, as a crash would. */
async function crash(desk: Desk, requestId: Id<"requests">): Promise<void> {
  await desk.run(async (ctx) => {
    const run = await ctx.db
      .query("runs")
      .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
      .order("desc")
      .first();
    if (run?.functionId === undefined || run.state.kind !== "running") throw new Error("Nothing is running.");
    await ctx.scheduler.cancel(run.functionId);
  });
}

it("an agent's death is noticed within seconds and its work is done again", async () => {
  const desk = await demoDesk();
  const requester = await seat(desk, "requester");
  const { requestId } = await requester.mutation(api.requests.submit, {
    playbook: "customerReply",
    input: DANA,
    submissionKey: "k",
  });
  await crash(desk, requestId);
  await settle(desk);
  const { state, drafts, timeline } = await pageOf(requester, requestId);
  expect(state.kind).toBe("inReview");
  expect(drafts).toHaveLength(1);
  expect(timeline.filter(({ kind }) => kind === "triaged")).toHaveLength(1);
});

it("an agent that dies three times rests the request as failed", async () => {
  const desk = await demoDesk();
  const requester = await seat(desk, "requester");
  const { requestId } = await requester.mutation(api.requests.submit, {
    playbook: "customerReply",
    input: DANA,
    submissionKey: "k",
  });
  for (let death = 1; death <= 3; death += 1) {
    await crash(desk, requestId);
    const { runId } = await desk.run(async (ctx) => {
      const run = await ctx.db
        .query("runs")
        .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
        .order("desc")
        .first();
      return { runId: run?._id ?? null };
    });
    if (runId !== null) await desk.mutation(internal.workflows.runs.watch, { runId, attempt: death });
  }
  await settle(desk);
  expect((await pageOf(requester, requestId)).state).toMatchObject({
    kind: "failed",
    step: "triage",
    reason: expect.stringContaining("3 times"),
  });
});

it("a try at performing that is cut off is unknown, and is repeated under the same key with one effect", async () => {
  const desk = await demoDesk();
  const [requester, reviewer] = [await seat(desk, "requester"), await seat(desk, "reviewer")];
  const requestId = await submitted(desk, requester);
  await reviewer.mutation(api.decisions.decide, {
    ...(await openTask(reviewer, requestId)),
    verdict: { kind: "approve" },
  });
  // One timer at a time, up to where the action is scheduled and has not started. (Its async twin fires what is due twice.)
  for (let i = 0; i < 100 && (await pageOf(requester, requestId)).state.kind !== "performing"; i += 1) {
    vi.advanceTimersToNextTimer();
    await desk.finishInProgressScheduledFunctions();
  }
  await crash(desk, requestId);
  await settle(desk);
  const { state, executions } = await pageOf(requester, requestId);
  expect(state.kind).toBe("completed");
  expect(executions[0]?.attempts.map(({ result }) => result.kind)).toEqual(["unknown", "ok"]);
  expect((await requester.query(api.outbox.list, ALL)).page).toHaveLength(1);
});

it("what has not the approved digest is not performed", async () => {
  const desk = await demoDesk();
  const [requester, reviewer] = [await seat(desk, "requester"), await seat(desk, "reviewer")];
  const requestId = await submitted(desk, requester);
  await reviewer.mutation(api.decisions.decide, {
    ...(await openTask(reviewer, requestId)),
    verdict: { kind: "approve" },
  });
  await desk.run(async (ctx) => {
    const draft = await ctx.db
      .query("drafts")
      .withIndex("by_requestId_and_revision", (q) => q.eq("requestId", requestId))
      .unique();
    if (draft !== null)
      await ctx.db.patch("drafts", draft._id, { action: { ...draft.action, refundAmountCents: 999_999 } });
  });
  await settle(desk);
  const { state } = await pageOf(requester, requestId);
  expect(state).toMatchObject({
    kind: "failed",
    step: "perform",
    reason: expect.stringContaining("nothing was performed"),
  });
  expect((await requester.query(api.outbox.list, ALL)).page).toEqual([]);
});
