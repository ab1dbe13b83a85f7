import type { Verdict } from "@convex/shared/records";
import { TaskOutcomeBadge } from "@/components/state-badge";

const OUTCOMES = { approve: "approved", reject: "rejected", requestChanges: "changesRequested" } as const;

/** A person's verdict in the words and colours of its outcome. */
export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  return <TaskOutcomeBadge outcome={OUTCOMES[verdict.kind]} />;
}
