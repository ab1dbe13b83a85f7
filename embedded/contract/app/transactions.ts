import { internalMutationGeneric as internalMutation, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
import { ConvexError, v } from "convex/values";
import { api, components } from "./refs";

/** Inserts, schedules and throws. */
export const breakOff = mutation({
  args: {},
  handler: async (ctx) => {
    await ctx.db.insert("items", { tag: "inside" });
    await ctx.scheduler.runAfter(0, api["jobs"]!["write"]!, { tag: "job of the inside" });
    throw new ConvexError({ code: "brokenOff", at: 7 });
  },
});

/** Catches a part that throws; what came before and after stays. */
export const catches = mutation({
  args: {},
  handler: async (ctx) => {
    const first = await ctx.db.insert("items", { tag: "before" });
    const caught: unknown = await ctx.runMutation(api["transactions"]!["breakOff"]!, {}).catch((error: unknown) => error);
    const last = await ctx.db.insert("items", { tag: "after" });
    const times = [await ctx.db.get("items", first), await ctx.db.get("items", last)].map((doc) => doc?._creationTime ?? 0);
    return {
      data: caught instanceof ConvexError ? caught.data : String(caught),
      seen: (await ctx.db.query("items").collect()).map((item) => item["tag"]),
      isLater: times[1]! > times[0]!,
    };
  },
});

/** Writes here and in a component, then throws. */
export const breakOffAcross = mutation({
  args: {},
  handler: async (ctx) => {
    await ctx.db.insert("items", { tag: "here" });
    await ctx.runMutation(components["counter"]!["lib"]!["add"]!, { name: "there" });
    throw new Error("across");
  },
});

export const catchesComponent = mutation({
  args: {},
  handler: async (ctx) => {
    await ctx.db.insert("items", { tag: "here" });
    const add = components["counter"]!["lib"]!["add"]!;
    const caught: unknown = await ctx.runMutation(add, { name: "a", fail: true }).catch((error: unknown) => error);
    const count = await ctx.runMutation(add, { name: "b" });
    return { data: caught instanceof ConvexError ? caught.data : String(caught), count };
  },
});

/** Does not wait for its insert. */
export const unawaited = mutation({
  args: { fail: v.boolean() },
  handler: async (ctx, { fail }) => {
    void ctx.db.insert("items", { tag: "unawaited" });
    if (fail) throw new Error("thrown at once");
  },
});

/** Adds one to the only item's number, by reading and writing. */
export const increment = mutation({
  args: {},
  handler: async (ctx) => {
    const item = await ctx.db.query("items").first();
    if (item === null) return void (await ctx.db.insert("items", { tag: "counter", n: 1 }));
    await ctx.db.patch("items", item._id as never, { n: item["n"] + 1 });
  },
});

export const parallel = mutation({
  args: {},
  handler: async (ctx) => {
    await Promise.all(["a", "b", "c"].map((tag) => ctx.db.insert("items", { tag })));
    return (await ctx.db.query("items").collect()).map((item) => item["tag"]);
  },
});

let calls = 0;

/** How often this module's state was used. */
export const moduleState = query({ args: {}, handler: async () => ++calls });

export const now = query({ args: {}, handler: async () => Date.now() });

/** Time at begin and end of a busy mutation and in a nested call, and two random numbers. */
export const timeAndChance = mutation({
  args: {},
  handler: async (ctx) => {
    const begin = Date.now();
    for (let i = 0; i < 300_000; i += 1) Math.sqrt(i);
    const nested = await ctx.runQuery(api["transactions"]!["now"]!, {});
    return { times: [begin, nested, Date.now(), new Date().getTime()], random: [Math.random(), Math.random()] };
  },
});

/** Replaces a global and leaves it so. */
export const spoil = internalMutation({
  args: {},
  handler: async () => {
    globalThis.Date = class extends Date {
      static override now() {
        return 42;
      }
    } as DateConstructor;
    return Date.now();
  },
});

export const outside = query({
  args: { what: v.union(v.literal("fetch"), v.literal("setTimeout")) },
  handler: async (_ctx, { what }) => {
    if (what === "fetch") await fetch("http://127.0.0.1:9/");
    else await new Promise((resolve) => setTimeout(resolve, 1));
    return "it worked";
  },
});

export const forever = query({ args: {}, handler: async () => new Promise(() => undefined) });
