import { v } from "convex/values";
import { anyoneQuery, internalQuery } from "./functions";
import { demoPeople, demoUserId } from "./model/demo";
import { vPerson } from "./model/views";

/** Who a stranger may sign in as: the demo people while demo mode is on, otherwise nobody. */
export const demo = anyoneQuery({
  args: {},
  returns: v.array(vPerson),
  handler: async (ctx) =>
    (await demoPeople(ctx)).map(({ _id, name, title, initials, roles }) => ({
      id: _id,
      name,
      title,
      initials,
      roles,
    })),
});

/** The user behind a demo person, or null when demo mode is off or there is no such person. For sign-in only. */
export const demoUser = internalQuery({
  args: { demoPersonId: v.string() },
  returns: v.union(v.id("users"), v.null()),
  handler: (ctx, { demoPersonId }) => demoUserId(ctx, demoPersonId),
});
