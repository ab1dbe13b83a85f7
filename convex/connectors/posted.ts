// What becomes of a call to an address that somebody configured (post.ts).

import { v, type Infer } from "convex/values";

/** Neither its address nor what was sent is in it. */
export const vPosted = v.union(
  v.object({ kind: v.literal("answered"), status: v.number(), answer: v.string() }),
  /** Nothing was sent: the address is none that may be sent to. */
  v.object({ kind: v.literal("refused"), reason: v.string() }),
  v.object({ kind: v.literal("late") }),
  v.object({ kind: v.literal("unreachable") }),
);
export type Posted = Infer<typeof vPosted>;
