import { actionGeneric as action, internalQueryGeneric as internalQuery, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
import { ConvexError, v } from "convex/values";
import { api, components } from "./refs";

export const echo = query({ args: { value: v.any() }, handler: async (_ctx, { value }) => value });
export const echoMutation = mutation({ args: { value: v.any() }, handler: async (_ctx, { value }) => value });
export const echoAction = action({ args: { value: v.any() }, handler: async (_ctx, { value }) => value });

export const strict = query({
  args: {
    n: v.number(),
    text: v.optional(v.string()),
    id: v.optional(v.id("items")),
    kind: v.optional(v.union(v.literal("a"), v.object({ kind: v.literal("b"), big: v.int64() }))),
    map: v.optional(v.record(v.string(), v.boolean())),
  },
  handler: async (_ctx, args) => Object.keys(args).sort(),
});

export const nothing = query({ args: {}, handler: async () => undefined });

// The cast: what a result of the wrong kind does is the case.
export const wrongResult = query({ args: {}, returns: v.string(), handler: async () => 7 as unknown as string });
export const writeThenWrongResult = mutation({
  args: {},
  returns: v.string(),
  handler: async (ctx) => {
    await ctx.db.insert("items", { tag: "written" });
    return 7 as unknown as string;
  },
});
export const noValue = query({ args: {}, handler: async () => new Map() as unknown as string });

export const fails = query({
  args: { data: v.optional(v.any()) },
  handler: async (_ctx, { data }) => {
    if (data === undefined) throw new TypeError("an ordinary error");
    throw new ConvexError(data);
  },
});

/** Catches the error of a mutation in an action. */
export const catches = action({
  args: {},
  handler: async (ctx) => {
    const caught: unknown = await ctx.runMutation(api["transactions"]!["breakOff"]!, {}).catch((error: unknown) => error);
    return caught instanceof ConvexError ? caught.data : String(caught);
  },
});

/** Two mutations of an action are two transactions. */
export const twoMutations = action({
  args: {},
  handler: async (ctx) => {
    await ctx.runMutation(api["db"]!["insert"]!, { table: "items", value: { tag: "kept" } });
    await ctx.runMutation(api["transactions"]!["breakOff"]!, {});
  },
});

const WHO = async (ctx: { auth: { getUserIdentity(): Promise<{ subject: string } | null> } }) =>
  (await ctx.auth.getUserIdentity())?.subject ?? null;

export const who = internalQuery({ args: {}, handler: WHO });
export const identity = query({ args: {}, handler: async (ctx) => ctx.auth.getUserIdentity() });

/** Who is signed in: here, in a query called from here, and in a component. */
export const whoEverywhere = action({
  args: {},
  handler: async (ctx) => [
    await WHO(ctx),
    await ctx.runQuery(api["calls"]!["who"]!, {}),
    await ctx.runQuery(components["counter"]!["lib"]!["who"]!, {}),
  ],
});

export const component = query({
  args: {},
  handler: async (ctx) => {
    const { lib } = components["counter"]!;
    return { counts: await ctx.runQuery(lib!["count"]!, {}), things: await ctx.runQuery(lib!["things"]!, {}) };
  },
});

export const hidden = mutation({
  args: {},
  handler: async (ctx) => ctx.runMutation(components["counter"]!["lib"]!["hidden"]!, {}),
});

/** The pages of one query in order: `numItems` each. */
export const page = query({
  args: { cursor: v.union(v.string(), v.null()), numItems: v.number(), endCursor: v.optional(v.string()), order: v.union(v.literal("asc"), v.literal("desc")) },
  handler: async (ctx, { order, ...opts }) => ctx.db.query("items").withIndex("by_n").order(order).paginate(opts),
});

export const pageOfOthers = query({
  args: { cursor: v.string() },
  handler: async (ctx, { cursor }) => ctx.db.query("notes").paginate({ cursor, numItems: 2 }),
});

export const twoPages = query({
  args: {},
  handler: async (ctx) => {
    await ctx.db.query("items").paginate({ cursor: null, numItems: 1 });
    await ctx.db.query("notes").paginate({ cursor: null, numItems: 1 });
  },
});

export const search = query({
  args: { text: v.string(), topic: v.optional(v.string()) },
  handler: async (ctx, { text, topic }) => {
    const found = ctx.db.query("notes").withSearchIndex("search_text", (q) => {
      const search = q.search("text", text);
      return topic === undefined ? search : search.eq("topic", topic);
    });
    return (await found.collect()).map((note) => note["text"]);
  },
});

export const nearest = action({
  args: { at: v.array(v.float64()), limit: v.number(), kinds: v.optional(v.array(v.string())) },
  handler: async (ctx, { at, limit, kinds }) =>
    ctx.vectorSearch("points", "by_at", {
      vector: at,
      limit,
      ...(kinds === undefined ? {} : { filter: (q) => q.or(...kinds.map((kind) => q.eq("kind", kind))) }),
    }),
});
