/** Which tasks the inbox lists: those that wait, those put off, or those that are over. */
export type Queue = "open" | "snoozed" | "done";

/** Whose tasks: those that ask the person, or everybody's. */
export type Whose = "me" | "all";

/** The inbox's part of the address. What is usual is left out of it. */
export type InboxSearch = { queue?: Exclude<Queue, "open"> | undefined; for?: Exclude<Whose, "me"> | undefined };

/** Reads the address; what it does not know is the usual. */
export function readInboxSearch(search: Record<string, unknown>): InboxSearch {
  const { queue, for: whose } = search;
  return {
    ...(queue === "snoozed" || queue === "done" ? { queue } : {}),
    ...(whose === "all" ? { for: whose } : {}),
  };
}
