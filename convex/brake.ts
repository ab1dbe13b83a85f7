import { v } from "convex/values";
import { adminMutation, internalMutation, personQuery } from "./functions";
import * as brake from "./model/brake";
import { nameOf } from "./model/people";
import { playbookOf } from "./playbooks/index";
import { deskError } from "./shared/errors";

const scope = v.union(v.string(), v.null());

/** The brakes that are on: of a playbook, or of the whole desk (`playbook` null). */
export const list = personQuery({
  args: {},
  returns: v.array(v.object({ playbook: scope, by: v.string(), reason: v.string(), at: v.number() })),
  handler: async (ctx) =>
    await Promise.all(
      (await brake.brakes(ctx)).map(async ({ playbook, personId, reason, _creationTime }) => ({
        playbook,
        by: await nameOf(ctx, personId),
        reason,
        at: _creationTime,
      })),
    ),
});

/** Stops a playbook, or the whole desk (null): nothing more is performed, waiting goes on. */
export const stop = adminMutation({
  args: { playbook: scope, reason: v.string() },
  returns: v.null(),
  handler: async (ctx, { playbook, reason }) => {
    if (playbook !== null && playbookOf(playbook) === null) throw deskError("unknownPlaybook");
    await brake.stop(ctx, ctx.person, playbook, reason);
    return null;
  },
});

/** Lets a playbook, or the whole desk (null), go on. */
export const goOn = adminMutation({
  args: { playbook: scope },
  returns: v.null(),
  handler: async (ctx, { playbook }) => {
    await brake.goOn(ctx, ctx.person, playbook);
    return null;
  },
});

/** Lets a batch of what was held go on. */
export const letGo = internalMutation({
  args: { after: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { after }) => {
    await brake.letGo(ctx, after);
    return null;
  },
});
