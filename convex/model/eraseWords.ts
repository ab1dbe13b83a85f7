// Erasing the words of events (rules W4 and R1 in shared/audit/README.md): wherever the desk keeps them.

import type { Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { wordsOf } from "./audit";
import { eraseInBlocks } from "./auditBlocks";
import { leafOf } from "./auditTree";

/** Erases the words of events, each named once; answers how many of them had any. */
export async function eraseWords(ctx: MutationCtx, eventIds: readonly Id<"auditEvents">[]): Promise<number> {
  const leaves: number[] = [];
  let erased = 0;
  for (const eventId of eventIds) {
    const kept = await wordsOf(ctx, eventId);
    if (kept === null) continue;
    await ctx.db.delete("auditWords", kept._id);
    erased += 1;
    const leaf = await leafOf(ctx, eventId);
    if (leaf !== null) leaves.push(leaf);
  }
  await eraseInBlocks(ctx, leaves);
  return erased;
}
