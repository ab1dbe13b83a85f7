// Filters of the history that people keep under a name. Everybody sees their own and the shared ones; an owner changes theirs, and
// an admin the shared ones as well.

import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { deskError } from "../shared/errors";
import { vHistoryView, type HistoryView } from "../shared/history/filter";
import { hasRole } from "../shared/roles";
import { nameOf } from "./people";

/** Views of one person, and shared ones that are listed, at most. */
const VIEWS_MAX = 100;
const NAME_MAX = 100;

export const vSavedView = v.object({
  viewId: v.id("savedViews"),
  name: v.string(),
  shared: v.boolean(),
  /** Who saved it. */
  by: v.string(),
  /** Whether the person who looks may rename, share and remove it. */
  mayChange: v.boolean(),
  view: vHistoryView,
});

/** A person's own views and those that others share, by name. */
export async function viewsFor(ctx: QueryCtx, person: Doc<"people">): Promise<Infer<typeof vSavedView>[]> {
  const own = await ownViews(ctx, person._id);
  const shared = await ctx.db
    .query("savedViews")
    .withIndex("by_shared", (q) => q.eq("shared", true))
    .order("desc")
    .take(VIEWS_MAX);
  const all = [...own, ...shared.filter(({ personId }) => personId !== person._id)];
  const views = await Promise.all(
    all.map(async (row) => ({
      viewId: row._id,
      name: row.name,
      shared: row.shared,
      by: await nameOf(ctx, row.personId),
      mayChange: mayChange(person, row),
      view: row.view,
    })),
  );
  return views.sort((a, b) => a.name.localeCompare(b.name));
}

/** Keeps a filter for a person. Throws `viewNameInvalid` or `viewsFull`. */
export async function saveView(
  ctx: MutationCtx,
  person: Doc<"people">,
  { name, shared, view }: { name: string; shared: boolean; view: HistoryView },
): Promise<Id<"savedViews">> {
  const checked = nameChecked(name);
  if ((await ownViews(ctx, person._id)).length >= VIEWS_MAX) throw deskError("viewsFull");
  return await ctx.db.insert("savedViews", { personId: person._id, name: checked, shared, view });
}

/** Renames a view, shares it or ends that. Throws `viewGone`, `viewNotYours` or `viewNameInvalid`. */
export async function updateView(
  ctx: MutationCtx,
  person: Doc<"people">,
  { viewId, name, shared }: { viewId: Id<"savedViews">; name: string; shared: boolean },
): Promise<void> {
  const row = await ctx.db.get("savedViews", viewId);
  if (row === null || !maySee(person, row)) throw deskError("viewGone");
  if (!mayChange(person, row)) throw deskError("viewNotYours");
  await ctx.db.patch("savedViews", viewId, { name: nameChecked(name), shared });
}

/** Removes a view; one that is gone already is a no-op. Throws `viewNotYours`. */
export async function removeView(ctx: MutationCtx, person: Doc<"people">, viewId: Id<"savedViews">): Promise<void> {
  const row = await ctx.db.get("savedViews", viewId);
  if (row === null || !maySee(person, row)) return;
  if (!mayChange(person, row)) throw deskError("viewNotYours");
  await ctx.db.delete("savedViews", viewId);
}

function maySee(person: Doc<"people">, row: Doc<"savedViews">): boolean {
  return row.shared || row.personId === person._id;
}

function mayChange(person: Doc<"people">, row: Doc<"savedViews">): boolean {
  return row.personId === person._id || (row.shared && hasRole(person.roles, ["admin"]));
}

async function ownViews(ctx: QueryCtx, personId: Id<"people">): Promise<Doc<"savedViews">[]> {
  return await ctx.db
    .query("savedViews")
    .withIndex("by_personId", (q) => q.eq("personId", personId))
    .take(VIEWS_MAX);
}

function nameChecked(name: string): string {
  const text = name.trim();
  if (text === "" || text.length > NAME_MAX || /\p{Cc}/u.test(text)) throw deskError("viewNameInvalid");
  return text;
}
