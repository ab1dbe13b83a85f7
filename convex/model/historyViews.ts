// The shapes in which the history comes to the screen.

import { v, type Infer } from "convex/values";
import { vAuditRow, vRequestRow } from "./views";

/** The last item of a page whose rows were compared one by one: how many, how many matched, back to when (ms since 1970). */
const vLooked = v.object({ is: v.literal("looked"), rows: v.number(), found: v.number(), backTo: v.number() });

export const vEventItem = v.union(v.object({ is: v.literal("event"), ...vAuditRow.fields }), vLooked);
export type EventItem = Infer<typeof vEventItem>;

/** A request with who asked for it. `foundAt` is when what the filter found it by happened: its submission, its stage, its decision. */
export const vRequestFound = v.object({ ...vRequestRow.fields, requester: v.string(), foundAt: v.number() });
export const vRequestItem = v.union(v.object({ is: v.literal("request"), ...vRequestFound.fields }), vLooked);
export type RequestItem = Infer<typeof vRequestItem>;

/** `more`: a larger limit finds more. `capped`: only the best matches were considered, there are others. */
const found = { more: v.boolean(), capped: v.boolean() };
export const vEventsFound = v.object({ found: v.array(vAuditRow), ...found });
export type EventsFound = Infer<typeof vEventsFound>;
export const vRequestsFound = v.object({ found: v.array(vRequestFound), ...found });
export type RequestsFound = Infer<typeof vRequestsFound>;
