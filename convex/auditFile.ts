"use node";
// Checkpoints in a file of the machine that runs the functions: AUDIT_FILE, best on another disk or one that can only be written
// once. On Convex's own machines such a file does not last.

import { appendFile } from "node:fs/promises";
import { v } from "convex/values";
import { internalAction } from "./functions";

/** Appends a signed note with an empty line after it; answers why it could not, or null. */
export const append = internalAction({
  args: { text: v.string() },
  returns: v.union(v.string(), v.null()),
  handler: async (_ctx, { text }) => {
    const file = process.env.AUDIT_FILE;
    if (!file) return "AUDIT_FILE must be set.";
    try {
      await appendFile(file, `${text}\n`, { mode: 0o600 });
      return null;
    } catch (error) {
      return `The file of AUDIT_FILE cannot be written (${(error as NodeJS.ErrnoException).code ?? "unknown reason"}).`;
    }
  },
});
