import { type Explanation, explain } from "./errors";

/** An error whose message is a sentence for the screen: what happened, what became of it, what to do next. */
export class Said extends Error {}

/**
 * What a refusal of one of the desk's own routes says: the desk's sentence where there is one. `status` and `body` are the
 * answer's.
 */
export function refusalText(status: number, body: string): string {
  try {
    const answer: unknown = JSON.parse(body);
    const known = typeof answer === "object" && answer !== null && "message" in answer;
    if (known && typeof answer.message === "string") return answer.message;
  } catch {
    // Not from the desk itself: something between it and the browser answered.
  }
  return `The desk answered ${status}. Nothing was changed. Try again later.`;
}

/** Anything caught as an explanation; where it is `Said`, with its own sentence below `title`. */
export function explainSaid(title: string, caught: unknown): Explanation {
  return caught instanceof Said ? { title, message: caught.message, desk: null } : explain(caught);
}
