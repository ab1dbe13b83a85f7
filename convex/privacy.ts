import { v } from "convex/values";
import { adminMutation, internalMutation, managerQuery } from "./functions";
import { beginErasure, eraseStep, vErasureSubject } from "./model/erasures";
import { nameOf } from "./model/people";

/** Erasures that the page lists. */
const LISTED = 50;

/** Erases a person's personal content, for good. `confirm` is the word the person typed: "erase". */
export const erase = adminMutation({
  args: { subject: vErasureSubject, confirm: v.literal("erase") },
  returns: v.object({ erasureId: v.id("erasures") }),
  handler: async (ctx, { subject }) => ({ erasureId: await beginErasure(ctx, ctx.person, subject) }),
});

/** The erasures there were, newest first, with how far they are. */
export const erasures = managerQuery({
  args: {},
  returns: v.array(
    v.object({
      erasureId: v.id("erasures"),
      personId: v.union(v.id("people"), v.null()),
      by: v.string(),
      at: v.number(),
      doneAt: v.union(v.number(), v.null()),
      requests: v.number(),
      events: v.number(),
      waiting: v.number(),
    }),
  ),
  handler: async (ctx) => {
    const rows = await ctx.db.query("erasures").order("desc").take(LISTED);
    return await Promise.all(
      rows.map(async ({ _id, _creationTime, personId, by, state, requests, events, waiting }) => ({
        erasureId: _id,
        personId: personId ?? null,
        by: await nameOf(ctx, by),
        at: _creationTime,
        doneAt: state.kind === "done" ? state.at : null,
        requests,
        events,
        waiting,
      })),
    );
  },
});

/** The next batch of an erasure. */
export const step = internalMutation({
  args: { erasureId: v.id("erasures") },
  returns: v.null(),
  handler: async (ctx, { erasureId }) => {
    await eraseStep(ctx, erasureId);
    return null;
  },
});
