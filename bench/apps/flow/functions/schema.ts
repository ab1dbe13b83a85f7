import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  /** One for each workflow that was started; the step after the wait sets `done`. */
  runs: defineTable({ n: v.number(), workflowId: v.string(), done: v.boolean() }).index("by_n", ["n"]),
});
