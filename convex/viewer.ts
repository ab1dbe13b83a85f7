import { v } from "convex/values";
import { anyoneQuery, internalQuery } from "./functions";
import { currentPerson } from "./model/people";
import { deskError } from "./shared/errors";
import { hasRole, vRole } from "./shared/roles";

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

/** The id of the signed-in person if they have one of `roles`, of any where null. Throws `notSignedIn` or `notAllowed`. */
export const withRole = internalQuery({
  args: { roles: v.union(v.array(vRole), v.null()) },
  returns: v.id("people"),
  handler: async (ctx, { roles }) => {
    const person = await currentPerson(ctx);
    if (person === null) throw deskError("notSignedIn");
    if (roles !== null && !hasRole(person.roles, roles)) throw deskError("notAllowed");
    return person._id;
  },
});
