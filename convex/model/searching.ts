// The matches of a text, the best ones first, read as far as an answer needs them: whoever asks for a page of a common word, or
// compares what a search index has no filter for, reads on only until the page is full.

import { SEARCHED_MAX } from "../shared/history/pages";

/** `more`: a larger limit finds more. `capped`: the best `SEARCHED_MAX` matches were considered, and there are others. */
export type Searched<Found> = { found: Found[]; more: boolean; capped: boolean };

/**
 * What `find` makes of the first matches for which it answers something, at most `limit`, of the best `SEARCHED_MAX`. It is called
 * for as many matches at once as are wanted still.
 */
export async function firstFound<Match, Found>(
  matches: AsyncIterable<Match>,
  limit: number,
  find: (match: Match) => Promise<Found | null>,
): Promise<Searched<Found>> {
  const ahead = matches[Symbol.asyncIterator]();
  const found: Found[] = [];
  let considered = 0;
  let isDone = false;
  while (!isDone && found.length <= limit && considered < SEARCHED_MAX) {
    const some: Match[] = [];
    const wanted = Math.min(limit + 1 - found.length, SEARCHED_MAX - considered);
    while (!isDone && some.length < wanted) {
      const next = await ahead.next();
      if (next.done === true) isDone = true;
      else some.push(next.value);
    }
    considered += some.length;
    for (const one of await Promise.all(some.map(find))) if (one !== null) found.push(one);
  }
  const capped = !isDone && considered === SEARCHED_MAX && (await ahead.next()).done !== true;
  await ahead.return?.();
  return { found: found.slice(0, limit), more: found.length > limit, capped };
}
