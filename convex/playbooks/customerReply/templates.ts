// What the template model says per category. `lead` answers the matter and stays when a reviewer asks for less; `more`
// goes first. Facts come from look-ups only; a template without its fact leaves the sentence out.

import type { Knowledge } from "../../agents/offline/knowledge";
import type { Resolution, Team } from "../../shared/actions";
import { dollars } from "../../shared/money";
import type { CustomerCategory } from "./signs";

export type Template = {
  lead: string[];
  more: string[];
  sorry: string | null;
  resolution: Resolution;
  refundAmountCents?: number;
  escalateTo?: Team;
  summary: string;
  reasoning: string;
  /** The policy the reply rests on and the words in it that matter. */
  rests: { id: string; words: string };
};

/** The reply's substance for a category, with what the look-ups told and the message itself says. */
export function templateFor(category: CustomerCategory, { order, customer }: Knowledge, message: string): Template {
  switch (category) {
    case "billing":
      return {
        lead:
          order === null
            ? [
                "I have asked our billing team to compare your payments with our records, and they will write to you with what they find.",
              ]
            : [
                `I can see the payments for order ${order.number}: ${order.payments}. One of them should not be there, and I am sending ${dollars(order.totalCents)} back to you.`,
                "The money reaches you within five working days. You do not need to fill in anything.",
              ],
        more: ["Your subscription goes on as before, and your watering plans stay as they are."],
        sorry: "I am sorry you had to find this on your statement.",
        ...(order === null
          ? { resolution: "escalate", escalateTo: "billing" }
          : { resolution: "refund", refundAmountCents: order.totalCents }),
        summary:
          order === null
            ? "Charged twice, no order found: to billing."
            : `Charged twice: refund of ${dollars(order.totalCents)}.`,
        reasoning:
          "The payment records show the same period paid twice, and the policy refunds the second payment without a form. The cause is not in the records, so the reply does not guess it.",
        rests: { id: "P-02", words: "refunded in full" },
      };
    case "complaint":
      return {
        lead:
          order === null
            ? ["You should not have had to write to us again, and I want to put this right."]
            : [
                `You should not have had to write to us again, and I want to put this right. I am refunding the ${dollars(order.totalCents)} for order ${order.number} in full.`,
                "The money reaches you within five working days. You need not send anything back.",
              ],
        more: ["What you describe means that it is broken. I am passing your message on to the people who build it."],
        sorry: `I am truly sorry about ${lost(message)}, and about the answers you got before this one.`,
        ...(order === null ? { resolution: "answer" } : { resolution: "refund", refundAmountCents: order.totalCents }),
        summary: "Very angry customer, defective sensor: apology and full refund.",
        reasoning:
          "The goods do not work and the customer asks for the money, which the policy grants. The tone matters most: a plain apology, no excuses, no template phrases.",
        rests: { id: "P-01", words: "do not work" },
      };
    case "legal":
      return {
        lead: [
          "I confirm that your letter has arrived. I have handed it to our legal team today, and they will answer the matter themselves.",
          "Please send anything further to the same address and name your reference, so that nothing is lost.",
        ],
        more: ["This reply is an acknowledgement of receipt only."],
        sorry: null,
        resolution: "escalate",
        escalateTo: "legal",
        summary: "Lawyer's letter about the warranty: acknowledged, to the legal team.",
        reasoning:
          "Letters from lawyers are acknowledged without admitting or denying anything and go to the legal team. The order belongs to somebody else than the sender, so the reply says nothing about it.",
        rests: { id: "P-05", words: "acknowledged" },
      };
    case "refund":
      return {
        lead:
          order === null
            ? [
                "Yes, unopened goods can come back within 30 days of delivery. Please tell me the order number, and I will do the rest.",
              ]
            : [
                `Yes, of course. I have prepared the return of order ${order.number} (${order.item}), and ${dollars(order.totalCents)} goes back to you.`,
                "Drop the parcel at any post office; the label is in a separate e-mail. The money reaches you within five working days.",
              ],
        more: ["Should you ever want to try again, we would be glad to see you back."],
        sorry: "I am sorry it was not the right thing for you.",
        ...(order === null ? { resolution: "answer" } : { resolution: "refund", refundAmountCents: order.totalCents }),
        summary:
          order === null
            ? "Return asked without an order number."
            : `Return of an unopened ${order.item}: refund of ${dollars(order.totalCents)}.`,
        reasoning:
          "The goods are unopened and were delivered within the last 30 days, which the policy refunds in full.",
        rests: { id: "P-01", words: "30 days" },
      };
    case "praise":
      return {
        lead: [
          "Thank you for taking the time to write this. Messages like yours are the best part of the day here.",
          "I am passing it on to the people you mean it for.",
        ],
        more: [
          /tomato/i.test(message)
            ? "We wish you many more good summers, and if you ever want to tell us which tomatoes those were, we would love to know."
            : "We wish you many more good summers with it.",
        ],
        sorry: null,
        resolution: "answer",
        summary: "Praise: thanks, and passed on to the team.",
        reasoning:
          "The customer asks for nothing but to pass the praise on, so the reply does just that, warmly and briefly.",
        rests: { id: "P-12", words: "Praise" },
      };
    case "accessibility":
      return {
        lead: [
          "You should be able to use the app on your own, and since the update you cannot. I have reported the missing names to our engineers as a defect that locks people out, which they treat like an outage.",
          "Until it is fixed I have set up your readings as an e-mail every morning, which a screen reader reads without trouble.",
        ],
        more: [
          "I cannot name a date yet, and I will not guess one. I will write to you as soon as there is a version to try.",
        ],
        sorry: "I am sorry that we took this from you.",
        resolution: "escalate",
        escalateTo: "engineering",
        summary: "App unusable with a screen reader: to engineering, readings by e-mail meanwhile.",
        reasoning:
          "The policy treats such a defect like an outage and offers readings by e-mail until it is fixed. No date is known, so none is promised.",
        rests: { id: "P-08", words: "readings by e-mail" },
      };
    case "privacy":
      return {
        lead: [
          "I confirm that your request for erasure has arrived today. Our privacy team handles it and will complete it within one month.",
          "They will first ask you to confirm who you are, so that nobody else can have your data erased. Their answer also names everybody we passed data to.",
        ],
        more: ["Invoices must be kept as long as tax law requires; everything else goes."],
        sorry: null,
        resolution: "escalate",
        escalateTo: "privacy",
        summary: "Erasure request under the GDPR: confirmed, to the privacy team.",
        reasoning:
          "The policy asks for a confirmation within three working days and completion within a month, after the privacy team has checked the identity.",
        rests: { id: "P-06", words: "within one month" },
      };
    case "security":
      return {
        lead: [
          "Thank you for your message. We cannot act on it, and we do not discuss orders or payments in reply to it.",
          "I have passed it on to our security team.",
        ],
        more: [
          "If you are a customer with a question of your own, please write to us from the address of your account.",
        ],
        sorry: null,
        resolution: "escalate",
        escalateTo: "security",
        summary: "Suspicious message that asks for money and another customer's data: to security, nothing confirmed.",
        reasoning:
          "The message pretends to come from us, gives instructions and asks for a payment and for somebody else's data. The reply confirms nothing, names no customer and follows no link.",
        rests: { id: "P-07", words: "confirms nothing" },
      };
    case "chargeback":
      return {
        lead: [
          `Thank you for writing to us. The yearly plan can be canceled and refunded in full within 30 days of the payment${order === null ? "" : `, and the ${dollars(order.totalCents)} for order ${order.number} are within that time`}.`,
          "Because your bank is already looking into the payment, we cannot send it back as well: both at once would pay twice. If you withdraw the dispute, we refund it the same day; if you leave it open, we will not object to it.",
        ],
        more: ["Your plan is not renewed either way. We will not write again unless you ask us to."],
        sorry: "A reminder before the trial ended would have been right.",
        resolution: "answer",
        summary: "Bank dispute over a yearly plan: a full refund is offered once the dispute is withdrawn.",
        reasoning:
          "The payment is within the 30 days in which the policy refunds it, but not while the dispute is open. The reply offers both ways plainly and sets no pressure.",
        rests: { id: "P-03", words: "dispute is open" },
      };
    case "delivery":
      return {
        lead: [
          order === null
            ? "I am looking for your parcel. Please tell me the order number, and a new one leaves by express."
            : `I have looked at order ${order.number} (${order.item}). Its status reads "${order.status}", but you do not have it, so we count it as lost.`,
          `A new one leaves today by express, at our cost${needed(message)}. You need not wait for the carrier's inquiry.`,
        ],
        more: [
          `Should the first parcel turn up after all, please keep it until we collect it.${/birthday/i.test(message) ? " And a happy birthday!" : ""}`,
        ],
        sorry: "I am sorry you had to run after it.",
        resolution: "answer",
        summary: "Parcel not found: replacement by express.",
        reasoning:
          "A parcel marked as delivered that the customer does not have is replaced after one working day, by express and at our cost.",
        rests: { id: "P-09", words: "by express" },
      };
    case "outage":
      return {
        lead: [
          "First, to get water running now: hold the button on the valve box for five seconds. It stays open until you press it again, and it works without the app and the sensors.",
          `I have handed your case to the engineer on duty${customer === null ? "" : ` as an emergency of a customer with the plan "${customer.plan}"`}, who calls you back at once.`,
        ],
        more: [
          "I do not know the cause yet and will not guess. You will hear from me every hour until all sensors are back.",
        ],
        sorry: "I am sorry, and also that nobody picked up the phone.",
        resolution: "escalate",
        escalateTo: "engineering",
        summary: "Sensors offline, irrigation stopped: how to water by hand, engineer on duty called.",
        reasoning:
          "What counts is water today: irrigation can be started by hand, and the policy gives business customers the engineer on duty. The cause is unknown, so the reply names none.",
        rests: { id: "P-10", words: "started by hand" },
      };
    case "sales":
      return {
        lead: [
          "Yes, it works well outdoors: the sensors are rain-proof (IP67) and reach the box over up to 300 metres in open ground.",
          `We advise fifteen sensors per hectare${forArea(message)}. Orders of thirty or more get 15 percent off.`,
        ],
        more: [
          `Please tell me a little about your plants before you order, so that I can check the number with you.${/sorry for my english/i.test(message) ? " And your English is just fine." : ""}`,
        ],
        sorry: null,
        resolution: "answer",
        summary: "Question before buying: outdoor use, range, number of sensors, volume price.",
        reasoning:
          "Range, rain-proofing, number per hectare and the volume price are all in the policy; short sentences, because English is not the customer's first language.",
        rests: { id: "P-11", words: "300 metres" },
      };
    case "other":
      return {
        lead: [
          "Thank you for writing to us. I have read your message and want to be sure that I understand it.",
          "Could you tell me in a sentence or two what you would like us to do? I will take care of it myself.",
        ],
        more: ["If it concerns an order, its number helps; it begins with FH."],
        sorry: null,
        resolution: "answer",
        summary: "Unclear message: asks what the customer needs.",
        reasoning: "The template model found nothing it knows in the message, so the reply asks instead of guessing.",
        rests: { id: "P-12", words: "plain words" },
      };
    default:
      return category satisfies never;
  }
}

/** What the customer lost, in their own words where the template knows the word. */
function lost(message: string): string {
  const thing = /\b(lemon tree|apple tree|tomatoes|orchids?|roses|seedlings|trees?|plants|garden)\b/i.exec(
    message,
  )?.[1];
  return thing === undefined ? "what happened" : `your ${thing.toLowerCase()}`;
}

/** By when a parcel is needed, where the message names a day. */
function needed(message: string): string {
  const day =
    /\b(?:on|by|before|until) ((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b(?![^]*\b(?:on|by|before|until) \w+day\b)/.exec(
      message,
    )?.[1];
  return day === undefined ? "" : `, so that it should be with you before ${day}`;
}

function forArea(message: string): string {
  const hectares = Number(/(\d{1,4})\s*(?:ha\b|hectares?\b)/i.exec(message)?.[1]);
  return hectares > 0 ? `, so about ${hectares * 15} for your ${hectares} hectares` : "";
}
