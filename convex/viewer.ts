import { v } from "convex/values";
import { anyoneQuery } from "./functions";
import { vRole } from "./shared/roles";

/** The signed-in person, or null for a stranger. */
export const current = anyoneQuery({
  args: {},
  returns: v.union(
    v.object({
      id: v.id("people"),
      name: v.string(),
      title: v.string(),
      initials: v.string(),
      roles: v.array(vRole),
      demo: v.boolean(),
    }),
    v.null(),
  ),
  handler: async (ctx) => {
    if (ctx.person === null) return null;
    const { _id, name, title, initials, roles, demo } = ctx.person;
    return { id: _id, name, title, initials, roles, demo };
  },
});
