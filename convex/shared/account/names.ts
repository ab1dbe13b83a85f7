// Names and titles of people (rules N1 to N3 in README.md).

import { writingProblem } from "./lookAlikes";

/** Longest name or title, in characters: it has to fit a line of a list. */
export const NAME_MAX = 100;

/** A text a person is called by, or why it cannot be used as a sentence for the person who typed it. */
export type Checked = { ok: true; text: string } | { ok: false; problem: string };

const WRITING = {
  unseen: "holds characters that cannot be seen. Type it again by hand.",
  marks: "has more than three marks on one letter. Type it without them.",
  alphabets: "mixes letters of two alphabets that look alike in one word. Type it again by hand.",
} as const;

/** A name as it is stored (N1): NFC, single blanks, at least one letter; or what is wrong with it. */
export function checkName(typed: string): Checked {
  const text = tidy(typed);
  if (text === "") return { ok: false, problem: "Enter a name." };
  const problem = textProblem("The name", text);
  if (problem !== null) return { ok: false, problem };
  return /\p{L}/u.test(text) ? { ok: true, text } : { ok: false, problem: "A name needs at least one letter." };
}

/** A title, such as "Support lead", as it is stored; it may be empty. */
export function checkTitle(typed: string): Checked {
  const text = tidy(typed);
  const problem = textProblem("The title", text);
  return problem === null ? { ok: true, text } : { ok: false, problem };
}

function tidy(typed: string): string {
  return typed
    .normalize("NFC")
    .replace(/\p{Zs}+/gu, " ")
    .trim();
}

function textProblem(what: string, text: string): string | null {
  if ([...text].length > NAME_MAX) return `${what} is longer than ${NAME_MAX} characters. Shorten it.`;
  const problem = writingProblem(text);
  return problem === null ? null : `${what} ${WRITING[problem]}`;
}
