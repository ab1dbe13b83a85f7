import type { Team } from "../../shared/actions";

/** What the template model understood of reviewers' feedback, and what it did not. */
export type Changes = {
  shorter: boolean;
  tone: Tone | null;
  /** Whether the reply apologizes; null leaves it to the template. */
  apologize: boolean | null;
  refund: { cents: number | "full" } | "none" | null;
  escalateTo: Team | null;
  /** Sentences to add, in the order they were asked for. */
  additions: string[];
  /** The reviewers' words that led to nothing. They are for the desk, never for the customer. */
  notUnderstood: string[];
};
type Tone = "formal" | "warm";
/** `negated` is null where a negation before it may or may not reach it. */
type Clause = { text: string; joiner: string; negated: boolean | null };

const TEAMS: readonly { team: Team; words: RegExp }[] = [
  { team: "legal", words: /\blegal\b/i },
  { team: "privacy", words: /\bprivacy\b/i },
  { team: "security", words: /\b(?:security|fraud)\b/i },
  { team: "engineering", words: /\b(?:engineer\w*|technical)\b/i },
  { team: "logistics", words: /\b(?:logistic\w*|shipping)\b/i },
  { team: "billing", words: /\b(?:billing|finance)\b/i },
];

const SAY = "(?:mention|include|add|say|state|explain|point out|offer|tell (?:her|him|them|the customer)(?! to\\b))";
const ADJECTIVE = "(?:more|less|shorter|warm|formal|friendl|brief|concise|kind|professional)";
const DRAFT = "(?:it|this|(?:the|your) (?:reply|letter|text|tone|answer|draft|message))";
const ORDER = `(?:apologi[sz]e|say sorry|escalate|refund|shorten|be ${ADJECTIVE}|(?:make|keep) ${DRAFT}|${SAY})\\b`;

const BEFORE = "(?:,\\s*(?:and |but |then )?|\\s+(?:and|but|then)\\s+)";
const POLITE = "(?:(?:please|also)\\s+)*";
/** Sentences, lines, and what "and mention …" begins. */
const PARTS = new RegExp(`(?<=[.!?;])\\s+|\\n+|${BEFORE}(?=${POLITE}${SAY})`, "i");
/** Where another wish follows the words to mention; any other "and" belongs to these words. */
const AFTER_SAYING = new RegExp(
  `${BEFORE}(?=${POLITE}(?:(?:don't|do not)\\s+)?${ORDER}|` +
    "(?:a bit |more |less |not so )*(?:shorter|warmer|formal|no refund)\\b)",
  "i",
);
const SAYING = new RegExp(
  `^(?:(?:please|also|and|but|then)\\s+)*(${SAY})\\s+` +
    "(?:an?\\s+(?:\\w+\\s+)?(?:note|sentence|line|remark)\\s+(?:that|saying|about)\\s+)?(that\\s+)?(.+)$",
  "i",
);
/** What "add", "include", "say" and "offer" may also ask for: a change that has its own place in the reply. */
const OWN_PLACE =
  /^(?:(?:her|him|them|the customer|it)\s+)?(?:(?:an?|the|some|more|full|partial|sincere|short|brief|clear)\s+)*(?:apolog\w*|sorry|refund\b(?:\s+of\b.*)?$|warm\w*|empathy|formal\w*|brief\w*)/i;

const VERB_NEGATION = /\b(?:don't|do not|never|avoid|stop|no need to|must not|mustn't|should not|shouldn't|please not)\b/i;
const NEGATIONS =
  /\b(?:\w+n't|cannot|not|no|never|without|less|fewer|avoid|stop|remov\w*|drop|skip|omit|leave out|take out|cut (?:out )?(?:the|any)|tone down|instead of|rather than|unnecessary|neither|nor)\b/gi;
/** Commas, "and" and the like, and before "not" unless it belongs to the word before it. */
const CLAUSES = new RegExp(
  "(,(?!\\d)\\s*(?:and|but|or|nor|then)?\\b|\\s+(?:and|but|or|nor|then)\\s+|" +
    "(?<!\\b(?:do|does|is|are|was|were|should|must|can|need|please))\\s+(?=(?:not|without|instead of|rather than)\\b))",
  "i",
);
const OWN_ORDER = new RegExp(`^${ORDER}`, "i");
const BARE_ORDER = /^(?:refund|apologi[sz]e|say sorry)\b/i;
const FILLER =
  /\b(?:please|thanks?|thank you|first|also|then|and|but|ok|okay|hi|hello|a bit|just|only|it|the|make|be|do|so|too)\b|[^\p{L}\p{N}\p{So}]/giu;

/**
 * Understands feedback by its words. Later feedback overrides earlier. A wish that would have to be guessed (a
 * negation with two readings, an amount that is none) counts as not understood; no words are lost.
 */
export function changesFrom(feedback: readonly string[]): Changes {
  const changes: Changes = {
    shorter: false,
    tone: null,
    apologize: null,
    refund: null,
    escalateTo: null,
    additions: [],
    notUnderstood: [],
  };
  for (const text of feedback) {
    const tones = new Set<Tone>();
    for (const part of partsOf(text)) if (!addition(changes, part)) applyPart(changes, part, tones);
  }
  return changes;
}

function partsOf(text: string): string[] {
  return text
    .replace(/[‘’]/g, "'")
    .split(PARTS)
    .flatMap((part) => (SAYING.test(part) ? part.split(AFTER_SAYING) : [part]))
    .map((part) => part.replace(/[.;!,]+$/, "").trim())
    .filter((part) => part !== "");
}

/** Adds the sentence a part asks for; false when it asks for something else. */
function addition(changes: Changes, part: string): boolean {
  const [, said, that, what] = SAYING.exec(part) ?? [];
  if (said === undefined || what === undefined) return false;
  const verb = said.toLowerCase();
  if (that === undefined && /^(?:add|include|say|offer)$/.test(verb) && OWN_PLACE.test(what)) return false;
  // "Explain why …" asks for words the model does not have.
  if (/^(?:why|how|what|when|where|whether|who|if)\b/i.test(what)) changes.notUnderstood.push(part);
  else changes.additions.push(sentence(verb, what));
  return true;
}

function applyPart(changes: Changes, part: string, tones: Set<Tone>): void {
  const clauses = clausesOf(part);
  const lost = clauses.filter((clause) => !applyClause(changes, clause, part, tones));
  const told = lost.filter(({ text }) => text.replace(FILLER, "") !== "");
  if (told.length === 0) return;
  changes.notUnderstood.push(...(lost.length === clauses.length ? [part] : told.map(({ text }) => text)));
}

/** The clauses of a part, each with whether it is negated: "don't refund, escalate or apologize" negates all three. */
function clausesOf(part: string): Clause[] {
  const pieces = part
    .replace(/\b(?:do not|don't) (?:forget|hesitate) to\b|\bnot only\b/gi, "")
    .split(CLAUSES);
  const clauses: Clause[] = [];
  let verbNegated = false;
  for (let at = 0; at < pieces.length; at += 2) {
    const text = (pieces[at] ?? "").trim();
    if (text === "") continue;
    const joiner = at === 0 ? "" : (pieces[at - 1] ?? "").replace(",", "").trim().toLowerCase();
    const own =
      (text.match(NEGATIONS)?.length ?? 0) % 2 === 1 && !/(?:\bnot|n't)\b.*\benough\b/i.test(text);
    const before = clauses.at(-1);
    const inherits: boolean =
      before?.negated === true &&
      !own &&
      (/^n?or$/.test(joiner) ||
        (joiner === "and" && !OWN_ORDER.test(text) && (verbNegated || !/\w+er\b|\bmore\b/i.test(text))));
    verbNegated = inherits ? verbNegated : VERB_NEGATION.test(text);
    // "Don't apologize and refund" has two readings.
    const open = joiner === "and" && before?.negated === true && !own && !inherits && BARE_ORDER.test(text);
    clauses.push({ text, joiner, negated: open ? null : own || inherits });
  }
  // "Don't apologize, refund or escalate": the list's "or" shows that its first word negates all of it.
  clauses.forEach(({ joiner }, index) => {
    if (!/^n?or$/.test(joiner)) return;
    const start = clauses.slice(0, index).findLastIndex(({ negated }) => negated);
    if (start >= 0) for (const clause of clauses.slice(start, index + 1)) clause.negated = true;
  });
  return clauses;
}

/** Applies every wish a clause's words name; false when there is none that can be followed. */
function applyClause(changes: Changes, { text, negated }: Clause, part: string, tones: Set<Tone>): boolean {
  const asks = part.endsWith("?") && /^(?:why|what|who|how|is|are|did|does|was)\b/i.test(part);
  const tells = /\balready\b|\bthere(?:'s| is| are)\b|\btoo (?:high|low|much|little|early|late)\b/i.test(text);
  if (asks || tells || negated === null) return false;
  const outcomes = [
    apology(changes, text, negated),
    // "Do not mention the refund" is no wish about the refund itself.
    ...(negated && /\b(?:mention|say|state|explain|tell|point out)/i.test(text)
      ? []
      : [
          refund(changes, text, negated, /\brefund/i.test(part)),
          escalation(changes, text, negated),
          length(changes, text, negated),
          tone(changes, text, negated, tones),
        ]),
  ];
  return outcomes.includes("followed") && !outcomes.includes("unclear");
}

/** What became of one kind of wish in a clause: null when its words are not there. */
type Outcome = "followed" | "unclear" | null;

function apology(changes: Changes, text: string, negated: boolean): Outcome {
  if (!/\b(?:apolog\w*|sorry)\b/i.test(text)) return null;
  changes.apologize = !(negated || /\btoo apologetic\b/i.test(text));
  return "followed";
}

function refund(changes: Changes, text: string, negated: boolean, partNames: boolean): Outcome {
  const amount = /(?:\$|\bUSD)\s?(\d(?:[\d.,]*\d)?)|(\d(?:[\d.,]*\d)?)\s?(?:\$|dollars?\b|USD\b)/i.exec(text);
  const bare = partNames && amount !== null && text.replace(amount[0], "").replace(FILLER, "") === "";
  if (!/\brefund/i.test(text) && !bare) return null;
  if (negated) {
    // "Don't refund more than $20" and "not the full refund" want another refund, not none.
    if (amount !== null || /\b(?:full|whole|entire|all|more|everything)\b/i.test(text)) return "unclear";
    changes.refund = "none";
    return "followed";
  }
  if (amount === null && /\d|%|\b(?:half|part|partial\w*|policy|percent)\b/i.test(text.replace(/\bFH-\d+/gi, ""))) {
    return "unclear";
  }
  const cents = amount === null ? "full" : centsOf(amount[1] ?? amount[2] ?? "");
  if (cents === null) return "unclear";
  changes.refund = { cents };
  return "followed";
}

function escalation(changes: Changes, text: string, negated: boolean): Outcome {
  if (!/\b(?:escalat\w+|forward|(?:hand|send|pass|route|assign)\b.*\bto)\b/i.test(text)) return null;
  const team = TEAMS.find(({ words }) => words.test(text))?.team ?? null;
  if (negated ? changes.escalateTo === null : team === null) return "unclear";
  changes.escalateTo = negated ? null : team;
  return "followed";
}

function length(changes: Changes, text: string, negated: boolean): Outcome {
  const long =
    /\b(?:longer|too long|wordy|lengthy|long-winded|more detail\w*|too (?:short|brief|concise))\b/i.exec(text)?.[0];
  if (long === undefined && !/\b(?:short\w*|brief\w*|concise\w*|trim|cut (?:it|down))\b/i.test(text)) return null;
  if (/\b(?:isn't|is not)\b/i.test(text) && negated) return "unclear";
  const complains = long !== undefined && /too long|wordy|lengthy|winded/i.test(long);
  const shorter = complains || (long === undefined) !== negated;
  // The template has no more to say than it says by itself.
  if (!shorter && !changes.shorter) return "unclear";
  changes.shorter = shorter;
  return "followed";
}

function tone(changes: Changes, text: string, negated: boolean, tones: Set<Tone>): Outcome {
  const cold = /\b(?:stiff|cold|harsh|rude|robotic|distant|informal\w*|casual\w*)\b/i.exec(text)?.[0];
  const warm = /\b(?:warm\w*|friend\w*|kind(?! of)\w*|soft\w*|personal(?! data)|gentle|empath\w*)/i.test(text);
  const formal = /\b(?:formal\w*|professional\w*|neutral)\b/i.test(text);
  if (cold === undefined && !warm && !formal) return null;
  // "It is not professional" may be a complaint or a wish.
  if ((warm && formal) || (negated && /\b(?:isn't|is not|sounds? not|doesn't|does not)\b/i.test(text))) return "unclear";
  const against = negated || /\btoo (?:\w+ )?(?:warm|friend|kind|soft|personal|formal|casual|informal)/i.test(text);
  const easy = cold !== undefined && /informal|casual/i.test(cold);
  const wanted = cold !== undefined && !easy ? "warm" : (warm || easy) !== against ? "warm" : "formal";
  if (tones.size > 0 && !tones.has(wanted)) return "unclear";
  tones.add(wanted);
  changes.tone = wanted;
  return "followed";
}

function sentence(verb: string, what: string): string {
  if (verb === "offer") {
    return `We would also like to offer you ${ended(what.replace(/^(?:her|him|them|the customer)\s+/i, ""))}`;
  }
  // "mention that we are closed" is a sentence already; "mention the return window" names a thing.
  const whole = /\b(?:is|are|was|were|will|can|may|must|have|has|had|do|does|need|get|takes?|arrives?)\b/i.test(what);
  const named = /^(?:she|he|the customer) (?=(?:can|could|may|might|will|should|must)\b)/i;
  const rest = what.replace(named, "");
  const spoken = rest === what || /\b(?:she|he|her|his|him)\b/i.test(rest) ? what : `you ${rest}`;
  return whole ? ended(spoken.charAt(0).toUpperCase() + spoken.slice(1)) : `Please also note: ${ended(what)}`;
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Cents of "20", "12.50", "12,50", "1,234.50" or "1.234,50"; null for what could be read in two ways. */
function centsOf(amount: string): number | null {
  const english = /^(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d{1,2})?$/.test(amount);
  const plain = english ? amount.replaceAll(",", "") : amount.replace(/\.(?=\d{3}(?:[.,]))/g, "").replace(",", ".");
  return /^\d+(?:\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : null;
}
