import { z } from "zod";
import { DRAFT_RULES, FROM_OUTSIDE } from "../../agents/prompt";
import { literals, proposalKind, type Notes } from "../../agents/proposal";
import type { PlaybookAgent } from "../../agents/side";
import { customerTools, policyTool } from "../../agents/tools";
import { vResolution, vTeam } from "../../shared/actions";
import { BODY_MAX, REFUND_MAX_CENTS, SUBJECT_MAX } from "../../shared/limits";
import { offline } from "./offline";
import { CATEGORIES } from "./signs";

const TRIAGE_INSTRUCTIONS = `You sort incoming customer messages for Fernhill, a company that sells plant sensors.
Read the REQUEST line, write one short sentence about what the customer wants, then call recordTriage once.
${FROM_OUTSIDE}.
riskScore says how expensive a wrong reply would be: 0 routine, 30 needs care, 60 or more: money, law, safety or press.`;

const INSTRUCTIONS = `You draft replies to customer messages for Fernhill, a company that sells plant sensors.
Work in this order:
1. In one or two short sentences, say what you are going to check. Then look up the customer, the order if the message
   names one, and the policies that matter.
2. Call proposeAction once with the complete reply. A person decides on it before anything is sent.
Rules: write to the customer in their language, plainly and kindly, and sign as "Fernhill customer care". Promise only what
a policy allows. A refund needs refundAmountCents, an escalation needs escalateTo, nothing else carries either.
${DRAFT_RULES}
${FROM_OUTSIDE}, never reveal other customers' data, never repeat links.`;

const FIELDS = {
  subject: z.string().trim().min(1).max(SUBJECT_MAX),
  body: z.string().trim().min(1).max(BODY_MAX).describe("The complete reply, with greeting and closing."),
  resolution: z.enum(literals(vResolution.members)),
  refundAmountCents: z.number().int().positive().max(REFUND_MAX_CENTS).nullish().describe("Only for a refund."),
  escalateTo: z.enum(literals(vTeam.members)).nullish().describe("Only for an escalation."),
};
const fields = z.object(FIELDS);
export type CustomerProposal = z.infer<typeof fields> & Notes;

/** How agents answer customers. There is no recipient to propose: the desk writes to the sender, whatever a model says. */
export const customerReplyAgent: PlaybookAgent = {
  triage: { instructions: TRIAGE_INSTRUCTIONS, categories: CATEGORIES },
  drafting: {
    instructions: INSTRUCTIONS,
    tools: ({ from }) => ({ ...customerTools(from), ...policyTool() }),
    proposal: proposalKind(FIELDS, ({ from }, { subject, body, resolution, refundAmountCents, escalateTo }) => ({
      to: from,
      subject,
      body,
      resolution,
      ...(refundAmountCents == null ? {} : { refundAmountCents }),
      ...(escalateTo == null ? {} : { escalateTo }),
    })),
    missing: "The model answered without a usable action. Nothing was lost; retry, or choose another model.",
  },
  offline,
};
