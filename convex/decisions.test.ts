import { expect, it, vi } from "vitest";
import { api } from "./_generated/api";
import {
  demoDesk,
  openTask,
  pageOf,
  quietWithFakeTimers,
  refusal,
  seat,
  settle,
  submitted,
  type Desk,
} from "./testing/desk.helper";

quietWithFakeTimers();

async function inReview(desk: Desk, more?: { decideWithinMs: number }) {
  const requester = await seat(desk, "requester");
  const [first, second] = [await seat(desk, "reviewer", 0), await seat(desk, "reviewer", 1)];
  const requestId = await submitted(desk, requester, undefined, more);
  return { requester, first, second, requestId, task: await openTask(first, requestId) };
}

it("needs a reason to reject and words to send back", async () => {
  const { first, task, requestId } = await inReview(await demoDesk());
  const decide = (verdict: Parameters<typeof first.mutation<typeof api.decisions.decide>>[1]["verdict"]) =>
    refusal(first.mutation(api.decisions.decide, { ...task, verdict }));
  expect(await decide({ kind: "reject", reason: " \n " })).toMatchObject({ code: "reasonRequired" });
  expect(await decide({ kind: "requestChanges", feedback: "" })).toMatchObject({ code: "feedbackRequired" });
  expect(await decide({ kind: "reject", reason: "x".repeat(2_001) })).toMatchObject({ code: "noteTooLong" });
  expect((await pageOf(first, requestId)).state.kind).toBe("inReview");
});

it("refuses a stale digest and a stale revision with the current ones", async () => {
  const { first, task } = await inReview(await demoDesk());
  const current = { code: "staleDraft", currentRevision: 1, currentDigest: task.digest };
  const verdict = { kind: "approve" } as const;
  expect(
    await refusal(first.mutation(api.decisions.decide, { ...task, digest: "0".repeat(64), verdict })),
  ).toMatchObject(current);
  expect(await refusal(first.mutation(api.decisions.decide, { ...task, revision: 2, verdict }))).toMatchObject(current);
});

it("two opposite decisions sent together: one wins, the other is told which", async () => {
  const desk = await demoDesk();
  const { first, second, requestId, task } = await inReview(desk);
  const results = await Promise.allSettled([
    first.mutation(api.decisions.decide, { ...task, verdict: { kind: "approve" } }),
    second.mutation(api.decisions.decide, { ...task, verdict: { kind: "reject", reason: "Too generous." } }),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const approved = results[0]?.status === "fulfilled";
  const loser = results.find((result) => result.status === "rejected");
  expect(loser?.reason.data).toMatchObject({
    code: "alreadyDecided",
    winner: approved ? first.name : second.name,
    outcome: approved ? "approved" : "rejected",
  });
  await settle(desk);
  const { timeline, decisions, state } = await pageOf(first, requestId);
  expect(decisions).toHaveLength(1);
  expect(timeline.filter(({ kind }) => kind === "decided")).toHaveLength(1);
  expect(state.kind).toBe(approved ? "completed" : "rejected");
});

it("a double click answers the same and is recorded once", async () => {
  const desk = await demoDesk();
  const { first, requestId, task } = await inReview(desk);
  const call = { ...task, verdict: { kind: "approve" } } as const;
  expect(await first.mutation(api.decisions.decide, call)).toEqual({ outcome: "approved", undoUntil: null });
  expect(await first.mutation(api.decisions.decide, call)).toEqual({ outcome: "approved", undoUntil: null });
  await settle(desk);
  expect(await first.mutation(api.decisions.decide, call)).toEqual({ outcome: "approved", undoUntil: null });
  const { decisions, executions } = await pageOf(first, requestId);
  expect([decisions.length, executions.length]).toEqual([1, 1]);
});

it("nobody decides their own request", async () => {
  const desk = await demoDesk();
  const { requester, requestId, task } = await inReview(desk);
  await desk.run(async (ctx) => {
    await ctx.db.patch("people", requester.id, { roles: ["requester", "reviewer"] });
  });
  const refused = await refusal(requester.mutation(api.decisions.decide, { ...task, verdict: { kind: "approve" } }));
  expect(refused).toMatchObject({ code: "ownRequest" });
  expect((await pageOf(requester, requestId)).may.decide).toBe(false);
});

it("only those whom the stage asks decide, and only who may read requests gets that far", async () => {
  const desk = await demoDesk();
  const { requester, task } = await inReview(desk);
  const manager = await seat(desk, "manager");
  const call = { ...task, verdict: { kind: "approve" } } as const;
  expect(await refusal(requester.mutation(api.decisions.decide, call))).toMatchObject({ code: "notAllowed" });
  expect(await refusal(manager.mutation(api.decisions.decide, call))).toMatchObject({ code: "notAsked" });
  expect(await refusal(desk.mutation(api.decisions.decide, call))).toMatchObject({ code: "notSignedIn" });
});

it("after the deadline a decision is refused even before the deadline's function has run", async () => {
  const desk = await demoDesk();
  const { first, task, requestId } = await inReview(desk, { decideWithinMs: 60_000 });
  vi.setSystemTime(Date.now() + 60_001);
  const late = await refusal(first.mutation(api.decisions.decide, { ...task, verdict: { kind: "approve" } }));
  expect(late).toMatchObject({ code: "deadlinePassed", winner: "The deadline" });
  await vi.advanceTimersByTimeAsync(60_000);
  await settle(desk);
  expect((await pageOf(first, requestId)).state).toMatchObject({ kind: "rejected", by: { kind: "deadline" } });
});
