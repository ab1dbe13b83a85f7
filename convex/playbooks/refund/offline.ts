// How the template model proposes refunds: the sender's own order, what the policies allow for what happened, and what
// reviewers asked for.

import { classify } from "../../agents/offline/classify";
import { changesFrom, type Changes } from "../../agents/offline/feedback";
import { knowledgeFrom, policySentence, type Knowledge } from "../../agents/offline/knowledge";
import type { OfflineSide, Situation, Turn } from "../../agents/offline/side";
import { added, closing, followed, greeting, reasoningOf } from "../../agents/offline/wording";
import type { RefundMethod } from "../../shared/actions";
import { dollars } from "../../shared/money";
import { orderNumbersIn } from "../../shared/personalData";
import type { Input } from "../../shared/records";
import type { Order } from "../records";
import type { RefundProposal } from "./agent";
import { UNCLEAR, whichOrder } from "./asking";
import { askedCents, isUnclear, methodIn, methodWished, orderFor, orderToldOf, reasonIn } from "./reading";
import { SCALE } from "./signs";
import { allowedCents, payment, TEMPLATES } from "./templates";

/** The template model's part of this playbook. */
export const offline: OfflineSide = { sort: (input) => classify(SCALE, input), draft };

const NO_ORDER =
  "None of the sender's orders fits this request, and only an order of the sender can be refunded. I propose nothing.";

function draft({ input, triage, feedback, told, answers }: Situation): Turn {
  const reason = reasonIn(textOf(input));
  if (answers.length === 0) {
    const again = feedback.length === 0 ? "" : ` The reviewer wants changes: ${feedback.at(-1)}`;
    return {
      text: `I look up the customer, their orders and the policy on ${TEMPLATES[reason].word}.${again}`,
      calls: [
        { tool: "lookUpCustomer", input: {} },
        { tool: "listOrders", input: {} },
        { tool: "findPolicy", input: { topic: TEMPLATES[reason].topic } },
      ],
    };
  }
  const knowledge = knowledgeFrom(answers);
  const order = orderToldOf(told, knowledge.orders) ?? orderFor(textOf(input), knowledge.orders);
  if (order === null) {
    if (told.length > 0 || !isUnclear(textOf(input), knowledge.orders)) return { text: NO_ORDER, calls: [] };
    const question = whichOrder(input.from, knowledge.orders);
    return { text: UNCLEAR, calls: [{ tool: "askReviewer", input: { question } }] };
  }
  const suspicious = (triage?.category ?? classify(SCALE, input).category) === "security";
  const proposal = refundOf(input, order, knowledge, feedback, suspicious, told);
  const text = `Order ${order.number} is the sender's. I write the refund and the note now.`;
  return { text, calls: [{ tool: "proposeAction", input: proposal }] };
}

/**
 * The template model's proposal for an order of the sender. `suspicious`: triage took the message for fraud. `told`: what
 * reviewers answered to its questions.
 */
export function refundOf(
  input: Input,
  order: Order,
  knowledge: Pick<Knowledge, "policies">,
  feedback: readonly string[],
  suspicious: boolean,
  told: readonly string[] = [],
): RefundProposal {
  const text = textOf(input);
  const reason = reasonIn(text);
  const template = TEMPLATES[reason];
  const wished = methodWished(feedback);
  const method = wished ?? methodIn(text);
  const wishes = withoutMethod(changesFrom(feedback), wished);
  const changes = withoutOthers(wishes, order.number);
  const allowed = allowedCents(reason, method, order);
  const asked = askedCents(input.message);
  const given = amountGiven(changes, order);
  const amountCents = given ?? Math.min(asked ?? allowed, allowed);
  const paragraphs = [
    ...apology(template.sorry, changes),
    ...(changes.shorter ? [] : [template.because]),
    payment(amountCents, method, order).join(" "),
    ...changes.additions,
    ...(changes.shorter ? [] : ["If anything is still open, just answer this message."]),
  ];
  const tooMuch = asked !== null && asked > allowed;
  const why = [
    template.reasoning,
    ...(tooMuch
      ? [`The customer asks for ${dollars(asked)}; ${dollars(allowed)} is what the policy allows here.`]
      : []),
    ...(told.length > 0 ? ["Which order it is about is a reviewer's answer; the message names none."] : []),
    ...(suspicious ? ["The message looks like fraud: nothing of what it says about accounts was followed."] : []),
  ];
  const sum = `Refund of ${dollars(amountCents)}${method === "voucher" ? " as a voucher" : ""}`;
  return {
    orderId: order.number,
    amountCents,
    reason,
    method,
    message: [greeting(input.from, changes), ...paragraphs, closing(changes)].join("\n\n"),
    summary: `${suspicious ? "Suspicious. " : ""}${sum} for order ${order.number} (${order.item}): ${template.word}.`,
    reasoning: reasoningOf(why.join(" "), changes, [
      ...changesMade(changes, given, wished),
      ...(wishes.additions.length > changes.additions.length ? ["a sentence about another order not added"] : []),
    ]),
    evidence: evidenceFor(input, order, knowledge, template.rests),
  };
}

function textOf({ subject, message }: Input): string {
  return `${subject}\n${message}`;
}

/** The changes without remarks whose wish for a voucher, or for none, was followed. */
function withoutMethod(changes: Changes, wished: RefundMethod | null): Changes {
  if (wished === null) return changes;
  return { ...changes, notUnderstood: changes.notUnderstood.filter((text) => methodWished([text]) === null) };
}

/** The changes without sentences about other orders: the note is about this one. */
function withoutOthers(changes: Changes, number: string): Changes {
  const additions = changes.additions.filter((text) => orderNumbersIn(text).every((named) => named === number));
  return { ...changes, additions };
}

/** The amount a reviewer asked for, in cents, or null where they asked for none that is possible. */
function amountGiven({ refund }: Changes, { totalCents, paidCents }: Order): number | null {
  if (refund === null || refund === "none") return null;
  const cents = refund.cents === "full" ? totalCents : refund.cents;
  return cents > 0 && cents <= paidCents ? cents : null;
}

function apology(sorry: string, { apologize, shorter }: Changes): string[] {
  if (apologize === true) return [`${sorry} Please accept our apologies.`];
  return apologize === false || shorter ? [] : [sorry];
}

function changesMade(changes: Changes, given: number | null, wished: RefundMethod | null): string[] {
  const { refund, escalateTo } = changes;
  return [
    ...followed(changes),
    ...(given === null ? [] : [`a refund of ${dollars(given)} put in`]),
    ...(refund !== null && refund !== "none" && given === null
      ? ["the amount asked for not put in, because more than was paid cannot be refunded"]
      : []),
    ...(refund === "none" ? ["a refund kept, because this playbook can propose nothing else: reject it instead"] : []),
    ...(escalateTo === null ? [] : [`not handed to ${escalateTo}, because a refund goes to nobody else`]),
    ...(wished === null ? [] : [wished === "voucher" ? "paid as a voucher" : "paid to the original payment"]),
    ...added(changes),
  ];
}

function evidenceFor(
  { message }: Input,
  order: Order,
  { policies }: Pick<Knowledge, "policies">,
  rests: { id: string; words: string },
): RefundProposal["evidence"] {
  const asked = message.match(/[^.!?\n]{12,200}[.!?]/)?.[0]?.trim();
  const rule = policySentence(policies, rests.id, rests.words);
  return [
    ...(asked === undefined ? [] : [{ claim: "What the customer writes about", source: "message", quote: asked }]),
    {
      claim: `Order ${order.number} is the sender's, and ${dollars(order.paidCents)} was paid`,
      source: "listOrders",
      reference: order.number,
      quote: order.payments,
    },
    { claim: "Where the order stands", source: "listOrders", reference: order.number, quote: order.status },
    ...(rule === null
      ? []
      : [
          { claim: "What our policy allows", source: "findPolicy", reference: rule.id, quote: rule.text.slice(0, 400) },
        ]),
  ];
}
