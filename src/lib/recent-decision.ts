import type { Id } from "@convex/_generated/dataModel";
import type { DecisionOutcome } from "@convex/shared/records";
import { useSyncExternalStore } from "react";

/** A decision of the person at this tab that can still be undone, until `until` (ms since 1970). */
export type RecentDecision = {
  requestId: Id<"requests">;
  taskId: Id<"tasks">;
  subject: string;
  outcome: DecisionOutcome;
  /** Whether it was about a question: "changesRequested" then means that it was answered. */
  question: boolean;
  until: number;
};

let recent: RecentDecision | null = null;
const listeners = new Set<() => void>();

/** Remembers the last decision, or forgets it (null), for whoever goes on to the next task before it takes effect. */
export function rememberDecision(decision: RecentDecision | null): void {
  recent = decision;
  for (const listener of listeners) listener();
}

/** The last decision remembered; null when there is none or it was undone. */
export function useRecentDecision(): RecentDecision | null {
  return useSyncExternalStore(subscribe, () => recent);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
