import type { Explanation } from "@/lib/errors";
import type { ConflictCode } from "@convex/shared/review/conflicts";

/** Refusals in which somebody or something was faster, so that what was sent can never be taken as it is. */
const LOST: ReadonlySet<string> = new Set<ConflictCode>([
  "staleDraft",
  "taskClosed",
  "alreadyDecided",
  "alreadyWithdrawn",
  "alreadyCanceled",
  "alreadyRevoked",
  "deadlinePassed",
  "notAsked",
  "handedOver",
]);

/** Whether a refused decision lost against something else; other refusals can be corrected where they were made. */
export function isLost(error: Explanation | null): error is Explanation {
  return error?.desk != null && LOST.has(error.desk.code);
}
