import { firstNameOf } from "../../playbooks/customerReply";
import { REASONING_MAX, REFUND_MAX_CENTS } from "../../shared/limits";
import type { Category, Input } from "../../shared/records";
import type { ProposalInput } from "../proposal";
import type { Changes } from "./feedback";
import { dollars, policySentence, type Knowledge } from "./knowledge";
import { templateFor, type Template } from "./templates";

const CLOSING = "Fernhill customer care";

/**
 * The template model's proposal for a message: its category's template, the looked-up facts, and what reviewers asked
 * for.
 */
export function replyTo(input: Input, category: Category, knowledge: Knowledge, changes: Changes): ProposalInput {
  const template = resolved(templateFor(category, knowledge, input.message), changes, knowledge);
  const paragraphs = [
    ...apology(template, changes),
    ...(changes.shorter ? template.lead.slice(0, 1) : template.lead),
    ...changes.additions,
    ...(changes.shorter ? [] : template.more),
    ...(changes.tone === "warm" ? ["Please write to me directly if anything is still open; I am glad to help."] : []),
  ];
  const reasoning = `${template.reasoning}${notUnderstoodText(changes)}${changesText(changes, template)}`;
  return {
    subject: subjectFor(input.subject),
    body: [greeting(input.from, changes), ...paragraphs, closing(changes)].join("\n\n"),
    resolution: template.resolution,
    refundAmountCents: template.refundAmountCents,
    escalateTo: template.escalateTo,
    summary: template.summary,
    reasoning: cut(reasoning, REASONING_MAX),
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

function greeting(from: string, { tone }: Changes): string {
  const name = firstNameOf(from);
  if (tone === "formal")
    return name === null
      ? "Dear Sir or Madam,"
      : `Dear ${from.slice(0, from.indexOf("<")).replaceAll('"', "").trim()},`;
  const hello = tone === "warm" ? "Hello" : "Dear";
  return name === null ? `${hello},` : `${hello} ${name},`;
}

function closing({ tone }: Changes): string {
  if (tone === "formal") return `Yours sincerely,\n${CLOSING}`;
  return tone === "warm" ? `Warm wishes,\n${CLOSING}` : `Kind regards,\n${CLOSING}`;
}

function subjectFor(subject: string): string {
  return (/^re:/i.test(subject) ? subject : `Re: ${subject}`).slice(0, 200);
}

function evidenceFor(input: Input, template: Template, { order, policies }: Knowledge): ProposalInput["evidence"] {
  const evidence: ProposalInput["evidence"] = [];
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

/** What the reviewer has to know first: nothing of it is in the letter. */
function notUnderstoodText({ notUnderstood }: Changes): string {
  if (notUnderstood.length === 0) return "";
  return ` The template model did not understand: ${cut(notUnderstood.map((text) => `“${text}”`).join(", "), 500)}.`;
}

function changesText(changes: Changes, template: Template): string {
  const done = [
    changes.shorter ? "shortened" : "",
    changes.tone === null ? "" : `made more ${changes.tone}`,
    changes.apologize === null ? "" : changes.apologize ? "an apology added" : "no apology",
    refundText(changes, template),
    changes.escalateTo === null ? "" : `handed to ${changes.escalateTo}`,
    changes.additions.length === 0 ? "" : `added: ${changes.additions.join(" ")}`,
  ].filter((text) => text !== "");
  return done.length === 0 ? "" : ` After the review: ${done.join("; ")}`;
}

function refundText({ refund, escalateTo }: Changes, { refundAmountCents }: Template): string {
  if (refund === null) return "";
  if (refund === "none") return "no refund";
  if (escalateTo !== null) return "no refund put in, because an escalation carries none";
  const whole = refund.cents === "full" || refund.cents === refundAmountCents;
  if (refundAmountCents !== undefined && whole) return `a refund of ${dollars(refundAmountCents)} put in`;
  return "the refund asked for not put in, because its amount is not known or not allowed";
}

/** A text of at most `max` UTF-16 units, with an ellipsis where it was cut. */
function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
