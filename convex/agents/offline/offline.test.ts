import { expect, it } from "vitest";
import { checkCustomerReply } from "../../shared/actions";
import { riskLevel } from "../../shared/records";
import { findPolicies } from "../../playbooks/policies";
import { addressOf } from "../../playbooks/customerReply";
import { findCustomer, findOrder } from "../../playbooks/records";
import { SAMPLES } from "../../playbooks/samples";
import { actionOf, draftOf, proposalSchema, wordsOf } from "../proposal";
import { classify } from "./classify";
import { changesFrom } from "./feedback";
import { knowledgeFrom, orderNumberIn } from "./knowledge";
import { replyTo } from "./reply";

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
  const { category } = classify(sample);
  return [
    { tool: "lookUpCustomer", value: findCustomer(email) ?? { notFound: "" } },
    ...(number === null ? [] : [{ tool: "lookUpOrder", value: findOrder(email, number) ?? { notFound: "" } }]),
    { tool: "findPolicy", value: findPolicies(category) },
  ];
}

function reply(sample: { from: string; subject: string; message: string }, feedback: string[] = []) {
  const answers = answersFor(sample);
  const input = replyTo(sample, classify(sample).category, knowledgeFrom(answers), changesFrom(feedback));
  return { input, answers };
}

it.each(SAMPLES.map((sample) => ({ id: sample.id, sample })))(
  "sorts the sample $id as people would",
  ({ id, sample }) => {
    const { category, riskScore } = classify(sample);
    expect(category).toBe(EXPECTED[id]);
    expect(riskLevel(riskScore)).toBe(sample.risk);
  },
);

it.each(SAMPLES.map((sample) => ({ id: sample.id, sample })))(
  "drafts a valid, supported reply to the sample $id",
  ({ sample }) => {
    const { input, answers } = reply(sample);
    const parsed = proposalSchema.parse(input);
    expect(checkCustomerReply(actionOf(sample.from, parsed))).toBeNull();
    const texts = new Map(answers.map(({ tool, value }) => [tool, wordsOf(value)]));
    texts.set("message", sample.message);
    const { evidence } = draftOf(sample.from, parsed, texts, { provider: "template", model: "template-1" });
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
  ["Offer her a free cactus", /offer you her a free cactus|offer you/, null],
  ["Please apologise first", /accept our apologies/, null],
  ["More formal, please", /Dear Mei Tanaka,[^]*Yours sincerely/, null],
  ["Be warmer", /Hello Mei,[^]*Warm wishes/, null],
  ["No refund here", null, /\$49\.50/],
  ["Refund $20 only", /refunding \$20\.00/, /\$49\.50/],
  ["Escalate to legal", /legal team/, /\$49\.50/],
  ["The cat sat on the mat", /One more point: The cat sat on the mat\./, null],
])("feedback “%s” shows in the next draft", (feedback, has, lacks) => {
  const before = reply(SAMPLE).input;
  const after = reply(SAMPLE, [feedback]).input;
  expect(after.body).not.toBe(before.body);
  if (has !== null) expect(after.body).toMatch(has);
  if (lacks !== null) expect(after.body).not.toMatch(lacks);
  expect(checkCustomerReply(actionOf(SAMPLE.from, proposalSchema.parse(after)))).toBeNull();
  expect(after.reasoning).toContain("After the review");
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
