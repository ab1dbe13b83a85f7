import { v } from "convex/values";
import { modelChoice, vModelChoice } from "./agents/choice";
import { connectorFor } from "./connectors/index";
import { anyoneQuery, internalMutation } from "./functions";
import { deskMode, enableDemo as enable, leaveDemo as leave } from "./model/demo";
import { canMail } from "./model/mails";
import { ssoName } from "./model/sso";
import { vConnector } from "./shared/records";

/** How this desk is set up: what the first screen says before anybody has signed in. */
export const status = anyoneQuery({
  args: {},
  returns: v.object({
    demo: v.boolean(),
    model: vModelChoice,
    connector: vConnector,
    signIn: v.object({
      /** What the button of company sign-in says it leads to; null where it is not set up. */
      sso: v.union(v.string(), v.null()),
      /** Whether a forgotten password can be replaced by e-mail. */
      mail: v.boolean(),
      /** Nobody has been here yet: the setup link makes the first admin. */
      empty: v.boolean(),
    }),
  }),
  handler: async (ctx) => ({
    demo: (await deskMode(ctx)).demo,
    model: modelChoice(),
    connector: connectorFor(),
    signIn: { sso: ssoName(), mail: canMail(), empty: (await ctx.db.query("people").first()) === null },
  }),
});

/**
 * Switches demo mode on and seats the demo people. For `npm start` on an empty deployment of its own machine: refused
 * where anybody or anything real exists. Called again it changes nothing.
 */
export const enableDemo = internalMutation({
  args: {},
  returns: v.object({ people: v.number() }),
  handler: (ctx) => enable(ctx),
});

/** Ends demo mode for good, keeping the history. Throws `notDemo`. */
export const leaveDemo = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await leave(ctx);
    return null;
  },
});
