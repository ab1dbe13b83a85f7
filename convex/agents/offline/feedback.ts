import type { Team } from "../../shared/actions";

/** What the template model understood of a reviewer's feedback. */
export type Changes = {
  shorter: boolean;
  tone: "formal" | "warm" | null;
  apologize: boolean;
  refund: { cents: number | "full" } | "none" | null;
  escalateTo: Team | null;
  /** Sentences to add, in the order they were asked for. */
  additions: string[];
};

const TEAMS: readonly { team: Team; words: RegExp }[] = [
  { team: "legal", words: /legal/i },
  { team: "privacy", words: /privacy/i },
  { team: "security", words: /security|fraud/i },
  { team: "engineering", words: /engineer|technical/i },
  { team: "logistics", words: /logistic|shipping/i },
  { team: "billing", words: /billing|finance/i },
];

/**
 * Understands feedback by its words; what it does not understand becomes a sentence of the reply, so that nothing is
 * lost.
 */
export function changesFrom(feedback: readonly string[]): Changes {
  const changes: Changes = {
    shorter: false,
    tone: null,
    apologize: false,
    refund: null,
    escalateTo: null,
    additions: [],
  };
  for (const part of feedback.flatMap(partsOf)) apply(changes, part);
  return changes;
}

/** A feedback text in single wishes: sentences, lines, and what "and mention …" joins. */
function partsOf(text: string): string[] {
  return text
    .split(
      /(?<=[.!?;])\s+|\n+|,?\s+(?:and|but)\s+(?=(?:please\s+)?(?:mention|include|add|say|tell|offer|apolog|make|keep|escalate|refund|be)\b)/i,
    )
    .map((part) => part.replace(/[.;!]+$/, "").trim())
    .filter((part) => part !== "");
}

function apply(changes: Changes, part: string): void {
  const said =
    /^(?:please\s+)?(?:also\s+)?(mention|include|add|say|state|explain|point out|tell (?:her|him|them|the customer)|offer)\s+(?:that\s+)?(.+)$/i.exec(
      part,
    );
  if (said?.[1] !== undefined && said[2] !== undefined) {
    changes.additions.push(sentence(said[1].toLowerCase(), said[2]));
    return;
  }
  const amount = /\$\s?(\d+(?:[.,]\d{2})?)/.exec(part)?.[1];
  if (/\b(?:no|not|don't|do not|without)\b.*\brefund/i.test(part)) changes.refund = "none";
  else if (/\brefund/i.test(part)) changes.refund = { cents: amount === undefined ? "full" : centsOf(amount) };
  else if (/\b(?:escalate|hand (?:it )?(?:over )?to|forward)\b/i.test(part)) {
    changes.escalateTo = TEAMS.find(({ words }) => words.test(part))?.team ?? "engineering";
  } else if (/\b(?:shorter|short|brief|concise|too long|trim)\b/i.test(part)) changes.shorter = true;
  else if (/\bapolog|\bsay sorry|\bsorry\b/i.test(part)) changes.apologize = true;
  else if (/\b(?:warm|friend|kind|soft|personal|empath)/i.test(part)) changes.tone = "warm";
  else if (/\b(?:formal|professional|neutral)/i.test(part)) changes.tone = "formal";
  else changes.additions.push(`One more point: ${ended(part)}`);
}

function sentence(verb: string, what: string): string {
  if (verb === "offer") return `We would also like to offer you ${ended(what)}`;
  // "mention that we are closed" is a sentence already; "mention the return window" names a thing.
  const whole = /\b(?:is|are|was|were|will|can|may|must|have|has|had|do|does|need|get|takes?|arrives?)\b/i.test(what);
  return whole ? ended(what.charAt(0).toUpperCase() + what.slice(1)) : `Please also note: ${ended(what)}`;
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function centsOf(amount: string): number {
  return Math.round(Number(amount.replace(",", ".")) * 100);
}
