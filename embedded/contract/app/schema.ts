import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  /** Documents of any shape, in the order of one field. */
  things: defineTable(v.any()).index("by_v", ["v"]),
  items: defineTable({ tag: v.string(), n: v.optional(v.number()), next: v.optional(v.id("items")) })
    .index("by_n", ["n"])
    .index("by_tag_and_n", ["tag", "n"]),
  notes: defineTable({ text: v.string(), topic: v.string() }).searchIndex("search_text", {
    searchField: "text",
    filterFields: ["topic"],
  }),
  points: defineTable({ at: v.array(v.float64()), kind: v.string() }).vectorIndex("by_at", {
    vectorField: "at",
    dimensions: 2,
    filterFields: ["kind"],
  }),
});
