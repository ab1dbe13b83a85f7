import type { Sources } from "../testing.ts";

/**
 * The functions that the kill loop calls. Everything a call does leaves a row with the call's own number, so that the
 * rows can be compared with what the clients know (SPEC D6).
 */
export const ledgerApp: Sources = {
  "schema.ts": `
    import { defineSchema, defineTable } from "convex/server";
    import { v } from "convex/values";
    export default defineSchema({
      rows: defineTable({ kind: v.string(), call: v.string(), text: v.string() }).index("by_kind", ["kind", "call"]).searchIndex("by_text", { searchField: "text" }),
      accounts: defineTable({ name: v.string(), balance: v.number() }).index("by_balance", ["balance"]),
    });`,
  "ledger.ts": `
    import { actionGeneric as action, anyApi, internalActionGeneric as internalAction, internalMutationGeneric as internalMutation, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
    import { v } from "convex/values";
    const call = { call: v.string() };
    const note = (ctx, kind, call) => ctx.db.insert("rows", { kind, call, text: kind + " number " + call });

    export const open = mutation({ args: {}, handler: async (ctx) => {
      for (let i = 0; i < 8; i++) await ctx.db.insert("accounts", { name: "a" + i, balance: 1000 });
    } });
    /** One row. */
    export const write = mutation({ args: call, handler: (ctx, { call }) => note(ctx, "write", call) });
    /** A row, money moved between two accounts, and a row taken away again. */
    export const move = mutation({ args: { call: v.string(), amount: v.number() }, handler: async (ctx, { call, amount }) => {
      const [poorest, ...others] = await ctx.db.query("accounts").withIndex("by_balance").collect();
      const richest = others.at(-1);
      await ctx.db.patch(poorest._id, { balance: poorest.balance + amount });
      await ctx.db.patch(richest._id, { balance: richest.balance - amount });
      await note(ctx, "move", call);
      await ctx.db.delete(await note(ctx, "passing", call));
    } });
    /** A row, and a mutation and an action for later. */
    export const plan = mutation({ args: { call: v.string(), delayMs: v.number() }, handler: async (ctx, { call, delayMs }) => {
      await note(ctx, "plan", call);
      await ctx.scheduler.runAfter(delayMs, anyApi.ledger.planned, { call });
      await ctx.scheduler.runAfter(delayMs / 2, anyApi.ledger.plannedAction, { call });
    } });
    export const planned = internalMutation({ args: call, handler: (ctx, { call }) => note(ctx, "planned", call) });
    export const plannedAction = internalAction({ args: call, handler: (ctx, { call }) => ctx.runMutation(anyApi.ledger.begun, { call, kind: "planned action" }) });
    export const begun = internalMutation({ args: { call: v.string(), kind: v.string() }, handler: (ctx, { call, kind }) => note(ctx, kind, call) });
    export const act = action({ args: call, handler: (ctx, { call }) => ctx.runMutation(anyApi.ledger.begun, { call, kind: "act" }) });
    /** How many writes there are whose call begins with the given text. */
    export const writes = query({ args: { client: v.string() }, handler: async (ctx, { client }) =>
      (await ctx.db.query("rows").withIndex("by_kind", (q) => q.eq("kind", "write").gte("call", client + "/").lt("call", client + "0")).collect()).length });
    export const pendingJobs = query({ args: {}, handler: async (ctx) =>
      (await ctx.db.system.query("_scheduled_functions").collect()).filter(({ state }) => state.kind === "pending" || state.kind === "inProgress").length });
  `,
};
