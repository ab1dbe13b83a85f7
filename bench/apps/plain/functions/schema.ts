import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  /** Written by `notes`; `n` is unique within a topic. */
  notes: defineTable({ topic: v.string(), n: v.number(), text: v.string() }).index("by_topic_and_n", ["topic", "n"]),
  /** Written by `timers.ring`: one row for each time a planned function ran. */
  rings: defineTable({ n: v.number(), dueAt: v.number(), ranAt: v.number() }),
});
