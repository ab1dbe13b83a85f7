interface Placed {
  order: number;
  stepOrder: number;
  status: "streaming" | "pending" | "success" | "failed";
}

/**
 * Saved messages and streamed ones in one list, in the order in which they were said. Where both tell of the same one, what is
 * streamed replaces a message that is still pending, and gives way to one that is finished.
 */
export function mergeMessages<M extends Placed>(saved: readonly M[], streamed: readonly M[]): M[] {
  const merged: M[] = [];
  const all = [...saved, ...streamed].sort((a, b) => a.order - b.order || a.stepOrder - b.stepOrder);
  for (const message of all) {
    const last = merged.at(-1);
    if (last === undefined || last.order !== message.order || last.stepOrder !== message.stepOrder) merged.push(message);
    else if (last.status === "pending" || last.status === "streaming") merged[merged.length - 1] = message;
  }
  return merged;
}
