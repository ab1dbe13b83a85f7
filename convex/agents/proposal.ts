// What a drafting agent ends with: the fields of its playbook's action, then why, for the people who decide.

import { z } from "zod";
import type { Proposal } from "../model/drafts";
import type { Action } from "../shared/actions";
import { CLAIM_MAX, EVIDENCE_MAX, REASONING_MAX, SUMMARY_MAX } from "../shared/limits";
import type { Evidence, Input, Model } from "../shared/records";

/** The values of a validator's union of literals, for a schema's enum. */
export const literals = <T extends string>(members: readonly { value: T }[]) => members.map(({ value }) => value);

const NOTES = {
  summary: z.string().trim().min(1).max(SUMMARY_MAX).describe("One or two sentences for the reviewer's list."),
  reasoning: z.string().trim().min(1).max(REASONING_MAX).describe("Why this draft, in two or three sentences."),
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
};
const notes = z.object(NOTES);
export type Notes = z.infer<typeof notes>;

/** How a playbook's agent proposes. What comes in is a model's: unknown until the schema has read it. */
export type ProposalKind = {
  schema: z.ZodType;
  /** The action a proposal stands for. Throws where the schema would refuse it. */
  actionOf: (input: Input, proposed: unknown) => Action;
  /** The draft it becomes. `texts` are the message and each tool's answers, where quotes must be found. */
  draftOf: (input: Input, proposed: unknown, texts: ReadonlyMap<string, string>, model: Model) => Proposal;
};

/**
 * A proposal of the fields in `shape`, in the order in which they stream: named as the action's, so that the draft can
 * be shown while it is written. `action` makes the action of them; what the desk settles itself (a recipient) it takes
 * from the input.
 */
export function proposalKind<S extends z.ZodRawShape>(
  shape: S,
  action: (input: Input, fields: z.infer<z.ZodObject<S>>) => Action,
): ProposalKind {
  const fields = z.object(shape);
  const actionOf = (input: Input, proposed: unknown) => action(input, fields.parse(proposed));
  return {
    schema: z.object({ ...shape, ...NOTES }),
    actionOf,
    draftOf: (input, proposed, texts, model) => {
      const { summary, reasoning, evidence } = notes.parse(proposed);
      return {
        action: actionOf(input, proposed),
        summary,
        reasoning,
        evidence: evidence.map((each) => checkedEvidence(each, texts)),
        model,
      };
    },
  };
}

function checkedEvidence(
  { claim, source, reference, quote }: Notes["evidence"][number],
  texts: ReadonlyMap<string, string>,
): Evidence {
  return {
    claim,
    source: source === "message" ? { kind: "message" } : { kind: "tool", tool: source, reference: reference ?? "" },
    quote,
    found: plain(texts.get(source) ?? "").includes(plain(quote)),
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
