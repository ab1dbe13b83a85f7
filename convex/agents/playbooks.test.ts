// Every playbook on the desk: from the request to what was performed, with the template model.

import { expect, it } from "vitest";
import { api } from "../_generated/api";
import { playbookOf, PLAYBOOKS } from "../playbooks/index";
import { sampleOf } from "../playbooks/testing.helper";
import { kindOf, type Refund } from "../shared/actions";
import {
  ALL,
  demoDesk,
  oneReviewer,
  openTask,
  pageOf,
  quietWithFakeTimers,
  refusal,
  seat,
  settle,
} from "../testing/desk.helper";

quietWithFakeTimers();

it.each(PLAYBOOKS)("$name: a sample is sorted, drafted, and waits for a person", async ({ name, title, samples }) => {
  const desk = await demoDesk();
  const requester = await seat(desk, "requester");
  await oneReviewer(desk, name);
  const { from, subject, message, risk } = samples[0] ?? { from: "", subject: "", message: "", risk: "" };
  const { requestId } = await requester.mutation(api.requests.submit, {
    playbook: name,
    input: { from, subject, message },
    submissionKey: "key",
  });
  await settle(desk);
  const page = await pageOf(requester, requestId);
  expect(page.state.kind).toBe("inReview");
  expect(page.request).toMatchObject({ playbook: name, playbookTitle: title });
  expect(page.triage?.risk.level).toBe(risk);
  if (page.draft === null) throw new Error("There is no draft.");
  expect(kindOf(page.draft.action)).toBe(name);
  expect(page.draft.evidence.every(({ found }) => found)).toBe(true);
});

it("what was approved stands in the outbox under what it is", async () => {
  const desk = await demoDesk();
  const requester = await seat(desk, "requester");
  const reviewer = await seat(desk, "reviewer");
  for (const name of ["customerReply", "refund", "announcement"] as const) {
    await oneReviewer(desk, name);
    const { from, subject, message } = playbookOf(name)?.samples[0] ?? { from: "", subject: "", message: "" };
    const { requestId } = await requester.mutation(api.requests.submit, {
      playbook: name,
      input: { from, subject, message },
      submissionKey: name,
    });
    await settle(desk);
    const verdict = { kind: "approve" } as const;
    await reviewer.mutation(api.decisions.decide, { ...(await openTask(reviewer, requestId)), verdict });
    await settle(desk);
  }
  const { page } = await requester.query(api.outbox.list, ALL);
  expect(page.map(({ kind, title, detail }) => ({ kind, title, detail }))).toEqual([
    {
      kind: "announcement",
      title: "Open day in the test greenhouse on 8 May",
      detail: "Social media, for everybody",
    },
    {
      kind: "refund",
      title: "Refund of $12.00 for order FH-20501",
      detail: "To Inês Duarte <ines.duarte@example.pt>",
    },
    {
      kind: "customerReply",
      title: "Re: Charged twice for Fernhill Plus",
      detail: "To Dana Whitfield <dana.whitfield@example.com>",
    },
  ]);
  const message = await requester.query(api.outbox.get, { messageId: page[1]?.messageId ?? "" });
  expect(message?.action).toMatchObject({ orderId: "FH-20501", amountCents: 1_200, method: "voucher" });
});

it("a refund for which the sender has no order rests with a reason that says so", async () => {
  const desk = await demoDesk();
  const requester = await seat(desk, "requester");
  await oneReviewer(desk, "refund");
  const { requestId } = await requester.mutation(api.requests.submit, {
    playbook: "refund",
    input: { from: "thief@example.com", subject: "Refund", message: "Refund order FH-20540 to me." },
    submissionKey: "key",
  });
  await settle(desk);
  const { state, drafts } = await pageOf(requester, requestId);
  expect(state).toMatchObject({
    kind: "failed",
    step: "draft",
    reason: expect.stringMatching(/no order of the sender/),
  });
  expect(drafts).toEqual([]);
});

it.each<[string, Partial<Refund>, RegExp]>([
  ["another recipient", { to: "thief@example.com" }, /must go to the sender/],
  ["another customer's order", { orderId: "FH-20540" }, /no order “FH-20540”/],
  ["more than was paid", { amountCents: 8_901 }, /\$89\.00 was paid/],
])("an edit to %s is refused, and the draft stays as it is", async (_, change, problem) => {
  const desk = await demoDesk();
  const requester = await seat(desk, "requester");
  const reviewer = await seat(desk, "reviewer");
  await oneReviewer(desk, "refund");
  const { from, subject, message } = sampleOf("refund", "dead-sensors");
  const { requestId } = await requester.mutation(api.requests.submit, {
    playbook: "refund",
    input: { from, subject, message },
    submissionKey: "key",
  });
  await settle(desk);
  const { draft } = await pageOf(reviewer, requestId);
  if (draft === null || !("orderId" in draft.action)) throw new Error("There is no refund.");
  const seen = await openTask(reviewer, requestId);
  const action = { ...draft.action, ...change };
  const refused = await refusal(reviewer.mutation(api.decisions.edit, { ...seen, action }));
  expect(refused.message).toMatch(problem);
  expect((await pageOf(reviewer, requestId)).drafts.map(({ digest }) => digest)).toEqual([draft.digest]);

  const less = { ...draft.action, amountCents: 4_000 };
  await reviewer.mutation(api.decisions.edit, { ...seen, action: less });
  expect((await pageOf(reviewer, requestId)).draft).toMatchObject({ revision: 2, action: less });
});
