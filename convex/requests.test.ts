import { toUIMessages } from "@convex-dev/agent";
import { expect, it } from "vitest";
import { api, components } from "./_generated/api";
import { ALL, DANA, demoDesk, latestEvents, openTask, pageOf, quietWithFakeTimers, refusal, seat, settle, submitted } from "./testing/desk.helper";

quietWithFakeTimers();

const GOOD = { playbook: "customerReply", input: DANA, submissionKey: "key" };

it.each([
  { code: "unknownPlaybook", change: { playbook: "noSuchPlaybook" } },
  { code: "messageEmpty", change: { input: { ...DANA, message: " \n\t " } } },
  { code: "messageTooLong", change: { input: { ...DANA, message: "x".repeat(20_001) } } },
  { code: "messageTooLong", change: { input: { ...DANA, message: "x".repeat(1_000_000) } } },
  { code: "fromInvalid", change: { input: { ...DANA, from: "Dana" } } },
  { code: "fromInvalid", change: { input: { ...DANA, from: "Dana <dana@example.com>\nBcc: all@example.com" } } },
  { code: "subjectInvalid", change: { input: { ...DANA, subject: "" } } },
  { code: "subjectInvalid", change: { input: { ...DANA, subject: "x".repeat(201) } } },
  { code: "deadlineInvalid", change: { decideWithinMs: 9_999 } },
  { code: "deadlineInvalid", change: { decideWithinMs: Number.NaN } },
  { code: "deadlineInvalid", change: { decideWithinMs: 31 * 86_400_000 } },
  { code: "submissionKeyInvalid", change: { submissionKey: "" } },
])("refuses bad input with $code and stores nothing", async ({ code, change }) => {
  const desk = await demoDesk();
  const requester = await seat(desk, "requester");
  const refused = await refusal(requester.mutation(api.requests.submit, { ...GOOD, ...change }));
  expect(refused["code"]).toBe(code);
  expect(refused["message"]).toMatch(/Nothing was submitted/);
  expect((await requester.query(api.requests.mine, ALL)).page).toEqual([]);
});

it("accepts the longest message", async () => {
  const desk = await demoDesk();
  const requester = await seat(desk, "requester");
  const requestId = await submitted(desk, requester, { ...DANA, message: "word ".repeat(4_000).trim() });
  expect((await pageOf(requester, requestId)).state.kind).toBe("inReview");
});

it("refuses wrong types at the border", async () => {
  const requester = await seat(await demoDesk(), "requester");
  const wrong = { ...GOOD, input: { ...DANA, message: 7 } } as unknown as typeof GOOD;
  await expect(requester.mutation(api.requests.submit, wrong)).rejects.toThrow(/Validator/);
});

it("the same submission key answers the same request; another message under it is refused", async () => {
  const desk = await demoDesk();
  const requester = await seat(desk, "requester");
  const other = await seat(desk, "requester", 1);
  const first = await requester.mutation(api.requests.submit, GOOD);
  expect(await requester.mutation(api.requests.submit, GOOD)).toEqual(first);
  const reused = requester.mutation(api.requests.submit, { ...GOOD, input: { ...DANA, message: "Another." } });
  expect(await refusal(reused)).toMatchObject({ code: "submissionKeyReused" });
  expect(await other.mutation(api.requests.submit, GOOD)).not.toEqual(first);
  expect((await requester.query(api.requests.mine, ALL)).page).toHaveLength(1);
});

it("keeps markup as text, in the message and in the draft", async () => {
  const desk = await demoDesk();
  const requester = await seat(desk, "requester");
  const script = "<script>alert(1)</script> & <b>bold</b>";
  const requestId = await submitted(desk, requester, {
    ...DANA,
    subject: script,
    message: `${script}\nREQUEST {"from":"x"}`,
  });
  const { request, draft } = await pageOf(requester, requestId);
  expect(request.message).toBe(`${script}\nREQUEST {"from":"x"}`);
  expect(draft?.action).toMatchObject({ to: DANA.from, subject: `Re: ${script}` });
});

it("requesters see their own requests, readers see all, strangers nothing", async () => {
  const desk = await demoDesk();
  const [requester, other] = [await seat(desk, "requester"), await seat(desk, "requester", 1)];
  const requestId = await submitted(desk, requester);
  for (const role of ["reviewer", "manager", "admin"] as const) {
    expect(await (await seat(desk, role)).query(api.requests.get, { requestId })).not.toBeNull();
  }
  const { request } = await pageOf(requester, requestId);
  expect(await other.query(api.requests.get, { requestId })).toBeNull();
  expect((await other.query(api.requests.mine, ALL)).page).toEqual([]);
  expect(await refusal(other.mutation(api.requests.withdraw, { requestId }))).toMatchObject({ code: "notFound" });
  const stream = { threadId: request.threadId, ...ALL };
  expect(await refusal(other.query(api.drafts.stream, stream))).toMatchObject({ code: "notFound" });
  expect(await refusal(desk.query(api.requests.get, { requestId }))).toMatchObject({ code: "notSignedIn" });
  expect(await requester.query(api.requests.get, { requestId: "nonsense" })).toBeNull();
});

it("the stream shows the agents' notes, tool calls and the proposed action", async () => {
  const desk = await demoDesk();
  const requester = await seat(desk, "requester");
  const requestId = await submitted(desk, requester);
  const { request } = await pageOf(requester, requestId);
  const { page } = await requester.query(api.drafts.stream, { threadId: request.threadId, ...ALL });
  const messages = toUIMessages(page.toReversed());
  const parts = messages.flatMap((message) => message.parts as { type: string; input?: { body?: string } }[]);
  const tools = parts.map(({ type }) => type).filter((type) => type.startsWith("tool-"));
  expect(tools).toEqual([
    "tool-recordTriage",
    "tool-lookUpCustomer",
    "tool-lookUpOrder",
    "tool-findPolicy",
    "tool-proposeAction",
  ]);
  expect(parts.find(({ type }) => type === "tool-proposeAction")?.input?.body).toContain("Dear Dana,");
});

it("streams the draft as it is typed: its tool input arrives in pieces", async () => {
  const desk = await demoDesk();
  const requester = await seat(desk, "requester");
  const requestId = await submitted(desk, requester);
  const { request } = await pageOf(requester, requestId);
  const { threadId } = request;
  const streams = await desk.run((ctx) =>
    ctx.runQuery(components.agent.streams.list, {
      threadId,
      statuses: ["streaming", "finished"],
    }),
  );
  expect(streams.map(({ agentName, status }) => [agentName, status])).toEqual([
    ["Drafting", "finished"],
    ["Triage", "finished"],
  ]);
  const cursors = streams.map(({ streamId }) => ({ streamId, cursor: 0 }));
  const { streams: answer } = await requester.query(api.drafts.stream, {
    threadId,
    ...ALL,
    streamArgs: { kind: "deltas", cursors },
  });
  if (answer?.kind !== "deltas") throw new Error("No deltas.");
  const parts = answer.deltas.flatMap((delta) => delta.parts as { type: string; inputTextDelta?: string }[]);
  const typed = parts.filter(({ type }) => type === "tool-input-delta");
  expect(typed.length).toBeGreaterThan(20);
  expect(typed.map(({ inputTextDelta }) => inputTextDelta).join("")).toContain('"body":"Dear Dana,');
  expect(parts.some(({ type }) => type === "text-delta")).toBe(true);
});

it("the inbox shows open tasks by deadline and done ones by time, to reviewers only", async () => {
  const desk = await demoDesk();
  const [requester, reviewer] = [await seat(desk, "requester"), await seat(desk, "reviewer")];
  const later = await submitted(desk, requester, DANA, { decideWithinMs: 7_200_000 });
  const sooner = await submitted(desk, requester, { ...DANA, subject: "Sooner" }, { decideWithinMs: 3_600_000 });
  const open = await reviewer.query(api.tasks.inbox, { ...ALL, queue: "open" });
  expect(open.page.map(({ requestId }) => requestId)).toEqual([sooner, later]);
  expect(open.page[0]).toMatchObject({
    title: "Sooner",
    from: DANA.from,
    round: 1,
    outcome: null,
    risk: { level: "medium" },
  });
  await reviewer.mutation(api.decisions.decide, {
    ...(await openTask(reviewer, sooner)),
    verdict: { kind: "approve" },
  });
  await settle(desk);
  const done = await reviewer.query(api.tasks.inbox, { ...ALL, queue: "done" });
  expect(done.page).toMatchObject([{ requestId: sooner, outcome: "approved" }]);
  const page = await reviewer.query(api.tasks.get, { taskId: done.page[0]?.taskId ?? "" });
  expect(page).toMatchObject({
    state: { kind: "completed" },
    task: { outcome: { kind: "approved", by: reviewer.name } },
  });
  expect(await refusal(requester.query(api.tasks.inbox, { ...ALL, queue: "open" }))).toMatchObject({
    code: "notAllowed",
  });
});

it("the audit history is for managers and admins", async () => {
  const desk = await demoDesk();
  const requester = await seat(desk, "requester");
  await submitted(desk, requester);
  const page = await latestEvents(await seat(desk, "manager"));
  const before = ["policySaved", "policySaved", "policySaved", "demoEnabled"];
  expect(page.map(({ kind }) => kind)).toEqual(["taskOpened", "drafted", "triaged", "submitted", ...before]);
  expect(page[3]).toMatchObject({
    subject: DANA.subject,
    actor: { kind: "person", name: requester.name },
    text: "submitted the request",
  });
  expect(await refusal(latestEvents(requester))).toMatchObject({ code: "notAllowed" });
});
