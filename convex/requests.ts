import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { operatorMutation, personQuery, requesterMutation } from "./functions";
import { requestPage, requestRow } from "./model/requestPage";
import * as requests from "./model/requests";
import { vRequestPage, vRequestRow } from "./model/views";
import { deskError } from "./shared/errors";
import { vInput } from "./shared/records";

/** Submits a request; the agents start at once. The same submission key again answers the same request. */
export const submit = requesterMutation({
  args: {
    playbook: v.string(),
    input: vInput,
    decideWithinMs: v.optional(v.number()),
    submissionKey: v.string(),
    attachments: v.optional(v.array(v.id("attachments"))),
  },
  returns: v.object({ requestId: v.id("requests") }),
  handler: async (ctx, args) => ({ requestId: await requests.submit(ctx, ctx.person, args) }),
});

/** The signed-in person's own requests, newest first. */
export const mine = personQuery({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vRequestRow),
  handler: async (ctx, { paginationOpts }) => {
    const result = await ctx.db
      .query("requests")
      .withIndex("by_requesterId", (q) => q.eq("requesterId", ctx.person._id))
      .order("desc")
      .paginate(paginationOpts);
    return { ...result, page: await Promise.all(result.page.map((request) => requestRow(ctx, request))) };
  },
});

/** One request with everything its page shows, or null where it does not exist or is not the person's to see. */
export const get = personQuery({
  args: { requestId: v.string() },
  returns: v.union(vRequestPage, v.null()),
  handler: async (ctx, args) => {
    const requestId = ctx.db.normalizeId("requests", args.requestId);
    const request = requestId === null ? null : await requests.visible(ctx, ctx.person, requestId);
    return request === null ? null : await requestPage(ctx, ctx.person, request);
  },
});

/** Starts a failed request again from the step that failed. */
export const retry = operatorMutation({
  args: { requestId: v.id("requests") },
  returns: v.null(),
  handler: async (ctx, { requestId }) => {
    const request = await requests.visible(ctx, ctx.person, requestId);
    if (request === null) throw deskError("notFound");
    await requests.retry(ctx, ctx.person, request);
    return null;
  },
});

/** Ends a request by an operator, before anything is performed. */
export const cancel = operatorMutation({
  args: { requestId: v.id("requests") },
  returns: v.null(),
  handler: async (ctx, { requestId }) => {
    const request = await requests.visible(ctx, ctx.person, requestId);
    if (request === null) throw deskError("notFound");
    await requests.stop(ctx, ctx.person, request, "cancel");
    return null;
  },
});

/** Takes the requester's own request back, before anything is performed. */
export const withdraw = requesterMutation({
  args: { requestId: v.id("requests") },
  returns: v.null(),
  handler: async (ctx, { requestId }) => {
    const request = await requests.visible(ctx, ctx.person, requestId);
    if (request === null || request.requesterId !== ctx.person._id) throw deskError("notFound");
    await requests.stop(ctx, ctx.person, request, "withdraw");
    return null;
  },
});
