// How far the history looks at once. A page that an index answers alone holds what was asked for; where rows are compared one by
// one, a page is what was found among as many rows, and says how far back it looked.

/** Rows that the history shows at a time. */
export const SHOWN = 50;
/** Rows that one page compares at most: each costs a few reads, and one query may make 4,096. */
export const LOOKED_MAX = 1_000;
/** Rows that the first page of a filter compares. */
export const LOOKED_FIRST = 200;
/** Matches that one search considers: the most that a search on Convex reads is 1,024. */
export const SEARCHED_MAX = 1_000;

/** How many rows the next page should compare, so that it finds about `SHOWN`, after `found` among `looked`. */
export function nextLook(looked: number, found: number): number {
  const wanted = found === 0 ? LOOKED_MAX : Math.ceil((SHOWN * looked) / found);
  return Math.min(LOOKED_MAX, Math.max(SHOWN, wanted));
}
