const OUTCOME = /^(?:Nothing was (?:decided|changed|saved)|Your decision was not taken.*)\.$/;

/**
 * The desk's text for a refusal as a reason to read beforehand: "This stage does not ask you to decide. Nothing was
 * decided. It waits for its reviewers." without the sentence on what became of an attempt, because nothing was attempted.
 */
export function reasonOf(text: string): string {
  return text
    .split(/(?<=\.) /)
    .filter((sentence) => !OUTCOME.test(sentence))
    .join(" ");
}
