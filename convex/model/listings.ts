// What reviewers find in their inbox and in the outbox: a row for each key under which somebody is asked, so that a list
// is read by index whatever the number of tasks that ask others. `seeing.ts` says which keys a person has.

import { ConvexError } from "convex/values";
import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";

type Listing = Doc<"listings">;
type Order = "asc" | "desc";
/** A place in a list: `at` and what stands there. Before the first when null. */
type Place = { at: number; of: Listing["of"] };

/** Keys of one listed thing that are looked at: those of a stage, its ladder and its delegates. */
const KEYS_MAX = 500;
/** Rows of one key read for one page. Pages are split as they grow, so that none comes near. */
const ROWS_MAX = 500;

/** Lists something under each of `keys`. */
export async function list(
  ctx: MutationCtx,
  of: Listing["of"],
  where: Listing["list"],
  at: number,
  keys: readonly string[],
): Promise<void> {
  for (const key of keys) await ctx.db.insert("listings", { list: where, key, at, of });
}

/** Lists something that is listed already in another list, at another time (ms since 1970) or under other keys. */
export async function listAgain(
  ctx: MutationCtx,
  of: Listing["of"],
  where: Listing["list"],
  at: number,
  keys: readonly string[],
): Promise<void> {
  const rows = await ctx.db
    .query("listings")
    .withIndex("by_of", (q) => q.eq("of", of))
    .take(KEYS_MAX);
  for (const row of rows) {
    if (!keys.includes(row.key)) await ctx.db.delete("listings", row._id);
    else if (row.list !== where || row.at !== at) await ctx.db.patch("listings", row._id, { list: where, at });
  }
  const there = new Set(rows.map(({ key }) => key));
  await list(
    ctx,
    of,
    where,
    at,
    keys.filter((key) => !there.has(key)),
  );
}

/**
 * A page of what is listed under any of `keys`, each thing once, by `at`. Cursors are places in the list, so that a page
 * goes on where the one before ended whatever was listed since; with `endCursor` the page reaches exactly up to there.
 * Throws the InvalidCursor error of Convex for a cursor of another query: hooks then begin again.
 */
export async function listedPage<Of extends Listing["of"]>(
  ctx: QueryCtx,
  where: Listing["list"],
  keys: ReadonlySet<string>,
  order: Order,
  { numItems, cursor, endCursor }: PaginationOptions,
): Promise<PaginationResult<Of>> {
  const from = cursor === null ? null : placeOf(cursor);
  const to = typeof endCursor === "string" ? placeOf(endCursor) : null;
  const found = new Map<string, Place>();
  const wanted = to === null ? Math.min(numItems + 1, ROWS_MAX) : ROWS_MAX;
  for (const key of keys) {
    for (const { at, of } of await rowsOf(ctx, where, key, order, from, to, wanted)) found.set(of, { at, of });
  }
  const all = [...found.values()].sort((a, b) => compare(a, b, order));
  const places = to === null ? all.slice(0, numItems) : all;
  const last = to ?? places.at(-1) ?? from;
  const middle = places[Math.floor(places.length / 2)];
  return {
    // Each list holds one kind of thing, which its reader names.
    page: places.map(({ of }) => of as Of),
    isDone: to === null && all.length <= numItems,
    continueCursor: last === null ? END : JSON.stringify([last.at, last.of]),
    // A page that grew is read as two from here on.
    ...(places.length > numItems && middle !== undefined
      ? { splitCursor: JSON.stringify([middle.at, middle.of]) }
      : {}),
  };
}

/** The cursor after an empty list. */
const END = "[]";

/** The next rows of one key: those of the moment of `from` that come after it, then those of later moments. */
async function rowsOf(
  ctx: QueryCtx,
  list: Listing["list"],
  key: string,
  order: Order,
  from: Place | null,
  to: Place | null,
  max: number,
): Promise<Place[]> {
  const rows: Place[] = [];
  const index = "by_list_and_key_and_at_and_of";
  const table = () => ctx.db.query("listings");
  if (from !== null) {
    const same = table().withIndex(index, (q) => {
      const now = q.eq("list", list).eq("key", key).eq("at", from.at);
      return order === "asc" ? now.gt("of", from.of) : now.lt("of", from.of);
    });
    rows.push(...(await same.order(order).take(max)));
  }
  if (rows.length < max) {
    const [after, before] = order === "asc" ? [from?.at, to?.at] : [to?.at, from?.at];
    const later = table().withIndex(index, (q) => {
      const all = q.eq("list", list).eq("key", key);
      // The moment of `from` is read above, that of `to` belongs to the page.
      const low = after === undefined ? all : order === "asc" ? all.gt("at", after) : all.gte("at", after);
      return before === undefined ? low : order === "asc" ? low.lte("at", before) : low.lt("at", before);
    });
    rows.push(...(await later.order(order).take(max - rows.length)));
  }
  return to === null ? rows : rows.filter((row) => compare(row, to, order) <= 0);
}

function compare(a: Place, b: Place, order: Order): number {
  const by = a.at - b.at || (a.of < b.of ? -1 : a.of > b.of ? 1 : 0);
  return order === "asc" ? by : -by;
}

function placeOf(cursor: string): Place | null {
  if (cursor === END) return null;
  try {
    const [at, of, ...rest] = JSON.parse(cursor) as unknown[];
    if (typeof at === "number" && typeof of === "string" && rest.length === 0) return { at, of: of as Id<"tasks"> };
  } catch {
    // It is no cursor of ours.
  }
  throw new ConvexError({ isConvexSystemError: true, paginationError: "InvalidCursor" });
}
