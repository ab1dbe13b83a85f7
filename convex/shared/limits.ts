// What the desk accepts. Both sides import these: the form warns early, the backend decides.

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

/** Longest customer message, in characters: longer ones do not fit a model's prompt beside the desk's own text. */
export const MESSAGE_MAX = 20_000;
export const SUBJECT_MAX = 200;
/** RFC 5321 allows 254 characters for an address; the rest is for a display name. */
export const FROM_MAX = 320;
/** Longest body of a reply, in characters. */
export const BODY_MAX = 20_000;
/** Longest reason or feedback a reviewer can give, in characters: it goes into a prompt and into the audit history. */
export const NOTE_MAX = 2_000;
export const SUMMARY_MAX = 600;
/** Longest question of an agent, in characters: a person reads it whole before they answer. */
export const QUESTION_MAX = 600;
export const REASONING_MAX = 1_200;
export const CLAIM_MAX = 400;
export const EVIDENCE_MAX = 12;
export const SUBMISSION_KEY_MAX = 200;

/** Shorter than this nobody can read a draft. */
export const DEADLINE_MIN_MS = 10 * SECOND_MS;
export const DEADLINE_MAX_MS = 30 * 24 * HOUR_MS;

/** Drafts a request may have before "changes requested" ends it: past this the agent does not converge. */
export const MAX_ROUNDS = 5;

/** Longest headline of an announcement, in characters: longer ones are cut off wherever they are listed. */
export const HEADLINE_MAX = 150;
export const ORDER_ID_MAX = 40;

/** Largest refund an agent may propose, in cents. */
export const REFUND_MAX_CENTS = 1_000_000;
