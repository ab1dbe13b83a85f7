// Characters that pass for others, or that are not seen at all (rules N2 and N3 in README.md).

/** Control, format, surrogate, private and unassigned characters, and the separators of lines and paragraphs. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/u;
const PILED_MARKS = /\p{M}{4,}/u;
/** Alphabets with letters that look like those of another. */
const ALPHABETS = [
  /\p{Script=Latin}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
];

/** What is wrong with how a text is written: characters nobody sees, piled marks, or a word of two alphabets. Null when nothing is. */
export function writingProblem(text: string): "unseen" | "marks" | "alphabets" | null {
  if (UNSEEN.test(text)) return "unseen";
  if (PILED_MARKS.test(text.normalize("NFD"))) return "marks";
  return text.split(/[^\p{L}\p{M}]+/u).some(isMixed) ? "alphabets" : null;
}

function isMixed(word: string): boolean {
  return ALPHABETS.filter((alphabet) => alphabet.test(word)).length > 1;
}
