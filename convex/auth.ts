import { ConvexCredentials } from "@convex-dev/auth/providers/ConvexCredentials";
import { convexAuth } from "@convex-dev/auth/server";
import { internal } from "./_generated/api";
import type { DataModel, Id } from "./_generated/dataModel";
import { deskError } from "./shared/errors";

// The desk's one way in. In demo mode a demo person needs no password; everything else is refused.
const desk = ConvexCredentials<DataModel>({
  id: "desk",
  authorize: async ({ demoPersonId }, ctx) => {
    if (typeof demoPersonId !== "string") throw deskError("demoOff");
    const userId: Id<"users"> | null = await ctx.runQuery(internal.people.demoUser, { demoPersonId });
    if (userId === null) throw deskError("demoOff");
    return { userId };
  },
});

export const { auth, signIn, signOut, store } = convexAuth({ providers: [desk] });
