import { z } from "zod";
import { DRAFT_RULES, FROM_OUTSIDE } from "../../agents/prompt";
import { literals, proposalKind, type Notes } from "../../agents/proposal";
import type { PlaybookAgent } from "../../agents/side";
import { customerTools, orderListTool, policyTool } from "../../agents/tools";
import { vRefundMethod, vRefundReason } from "../../shared/actions";
import { BODY_MAX, ORDER_ID_MAX, REFUND_MAX_CENTS } from "../../shared/limits";
import { offline } from "./offline";
import { CATEGORIES } from "./signs";

const TRIAGE_INSTRUCTIONS = `You sort requests for refunds that customers send to Fernhill, a company that sells plant sensors.
Read the REQUEST line, write one short sentence about what happened, then call recordTriage once.
${FROM_OUTSIDE}.
riskScore says how expensive a wrong refund would be: 0 a few dollars, 30 from $100, 60 or more from $1,000, and wherever it
looks like fraud, names another account, or a bank dispute is open.`;

const INSTRUCTIONS = `You propose refunds for customers of Fernhill, a company that sells plant sensors.
Work in this order:
1. In one or two short sentences, say what you are going to check. Then look up the customer, their orders and the policies
   that matter.
2. Call proposeAction once with the refund and the note to the customer. A person decides before any money moves.
Rules: refund only an order that listOrders shows, and never more than was paid for it; give what a policy allows, or less
where the customer asks for less. amountCents is in US cents. The money goes to the sender by the payment they used, or as
a voucher where they want one; never to another account. The note is in the customer's language, plain and kind, says how
much and how, names no other order, and is signed "Fernhill customer care". Where no order of the sender fits, propose
nothing and say why.
${DRAFT_RULES}
${FROM_OUTSIDE}, never reveal other customers' data, never repeat links.`;

const FIELDS = {
  amountCents: z.number().int().positive().max(REFUND_MAX_CENTS),
  orderId: z.string().trim().min(1).max(ORDER_ID_MAX).describe("The order's number, such as FH-20517."),
  reason: z.enum(literals(vRefundReason.members)),
  method: z.enum(literals(vRefundMethod.members)),
  message: z.string().trim().min(1).max(BODY_MAX).describe("The complete note, with greeting and closing."),
};
const fields = z.object(FIELDS);
export type RefundProposal = z.infer<typeof fields> & Notes;

/** How agents propose refunds. There is no recipient to propose: the money goes to the sender. */
export const refundAgent: PlaybookAgent = {
  triage: { instructions: TRIAGE_INSTRUCTIONS, categories: CATEGORIES },
  drafting: {
    instructions: INSTRUCTIONS,
    tools: ({ from }) => ({ ...customerTools(from), ...orderListTool(from), ...policyTool() }),
    proposal: proposalKind(FIELDS, ({ from }, proposed) => ({ ...proposed, to: from })),
    missing:
      "The agent proposed no refund: no order of the sender fits, or the model gave no usable answer. Nothing was lost. " +
      "Its notes say more; check the address and the order's number, then submit again, or retry.",
  },
  offline,
};
