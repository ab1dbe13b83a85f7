import { z } from "zod";
import type { Proposal } from "../model/drafts";
import { checkCustomerReply, vResolution, vTeam, type CustomerReply } from "../shared/actions";
import {
  BODY_MAX,
  CLAIM_MAX,
  EVIDENCE_MAX,
  REASONING_MAX,
  REFUND_MAX_CENTS,
  SUBJECT_MAX,
  SUMMARY_MAX,
} from "../shared/limits";
import type { Evidence, Model } from "../shared/records";

const literals = <T extends string>(members: readonly { value: T }[]) => members.map(({ value }) => value);

/**
 * What the drafting agent ends with. Subject and body come first so that they stream first. There is no recipient: the
 * desk writes to the sender, whatever a model says.
 */
export const proposalSchema = z.object({
  subject: z.string().trim().min(1).max(SUBJECT_MAX),
  body: z.string().trim().min(1).max(BODY_MAX).describe("The complete reply, with greeting and closing."),
  resolution: z.enum(literals(vResolution.members)),
  refundAmountCents: z.number().int().positive().max(REFUND_MAX_CENTS).nullish().describe("Only for a refund."),
  escalateTo: z.enum(literals(vTeam.members)).nullish().describe("Only for an escalation."),
  summary: z.string().trim().min(1).max(SUMMARY_MAX).describe("One or two sentences for the reviewer's list."),
  reasoning: z.string().trim().min(1).max(REASONING_MAX).describe("Why this reply, in two or three sentences."),
  evidence: z
    .array(
      z.object({
        claim: z.string().trim().min(1).max(CLAIM_MAX),
        source: z.string().max(80).describe('"message", or the name of the tool whose answer supports the claim.'),
        reference: z.string().max(80).nullish().describe("Which order or policy, such as FH-20418 or P-01."),
        quote: z.string().trim().min(1).max(CLAIM_MAX).describe("The exact words that support the claim."),
      }),
    )
    .max(EVIDENCE_MAX),
});
export type ProposalInput = z.infer<typeof proposalSchema>;

/** The action a proposal stands for, sent to `to`. */
export function actionOf(to: string, input: ProposalInput): CustomerReply {
  const { subject, body, resolution, refundAmountCents, escalateTo } = input;
  return {
    to,
    subject,
    body,
    resolution,
    ...(refundAmountCents == null ? {} : { refundAmountCents }),
    ...(escalateTo == null ? {} : { escalateTo }),
  };
}

/** What is wrong with a proposal beyond its shape, as a sentence for the model, or null. */
export function problemOf(to: string, input: ProposalInput): string | null {
  return checkCustomerReply(actionOf(to, input));
}

/** The draft a proposal becomes. `texts` are the message and each tool's answers, where quotes must be found. */
export function draftOf(to: string, input: ProposalInput, texts: ReadonlyMap<string, string>, model: Model): Proposal {
  return {
    action: actionOf(to, input),
    summary: input.summary,
    reasoning: input.reasoning,
    evidence: input.evidence.map(({ claim, source, reference, quote }): Evidence => ({
      claim,
      source: source === "message" ? { kind: "message" } : { kind: "tool", tool: source, reference: reference ?? "" },
      quote,
      found: plain(texts.get(source) ?? "").includes(plain(quote)),
    })),
    model,
  };
}

/** The words of a value wherever they stand in it, for finding quotes in what a tool answered. */
export function wordsOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return "";
  return Object.values(value).map(wordsOf).join("\n");
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ").trim();
}
