// How the template model writes announcements: the facts handed over, word for word and in their order, under a lead of
// their kind. It adds no fact.

import { classify, known } from "../../agents/offline/classify";
import { changesFrom, type Changes } from "../../agents/offline/feedback";
import { knowledgeFrom, policySentence, type Knowledge } from "../../agents/offline/knowledge";
import type { OfflineSide, Situation, Turn } from "../../agents/offline/side";
import { added, cut, followed, reasoningOf } from "../../agents/offline/wording";
import type { Channel } from "../../shared/actions";
import { BODY_MAX, CLAIM_MAX, HEADLINE_MAX } from "../../shared/limits";
import { personalData } from "../../shared/personalData";
import type { Input } from "../../shared/records";
import type { AnnouncementProposal } from "./agent";
import { audienceIn, channelIn, dayIn, factsIn, type Facts } from "./reading";
import { SCALE, type AnnouncementCategory } from "./signs";
import { TEMPLATES } from "./templates";

/** The template model's part of this playbook. */
export const offline: OfflineSide = { sort: (input) => classify(SCALE, input), draft };

/** Facts that are quoted as evidence; the policy comes on top. */
const QUOTED_MAX = 8;
const NO_FACT = "I found no fact here that may be published, so I propose nothing.";

function draft({ input, triage, feedback, answers }: Situation): Turn {
  const category = known(SCALE, triage?.category ?? classify(SCALE, input).category);
  if (answers.length === 0) {
    const again = feedback.length === 0 ? "" : ` The reviewer wants changes: ${feedback.at(-1)}`;
    const text = `I look up what our policies say on ${TEMPLATES[category].word}.${again}`;
    return { text, calls: [{ tool: "findPolicy", input: { topic: TEMPLATES[category].topic } }] };
  }
  const found = factsIn(input);
  if (found.facts.length === 0) return { text: NO_FACT, calls: [] };
  const proposal = announcementOf(input, category, found, knowledgeFrom(answers), changesFrom(feedback));
  return { text: "I write the announcement now.", calls: [{ tool: "proposeAction", input: proposal }] };
}

/** The template model's proposal for facts that may be published. */
export function announcementOf(
  input: Input,
  category: AnnouncementCategory,
  found: Facts,
  { policies }: Pick<Knowledge, "policies">,
  wishes: Changes,
): AnnouncementProposal {
  const template = TEMPLATES[category];
  const changes = withoutPersonal(wishes);
  const channel = channelIn(input);
  const publishOn = dayIn(input);
  const facts = (changes.shorter ? found.facts.slice(0, 2) : found.facts).map(ended);
  const paragraphs = [
    ...lead(template.lead, changes),
    ...(channel === "social" ? [facts.join(" ")] : facts),
    ...sorry(template.sorry, changes),
    ...changes.additions,
    ...(changes.shorter ? [] : end(channel)),
  ];
  const rule = policySentence(policies, template.rests.id, template.rests.words);
  return {
    channel,
    audience: audienceIn(input, channel),
    ...(publishOn === null ? {} : { publishOn }),
    headline: headline(input.subject, template.headline),
    body: cut(paragraphs.join("\n\n"), BODY_MAX),
    summary: `${template.summary} ${counted(found.facts.length)} from the team${leftOut(found)}.`,
    reasoning: reasoningOf(
      `The facts stand as the team wrote them and in their order; nothing was added to them${leftOut(found)}.`,
      changes,
      changesMade(changes, wishes),
    ),
    evidence: [
      ...found.facts.slice(0, QUOTED_MAX).map((fact, index) => ({
        claim: `Fact ${index + 1} is the team's own`,
        source: "message",
        quote: fact.slice(0, CLAIM_MAX),
      })),
      ...(rule === null
        ? []
        : [
            { claim: "What our policy asks", source: "findPolicy", reference: rule.id, quote: rule.text.slice(0, 400) },
          ]),
    ],
  };
}

/** A reviewer's additions go out as they are, but for a customer's data, which no announcement may hold. */
function withoutPersonal(changes: Changes): Changes {
  return { ...changes, additions: changes.additions.filter((text) => personalData(text) === null) };
}

function lead(text: string, { shorter, tone }: Changes): string[] {
  if (shorter) return [];
  if (tone === "formal") return ["Fernhill announces the following."];
  return tone === "warm" ? [`To everybody who grows with us: ${text.charAt(0).toLowerCase()}${text.slice(1)}`] : [text];
}

function sorry(text: string | null, { apologize }: Changes): string[] {
  if (apologize === false || (apologize === null && text === null)) return [];
  return [text ?? "We apologise for the trouble."];
}

function end(channel: Channel): string[] {
  switch (channel) {
    case "press":
      return ["About Fernhill: Fernhill sells plant sensors and the app that goes with them."];
    case "newsletter":
      return ["Your Fernhill team"];
    case "website":
    case "social":
      return [];
    default:
      return channel satisfies never;
  }
}

/** The subject without words between colleagues; a headline of the kind where it holds a customer's data. */
function headline(subject: string, otherwise: string): string {
  const text = subject
    .replace(/^(?:(?:re|fwd?|please announce|announcement|press release|newsletter)\s*:\s*)+/i, "")
    .trim();
  if (text === "" || personalData(text) !== null) return otherwise;
  return cut(text.charAt(0).toUpperCase() + text.slice(1), HEADLINE_MAX);
}

function ended(text: string): string {
  return /[.!?:]$/.test(text) ? text : `${text}.`;
}

function counted(facts: number): string {
  return `${facts} ${facts === 1 ? "fact" : "facts"}`;
}

function leftOut({ internal, personal }: Facts): string {
  const parts = [
    ...(internal > 0 ? [`${internal} marked as internal`] : []),
    ...(personal > 0 ? [`${personal} with a customer's data`] : []),
  ];
  return parts.length === 0 ? "" : `; left out: ${parts.join(", ")}`;
}

function changesMade(changes: Changes, wishes: Changes): string[] {
  const refused = wishes.additions.length - changes.additions.length;
  return [
    ...followed(changes),
    ...(changes.refund === null ? [] : ["nothing refunded, because an announcement pays nobody"]),
    ...(changes.escalateTo === null ? [] : [`not handed to ${changes.escalateTo}, because this playbook cannot`]),
    ...(refused === 0 ? [] : ["a sentence with a customer's data not added"]),
    ...added(changes),
  ];
}
