// How the template model answers customers: the category's template, the looked-up facts, and what reviewers asked for.

import { classify, known } from "../../agents/offline/classify";
import { changesFrom, type Changes } from "../../agents/offline/feedback";
import { knowledgeFrom, orderNumberIn, policySentence, type Knowledge } from "../../agents/offline/knowledge";
import type { OfflineSide, Situation, Turn } from "../../agents/offline/side";
import { added, closing, followed, greeting, reasoningOf } from "../../agents/offline/wording";
import { REFUND_MAX_CENTS } from "../../shared/limits";
import { dollars } from "../../shared/money";
import type { Input } from "../../shared/records";
import type { CustomerProposal } from "./agent";
import { SCALE, type CustomerCategory } from "./signs";
import { templateFor, type Template } from "./templates";

/** The template model's part of this playbook. */
export const offline: OfflineSide = { sort: (input) => classify(SCALE, input), draft };

function draft({ input, triage, feedback, answers }: Situation): Turn {
  const category = known(SCALE, triage?.category ?? classify(SCALE, input).category);
  if (answers.length === 0) {
    const order = orderNumberIn(input);
    const checks = order === null ? "the customer and the policy" : `the customer, order ${order} and the policy`;
    const again = feedback.length === 0 ? "" : ` The reviewer wants changes: ${feedback.at(-1)}`;
    return {
      text: `I look up ${checks} on ${category}.${again}`,
      calls: [
        { tool: "lookUpCustomer", input: {} },
        ...(order === null ? [] : [{ tool: "lookUpOrder", input: { number: order } }]),
        { tool: "findPolicy", input: { topic: category } },
      ],
    };
  }
  const knowledge = knowledgeFrom(answers);
  const policy = knowledge.policies[0];
  const proposal = replyTo(input, category, knowledge, changesFrom(feedback));
  const text =
    policy === undefined ? "I write the reply now." : `The policy "${policy.title}" fits. I write the reply now.`;
  return { text, calls: [{ tool: "proposeAction", input: proposal }] };
}

/** The template model's proposal for a message. */
export function replyTo(
  input: Input,
  category: CustomerCategory,
  knowledge: Knowledge,
  changes: Changes,
): CustomerProposal {
  const template = resolved(templateFor(category, knowledge, input.message), changes, knowledge);
  const paragraphs = [
    ...apology(template, changes),
    ...(changes.shorter ? template.lead.slice(0, 1) : template.lead),
    ...changes.additions,
    ...(changes.shorter ? [] : template.more),
    ...(changes.tone === "warm" ? ["Please write to me directly if anything is still open; I am glad to help."] : []),
  ];
  return {
    subject: subjectFor(input.subject),
    body: [greeting(input.from, changes), ...paragraphs, closing(changes)].join("\n\n"),
    resolution: template.resolution,
    refundAmountCents: template.refundAmountCents,
    escalateTo: template.escalateTo,
    summary: template.summary,
    reasoning: reasoningOf(template.reasoning, changes, changesMade(changes, template)),
    evidence: evidenceFor(input, template, knowledge),
  };
}

function apology({ sorry }: Template, changes: Changes): string[] {
  if (changes.apologize === false) return [];
  if (changes.apologize === true) return [`${sorry ?? "I am sorry for the trouble."} Please accept our apologies.`];
  return sorry === null || changes.shorter ? [] : [sorry];
}

/** The template with the resolution a reviewer asked for. */
function resolved(template: Template, changes: Changes, { order }: Knowledge): Template {
  const { refundAmountCents: _, escalateTo: __, ...rest } = template;
  if (changes.escalateTo !== null) {
    const note = `I have handed your message to our ${changes.escalateTo} team, who will write to you.`;
    return {
      ...rest,
      lead: [...withoutRefund(template), note],
      resolution: "escalate",
      escalateTo: changes.escalateTo,
    };
  }
  if (changes.refund === "none") {
    if (template.resolution !== "refund") return template;
    const lead = withoutRefund(template);
    return {
      ...rest,
      lead: lead.length > 0 ? lead : ["I have looked into this and will tell you what we can do."],
      resolution: "answer",
    };
  }
  const cents =
    changes.refund === null ? undefined : changes.refund.cents === "full" ? order?.totalCents : changes.refund.cents;
  if (cents === undefined || cents <= 0 || cents > REFUND_MAX_CENTS) return template;
  const note = `We are refunding ${dollars(cents)}; the money reaches you within five working days.`;
  return { ...rest, lead: [...withoutRefund(template), note], resolution: "refund", refundAmountCents: cents };
}

function withoutRefund(template: Template): string[] {
  return template.resolution === "refund"
    ? template.lead.filter((text) => !/refund|\$|money/i.test(text))
    : template.lead;
}

function subjectFor(subject: string): string {
  return (/^re:/i.test(subject) ? subject : `Re: ${subject}`).slice(0, 200);
}

function evidenceFor(input: Input, template: Template, { order, policies }: Knowledge): CustomerProposal["evidence"] {
  const evidence: CustomerProposal["evidence"] = [];
  const asked = input.message.match(/[^.!?\n]{12,200}[.!?]/)?.[0]?.trim();
  if (asked !== undefined) evidence.push({ claim: "What the customer writes about", source: "message", quote: asked });
  if (order !== null) {
    evidence.push({
      claim: `Order ${order.number} is the sender's: ${order.item}, ${dollars(order.totalCents)}`,
      source: "lookUpOrder",
      reference: order.number,
      quote: order.payments,
    });
  }
  const rule = policySentence(policies, template.rests.id, template.rests.words);
  if (rule !== null) {
    evidence.push({
      claim: "What our policy allows",
      source: "findPolicy",
      reference: rule.id,
      quote: rule.text.slice(0, 400),
    });
  }
  return evidence;
}

function changesMade(changes: Changes, template: Template): string[] {
  const refund = refundText(changes, template);
  return [
    ...followed(changes),
    ...(refund === null ? [] : [refund]),
    ...(changes.escalateTo === null ? [] : [`handed to ${changes.escalateTo}`]),
    ...added(changes),
  ];
}

function refundText({ refund, escalateTo }: Changes, { refundAmountCents }: Template): string | null {
  if (refund === null) return null;
  if (refund === "none") return "no refund";
  if (escalateTo !== null) return "no refund put in, because an escalation carries none";
  const whole = refund.cents === "full" || refund.cents === refundAmountCents;
  if (refundAmountCents !== undefined && whole) return `a refund of ${dollars(refundAmountCents)} put in`;
  return "the refund asked for not put in, because its amount is not known or not allowed";
}
