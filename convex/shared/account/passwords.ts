// Which passwords are taken (rules P1 to P3 in README.md; NIST SP 800-63B, 3.1.1.2: length, a list of what everybody tries, no
// rules of composition).

import { COMMON_WORDS, RUN_MIN, RUNS } from "./common";

/** At least so many characters. */
export const PASSWORD_MIN = 12;
/** At most so many bytes of UTF-8: enough for any sentence, too few to keep the desk busy. */
export const PASSWORD_MAX_BYTES = 256;
/** So many characters must be left without what everybody tries. */
const OWN_MIN = 6;

/** The form in which a password is measured, hashed and compared (P1). */
export function normalPassword(typed: string): string {
  return typed.normalize("NFKC");
}

/** Why a new password is not taken, as a sentence for the person who typed it, or null; `whose` is what others know of them. */
export function passwordProblem(typed: string, whose: { name: string; email: string }): string | null {
  const password = normalPassword(typed);
  const length = [...password].length;
  if (length < PASSWORD_MIN) return `Use at least ${PASSWORD_MIN} characters. A few words in a row are easy to keep.`;
  if (new TextEncoder().encode(password).length > PASSWORD_MAX_BYTES) {
    return `The password is longer than ${PASSWORD_MAX_BYTES} bytes. Use a shorter one.`;
  }
  if (ownPart(password, COMMON_WORDS).length < OWN_MIN) {
    return "The password is one of those that are tried first. Choose a different one, such as a few words in a row.";
  }
  if (ownPart(password, [...COMMON_WORDS, ...namesOf(whose)]).length < OWN_MIN) {
    return "The password is your name or e-mail address, or nearly. Others would try it: choose a different one.";
  }
  return null;
}

/** The parts of a name and an address of three letters and more, and the whole of them without what joins them. */
function namesOf({ name, email }: { name: string; email: string }): string[] {
  const parts = `${name} ${email}`.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return [...parts, parts.join("")].filter((part) => part.length >= 3);
}

/** What is left of a password without `words`, runs along the keyboard, years and repetitions (P3). */
function ownPart(password: string, words: readonly string[]): string {
  const letters = password.toLowerCase().replace(spellings(words), " ");
  return withoutRuns(letters)
    .replace(/(19|20)\d\d/g, " ")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .replace(/(.{1,6}?)\1+/gu, "$1");
}

/** The words in whatever spelling with figures and signs, longer ones first: "P@ssw0rd" is "password". */
function spellings(words: readonly string[]): RegExp {
  const longestFirst = [...new Set(words)].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((word) => [...word].map(spelling).join("")).join("|") || "(?!)", "gu");
}

const SIGNS: Record<string, string> = {
  a: "a4@",
  b: "b8",
  e: "e3",
  g: "g9",
  i: "i1!",
  l: "l1",
  o: "o0",
  s: "s5$",
  t: "t7",
};

function spelling(letter: string): string {
  const signs = SIGNS[letter];
  return signs === undefined ? letter : `[${signs}]`;
}

/** The text without pieces of `RUNS`, the longest piece at each place. */
function withoutRuns(text: string): string {
  let rest = "";
  for (let at = 0; at < text.length;) {
    const length = runAt(text, at);
    if (length < RUN_MIN) rest += text[at];
    at += length < RUN_MIN ? 1 : length;
  }
  return rest;
}

function runAt(text: string, at: number): number {
  let length = 1;
  while (at + length < text.length && RUNS.some((run) => run.includes(text.slice(at, at + length + 1)))) length += 1;
  return length;
}
