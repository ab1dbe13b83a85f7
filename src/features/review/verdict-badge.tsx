import type { Verdict } from "@convex/shared/records";
import { TaskOutcomeBadge } from "@/components/state-badge";

const OUTCOMES = { approve: "approved", reject: "rejected", requestChanges: "changesRequested" } as const;

/** A person's verdict in the words and colours of its outcome; `question` where it is about a question. */
export function VerdictBadge({ verdict, question }: { verdict: Verdict; question: boolean }) {
  return <TaskOutcomeBadge outcome={OUTCOMES[verdict.kind]} question={question} />;
}
