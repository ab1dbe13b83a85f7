import { v } from "convex/values";
import { modelChoice, vModelChoice } from "./agents/choice";
import { connectorFor } from "./connectors/index";
import { anyoneQuery, internalMutation } from "./functions";
import { deskMode, enableDemo as enable } from "./model/demo";
import { vConnector } from "./shared/records";

/** How this desk is set up: what the first screen says before anybody has signed in. */
export const status = anyoneQuery({
  args: {},
  returns: v.object({ demo: v.boolean(), model: vModelChoice, connector: vConnector }),
  handler: async (ctx) => ({
    demo: (await deskMode(ctx)).demo,
    model: modelChoice(),
    connector: connectorFor(),
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
