import { expect, it } from "vitest";
import { actionProblem } from "../../shared/actions";
import { auditText } from "../../shared/audit/event";
import { riskLevel, type Step } from "../../shared/records";
import { customerReplyAgent } from "../../playbooks/customerReply/agent";
import { replyTo } from "../../playbooks/customerReply/offline";
import { SAMPLES } from "../../playbooks/customerReply/samples";
import { SCALE } from "../../playbooks/customerReply/signs";
import { addressOf } from "../../playbooks/input";
import { findPolicies } from "../../playbooks/policies";
import { findCustomer, findOrder } from "../../playbooks/records";
import { wordsOf } from "../proposal";
import { classify } from "./classify";
import { changesFrom, type Changes } from "./feedback";
import { knowledgeFrom, orderNumberIn } from "./knowledge";
import { templateModel } from "./model";

const { actionOf, draftOf, schema } = customerReplyAgent.drafting.proposal;

const EXPECTED: Record<string, string> = {
  "double-charge": "billing",
  furious: "complaint",
  "legal-threat": "legal",
  "refund-request": "refund",
  praise: "praise",
  accessibility: "accessibility",
  "data-deletion": "privacy",
  injection: "security",
  chargeback: "chargeback",
  "lost-parcel": "delivery",
  outage: "outage",
  "sales-question": "sales",
};

function answersFor(sample: { from: string; subject: string; message: string }) {
  const email = addressOf(sample.from);
  const number = orderNumberIn(sample);
  const { category } = classify(SCALE, sample);
  return [
    { tool: "lookUpCustomer", value: findCustomer(email) ?? { notFound: "" } },
    ...(number === null ? [] : [{ tool: "lookUpOrder", value: findOrder(email, number) ?? { notFound: "" } }]),
    { tool: "findPolicy", value: findPolicies(category) },
  ];
}

function reply(sample: { from: string; subject: string; message: string }, feedback: string[] = []) {
  const answers = answersFor(sample);
  const input = replyTo(sample, classify(SCALE, sample).category, knowledgeFrom(answers), changesFrom(feedback));
  return { input, answers };
}

it.each(SAMPLES.map((sample) => ({ id: sample.id, sample })))(
  "sorts the sample $id as people would",
  ({ id, sample }) => {
    const { category, riskScore } = classify(SCALE, sample);
    expect(category).toBe(EXPECTED[id]);
    expect(riskLevel(riskScore)).toBe(sample.risk);
  },
);

it.each(SAMPLES.map((sample) => ({ id: sample.id, sample })))(
  "drafts a valid, supported reply to the sample $id",
  ({ sample }) => {
    const { input, answers } = reply(sample);
    const parsed = schema.parse(input);
    expect(actionProblem("customerReply", actionOf(sample, parsed))).toBeNull();
    const texts = new Map(answers.map(({ tool, value }) => [tool, wordsOf(value)]));
    texts.set("message", sample.message);
    const { evidence } = draftOf(sample, parsed, texts, { provider: "template", model: "template-1" });
    expect(evidence.length).toBeGreaterThanOrEqual(2);
    expect(evidence.filter(({ found }) => !found)).toEqual([]);
  },
);

it("twelve samples give twelve different bodies and more than three resolutions or teams", () => {
  const replies = SAMPLES.map((sample) => reply(sample).input);
  expect(SAMPLES).toHaveLength(12);
  expect(new Set(replies.map(({ body }) => body.split("\n").slice(1).join())).size).toBe(12);
  expect(
    new Set(replies.map(({ resolution, escalateTo }) => `${resolution} ${escalateTo ?? ""}`)).size,
  ).toBeGreaterThan(4);
});

it("the reply to an attempt to steer the desk repeats nothing of it", () => {
  const sample = SAMPLES.find(({ id }) => id === "injection");
  const { input } = reply(sample ?? { from: "", subject: "", message: "" });
  expect(input).toMatchObject({ resolution: "escalate", escalateTo: "security" });
  expect(input.body).not.toMatch(/settlement|http|Castellano|4,800/i);
  expect(input.refundAmountCents).toBeUndefined();
});

it("says nothing about an order that is not the sender's", () => {
  const { input } = reply({ from: "x@example.com", subject: "Order", message: "Please refund order FH-20377 to me." });
  expect(input.resolution).toBe("answer");
  expect(input.body).not.toContain("64.90");
});

const SAMPLE = {
  from: "Mei Tanaka <mei.tanaka@example.org>",
  subject: "Return",
  message: "May I return order FH-20455? It is unopened.",
};

it.each<[string, RegExp | null, RegExp | null]>([
  ["Make it shorter", null, /try again/],
  ["Please mention the 14-day voucher", /Please also note: the 14-day voucher\./, null],
  ["Add that our shop is closed on Monday.", /Our shop is closed on Monday\.|our shop is closed on Monday\./i, null],
  ["Offer her a free cactus", /offer you a free cactus\./, null],
  ["Please apologise first", /accept our apologies/, null],
  ["More formal, please", /Dear Mei Tanaka,[^]*Yours sincerely/, null],
  ["Be warmer", /Hello Mei,[^]*Warm wishes/, null],
  ["No refund here", null, /\$49\.50/],
  ["Refund $20 only", /refunding \$20\.00/, /\$49\.50/],
  ["Escalate to legal", /legal team/, /\$49\.50/],
  ["Refund only $1,234.50", /refunding \$1,234\.50/, /\$49\.50/],
  ["Do not apologize.", null, /sorry|apolog/i],
  [
    "Please mention that she can reply to this message with a photo.",
    /You can reply to this message with a photo\./,
    null,
  ],
])("feedback “%s” shows in the next draft", (feedback, has, lacks) => {
  const before = reply(SAMPLE).input;
  const after = reply(SAMPLE, [feedback]).input;
  expect(after.body).not.toBe(before.body);
  if (has !== null) expect(after.body).toMatch(has);
  if (lacks !== null) expect(after.body).not.toMatch(lacks);
  expect(actionProblem("customerReply", actionOf(SAMPLE, after))).toBeNull();
  expect(after.reasoning).toContain("After the review");
});

const NONE = changesFrom([]);

it.each<[string, Partial<Changes>]>([
  ["Refund only $1,234.50", { refund: { cents: 123_450 } }],
  ["Refund $12,50.", { refund: { cents: 1_250 } }],
  ["Refund $12.5", { refund: { cents: 1_250 } }],
  ["Refund $1.234,50", { refund: { cents: 123_450 } }],
  ["Refund $1,234,567.", { refund: { cents: 123_456_700 } }],
  ["Refund 20 dollars", { refund: { cents: 2_000 } }],
  ["Refund order FH-20455", { refund: { cents: "full" } }],
  ["Offer a refund of $20", { refund: { cents: 2_000 } }],
  [
    "Don't refund the full amount, only $20",
    { refund: { cents: 2_000 }, notUnderstood: ["Don't refund the full amount"] },
  ],
  ["A refund is not needed.", { refund: "none" }],
  ["Do not apologize.", { apologize: false }],
  ["Don’t apologise", { apologize: false }],
  ["Don't say sorry", { apologize: false }],
  ["Remove the apology", { apologize: false }],
  ["Don't forget to apologize", { apologize: true }],
  ["Say sorry", { apologize: true }],
  ["Say we are sorry for the delay", { additions: ["We are sorry for the delay."] }],
  ["Add an apology", { apologize: true }],
  ["Please apologise first.", { apologize: true }],
  ["Please don't be so formal", { tone: "warm" }],
  ["Less formal", { tone: "warm" }],
  ["Too formal.", { tone: "warm" }],
  ["Not formal enough", { tone: "formal" }],
  ["Too friendly", { tone: "formal" }],
  ["It sounds cold.", { tone: "warm" }],
  ["Make it warm, not formal", { tone: "warm" }],
  ["Make it shorter and apologize.", { shorter: true, apologize: true }],
  ["Shorter, and more formal.", { shorter: true, tone: "formal" }],
  ["Make it warmer and shorter", { shorter: true, tone: "warm" }],
  ["Not so formal and shorter", { shorter: true, tone: "warm" }],
  ["No refund, escalate to billing", { refund: "none", escalateTo: "billing" }],
  ["No refund and no apology", { refund: "none", apologize: false }],
  ["Don't apologize or refund", { refund: "none", apologize: false }],
  ["Don't apologize, refund, or be formal", { refund: "none", apologize: false, tone: "warm" }],
  ["Don't apologize and refund", { apologize: false, notUnderstood: ["refund"] }],
  [
    "Don't refund or apologize, mention the voucher",
    { refund: "none", apologize: false, additions: ["Please also note: the voucher."] },
  ],
  ["Refund $20, not $30", { refund: { cents: 2_000 }, notUnderstood: ["not $30"] }],
  ["Do not apologize and make it shorter", { apologize: false, shorter: true }],
  ["Mention that we are closed, and make it shorter", { additions: ["We are closed."], shorter: true }],
  ["Shorter, mention the voucher", { additions: ["Please also note: the voucher."], shorter: true }],
  ["Mention the refund policy", { additions: ["Please also note: the refund policy."] }],
  ["Thanks! Shorter, please.", { shorter: true }],
])("understands “%s”", (feedback, wanted) => {
  expect(changesFrom([feedback])).toEqual({ ...NONE, ...wanted });
});

it.each([
  "The cat sat on the mat",
  "This customer is a known fraudster, and his dog too",
  "Do not mention the refund",
  "Don't tell her about the voucher",
  "Refund half",
  "Refund 20",
  "Refund $1.234",
  "Don't refund more than $20",
  "She already got a refund",
  "Why a refund?",
  "The refund is too high",
  "There is no apology",
  "This is not professional",
  "Explain why we can't refund",
  "Escalate to the manager",
  "Do not escalate",
  "Make it longer",
  "👎",
])("tells the reviewer, and not the customer, that it did not understand “%s”", (feedback) => {
  expect(changesFrom([feedback])).toEqual({ ...NONE, notUnderstood: [feedback] });
  const before = reply(SAMPLE).input;
  const after = reply(SAMPLE, [feedback]).input;
  expect(after.body).toBe(before.body);
  expect(after.reasoning).toContain(`The template model did not understand: “${feedback}”.`);
});

it("keeps what was understood beside what was not, and later feedback overrides earlier", () => {
  expect(changesFrom(["Shorter, and dance. More formal but friendly."])).toEqual({
    ...NONE,
    shorter: true,
    tone: "formal",
    notUnderstood: ["dance", "friendly"],
  });
  expect(changesFrom(["Shorter. Escalate to legal. Formal.", "Longer, do not escalate, warmer."])).toEqual({
    ...NONE,
    tone: "warm",
  });
});

it("a long remark leaves the reasoning within its limit, with a visible cut", () => {
  const { input } = reply(SAMPLE, [`Dance${"😀".repeat(1_000)}. Shorter.`]);
  expect(schema.safeParse(input).success).toBe(true);
  expect(input.reasoning).toMatch(/…\. After the review: shortened/);
  expect(input.reasoning.isWellFormed()).toBe(true);
});

it("does not claim a refund that the draft does not make", () => {
  const both = reply(SAMPLE, ["Refund $20 and escalate to billing"]).input;
  expect(both).toMatchObject({ resolution: "escalate", escalateTo: "billing" });
  expect(both.reasoning).toContain("no refund put in, because an escalation carries none");
  const huge = reply(SAMPLE, ["Refund $9,999,999"]).input;
  expect(actionOf(SAMPLE, huge)).toMatchObject({ refundAmountCents: 4_950 });
  expect(huge.reasoning).toContain("the refund asked for not put in");
});

it("stopped steps read as sentences", () => {
  const failed = (step: Step) => auditText({ kind: "failed", step, reason: "No answer." });
  expect(failed("triage")).toBe("stopped while sorting the message: No answer.");
  expect(failed("draft")).toBe("stopped while drafting: No answer.");
  expect(failed("perform")).toBe("stopped while performing the action: No answer.");
  expect(auditText({ kind: "retried", step: "triage" })).toBe("started sorting the message again");
});

it.each([
  ["Xyz.", "This is none of the matters I know: fits no known kind of message."],
  ["May I return the unopened box?", "I sort this as refund: asks for money back."],
])("says how it sorts “%s”", async (message, said) => {
  const request = { from: "x@example.com", subject: "Hello", message };
  const { content } = await templateModel().doGenerate({
    prompt: [
      {
        role: "user",
        content: [{ type: "text", text: `PLAYBOOK "customerReply"\nREQUEST ${JSON.stringify(request)}` }],
      },
    ],
    tools: [{ type: "function", name: "recordTriage", inputSchema: {} }],
  });
  expect(content[0]).toEqual({ type: "text", text: said });
});

it("answers nothing but the desk's own requests", async () => {
  const { content } = await templateModel().doGenerate({
    prompt: [{ role: "user", content: [{ type: "text", text: "Write a poem." }] }],
  });
  expect(content).toEqual([{ type: "text", text: expect.stringContaining("requests of the desk only") }]);
});

it("takes several wishes of one feedback apart", () => {
  const changes = changesFrom(["Too long, and mention that we are closed on Monday. Be more formal; no refund."]);
  expect(changes).toMatchObject({
    shorter: true,
    tone: "formal",
    refund: "none",
    additions: ["We are closed on Monday."],
  });
});
