/** Longer terms are not indexed, in UTF-8 bytes. */
const MAX_TERM_BYTES = 32;

/** The terms of a text: runs of letters and digits of any script, in lower case, no stemming (SPEC Q20). */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const [run] of text.matchAll(/[\p{Alphabetic}\p{N}]+/gu)) {
    const term = run.toLowerCase();
    if (Buffer.byteLength(term) <= MAX_TERM_BYTES) terms.push(term);
  }
  return terms;
}
