// An agent asks, a person responds: the whole way on the desk, with the template model. Rule 29 of shared/review/README.md.

import { expect, it, vi } from "vitest";
import { api } from "../_generated/api";
import { DESK } from "./audit";
import { saveVersion } from "./policies";
import { customerReply } from "../playbooks/policy/customerReply";
import { sampleOf } from "../playbooks/testing.helper";
import type { Policy, Rule } from "../shared/policy/types";
import type { Verdict } from "../shared/records";
import {
  demoDesk,
  type Desk,
  openTask,
  pageOf,
  quietWithFakeTimers,
  refusal,
  seat,
  type Seat,
  setVariable,
  settle,
} from "../testing/desk.helper";
import { policy, stage } from "../testing/review.helper";

quietWithFakeTimers();

const HOUR_MS = 3_600_000;
const ANSWER = { kind: "requestChanges", feedback: "It is FH-20556, the one with the display." } as const;
const WANTED = { orderId: "FH-20556", amountCents: 7_200, to: sampleOf("refund", "which-order").from };

/** A desk on which the refund agent has asked which order is meant. */
async function asking(of: Policy = customerReply) {
  const desk = await demoDesk();
  await desk.run(async (ctx) => {
    await saveVersion(ctx, "refund", of, DESK);
  });
  const requester = await seat(desk, "requester");
  const priya = await seat(desk, "reviewer", 0);
  const { requestId } = await requester.mutation(api.requests.submit, {
    playbook: "refund",
    input: sampleOf("refund", "which-order"),
    submissionKey: "key",
  });
  await settle(desk);
  return { desk, requester, priya, requestId, task: await openTask(priya, requestId) };
}
type Asking = Awaited<ReturnType<typeof asking>>;

async function decide(desk: Desk, who: Seat, requestId: Asking["requestId"], verdict: Verdict) {
  await who.mutation(api.decisions.decide, { ...(await openTask(who, requestId)), verdict });
  await settle(desk);
}

it("29: asked, answered, the next draft uses the answer, and only that is approved and performed", async () => {
  const { desk, priya, requestId } = await asking();
  const asked = await pageOf(priya, requestId);
  expect(asked.draft).toMatchObject({
    revision: 1,
    action: { question: expect.stringMatching(/^Which order .* FH-20551 .* FH-20556 /) },
  });
  expect(asked.state).toMatchObject({ kind: "inReview", question: true });
  expect(asked.may).toMatchObject({ decide: true, answer: true, editApproves: false, delegate: true });
  expect(asked.may.approveNot).toMatch(/^This is a question/);
  expect(asked.stages).toMatchObject([{ name: "Review", quorum: "One of them answers" }]);

  await decide(desk, priya, requestId, ANSWER);
  const drafted = await pageOf(priya, requestId);
  expect((await priya.query(api.tasks.get, { taskId: asked.task?.taskId ?? "" }))?.draft?.revision).toBe(1);
  expect(drafted.draft).toMatchObject({ revision: 2, action: WANTED });
  expect(drafted.draft?.reasoning).toContain("a reviewer's answer");
  expect(drafted.state).toMatchObject({ kind: "inReview", question: false });
  expect(drafted.may).toMatchObject({ answer: false, approveNot: null });
  expect(drafted.request.round).toBe(2);

  await decide(desk, priya, requestId, { kind: "approve" });
  const done = await pageOf(priya, requestId);
  expect(done.state.kind).toBe("completed");
  expect(done.executions).toHaveLength(1);
  const texts = done.timeline.map(({ text }) => text);
  expect(texts).toContainEqual(expect.stringMatching(/^asked: Which order/));
  expect(texts).toContain("asked for an answer to question 1 (Review)");
  expect(texts).toContain(`answered question 1: ${ANSWER.feedback}`);
  expect(texts).toContain("answered the question");
  expect(texts).toContain("approved draft 2");
});

it("29: a draft sent back after an answer still knows the answer", async () => {
  const { desk, priya, requestId } = await asking();
  await decide(desk, priya, requestId, ANSWER);
  await decide(desk, priya, requestId, { kind: "requestChanges", feedback: "Make it shorter." });
  const { draft, drafts } = await pageOf(priya, requestId);
  expect(draft).toMatchObject({ revision: 3, action: WANTED });
  expect(JSON.stringify(draft?.action).length).toBeLessThan(JSON.stringify(drafts[1]?.action).length);
});

it("29: an answer with somebody else's order leads to no refund", async () => {
  const { desk, priya, requestId } = await asking();
  await decide(desk, priya, requestId, { ...ANSWER, feedback: "FH-20540" });
  const { state, drafts } = await pageOf(priya, requestId);
  expect(state).toMatchObject({ kind: "failed", reason: expect.stringMatching(/no order of the sender/) });
  expect(drafts).toHaveLength(1);
});

it("29: a question can be neither approved nor edited, and an answer must say something", async () => {
  const { priya, requestId, task } = await asking();
  const approved = refusal(priya.mutation(api.decisions.decide, { ...task, verdict: { kind: "approve" } }));
  expect(await approved).toMatchObject({ code: "isQuestion", message: expect.stringMatching(/^This is a question/) });
  const actions = [
    { question: "What else?" },
    { ...WANTED, reason: "defect", method: "voucher", message: "Hi." },
  ] as const;
  for (const action of actions) {
    const edited = refusal(priya.mutation(api.decisions.edit, { ...task, action }));
    expect(await edited).toMatchObject({ code: "isQuestion" });
  }
  const silent = { ...ANSWER, feedback: " " };
  expect(await refusal(priya.mutation(api.decisions.decide, { ...task, verdict: silent }))).toMatchObject({
    code: "feedbackRequired",
  });
  const { state, drafts, decisions } = await pageOf(priya, requestId);
  expect(state.kind).toBe("inReview");
  expect(drafts).toHaveLength(1);
  expect(decisions).toEqual([]);
});

it("29: an action cannot be edited into a question", async () => {
  const { desk, priya, requestId } = await asking();
  await decide(desk, priya, requestId, ANSWER);
  const task = await openTask(priya, requestId);
  const edited = refusal(priya.mutation(api.decisions.edit, { ...task, action: { question: "Which one?" } }));
  expect(await edited).toMatchObject({ code: "actionInvalid", message: expect.stringMatching(/^A question cannot/) });
});

it("29: nobody answers in time: rejected, also where the stage approves at its deadline, and nothing is performed", async () => {
  const { desk, priya, requestId } = await asking(policy([stage({ atDeadline: "approve" })]));
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  await settle(desk);
  const { state, executions, timeline } = await pageOf(priya, requestId);
  expect(state).toMatchObject({ kind: "rejected", by: { kind: "deadline" } });
  expect(executions).toEqual([]);
  expect(timeline.at(-1)?.text).toBe("rejected question 1: nobody answered before the deadline");
});

it("29: no rule approves a question, and only the first stage is asked, of which one is enough", async () => {
  const two = stage({ key: "two", name: "Two", quorum: { kind: "count", count: 2 } });
  const after = stage({ key: "after", name: "After" });
  const anything: Rule = {
    id: "anything",
    name: "Anything",
    when: [],
    leadsTo: { kind: "approve", until: Date.now() + 48 * HOUR_MS, samplePercent: 0, sampleStages: [] },
  };
  const { desk, priya, requestId } = await asking(policy([two, after], { rules: [anything] }));
  const { stages } = await pageOf(priya, requestId);
  expect(stages.map(({ name }) => name)).toEqual(["Two"]);
  await decide(desk, priya, requestId, ANSWER);
  const { state, draft } = await pageOf(priya, requestId);
  expect(draft?.action).toMatchObject(WANTED);
  expect(state.kind).toBe("completed");
});

it("29: undoing an answer brings the question back as it was, and nothing was drafted", async () => {
  const { desk, priya, requestId, task } = await asking();
  const before = (await pageOf(priya, requestId)).task;
  await setVariable("UNDO_WINDOW_MS", "60000");
  const { undoUntil } = await priya.mutation(api.decisions.decide, { ...task, verdict: ANSWER });
  expect(undoUntil).not.toBeNull();
  expect((await pageOf(priya, requestId)).state).toMatchObject({
    kind: "decided",
    outcome: "changesRequested",
    question: true,
  });
  await priya.mutation(api.decisions.undo, { requestId });
  await settle(desk);
  const after = await pageOf(priya, requestId);
  expect(after.state).toMatchObject({ kind: "inReview", question: true });
  expect(after.task).toEqual(before);
  expect(after.drafts).toHaveLength(1);
  expect(after.timeline.at(-1)?.text).toBe("took the answer to question 1 back");
});

it("29: rejecting a question ends the request", async () => {
  const { desk, priya, requestId, task } = await asking();
  const verdict = { kind: "reject", reason: "Ask the customer first." } as const;
  await priya.mutation(api.decisions.decide, { ...task, verdict });
  await settle(desk);
  expect((await pageOf(priya, requestId)).state).toMatchObject({ kind: "rejected", by: { reason: verdict.reason } });
});

it("29: who answers second is told who answered, and the inbox marks the question", async () => {
  const { desk, priya, requestId, task } = await asking();
  const tom = await seat(desk, "reviewer", 1);
  const queue = { paginationOpts: { cursor: null, numItems: 5 }, queue: "open" } as const;
  expect((await tom.query(api.tasks.inbox, queue)).page).toMatchObject([{ question: true }]);
  await decide(desk, priya, requestId, ANSWER);
  const late = refusal(tom.mutation(api.decisions.decide, { ...task, verdict: { ...ANSWER, feedback: "FH-20551" } }));
  expect(await late).toMatchObject({
    code: "alreadyDecided",
    outcome: "answered",
    message: expect.stringMatching(/answered this\. Your decision was not taken/),
  });
});
