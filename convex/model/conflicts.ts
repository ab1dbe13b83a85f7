import type { QueryCtx } from "../_generated/server";
import type { ConvexError } from "convex/values";
import { type DeskErrorData, type ErrorCode, deskError, errorText } from "../shared/errors";
import { type Conflict, conflictText, lateFor, type Won } from "../shared/review/conflicts";
import { nameOf, personIdOf } from "./people";

const DID: Record<Won["outcome"], string> = {
  approved: "approved this",
  rejected: "rejected this",
  changesRequested: "sent this back",
  answered: "answered this",
  withdrawn: "withdrew this",
  canceled: "canceled this",
  revoked: "revoked the approval",
  escalated: "passed this on",
  edited: "edited this",
};

/**
 * A refused event as the error a person reads: what happened, who was faster with which outcome (`winner`, `outcome`,
 * `decidedAt`), and for a stale draft the current one (`currentRevision`, `currentDigest`).
 */
export async function conflictError(
  ctx: QueryCtx,
  { conflict, won, current }: Conflict,
): Promise<ConvexError<DeskErrorData>> {
  const now: Record<string, string | number> =
    current === undefined ? {} : { currentRevision: current.revision, currentDigest: current.digest };
  if (won === null) return deskError(conflict, now);
  const details = { ...now, ...(await winnerOf(ctx, won)) };
  if (conflict !== "alreadyDecided") return deskError(conflict, details);
  const [, ...rest] = conflictText(conflict).split(". ");
  return deskError(conflict, { ...details, message: `${details.winner} ${DID[won.outcome]}. ${rest.join(". ")}` });
}

/** What is not possible any more because a review is over, with who ended it. */
export async function overError(
  ctx: QueryCtx,
  code: ErrorCode,
  review: Parameters<typeof lateFor>[0],
): Promise<ConvexError<DeskErrorData>> {
  const { won } = lateFor(review);
  if (won === null) return deskError(code);
  const details = await winnerOf(ctx, won);
  return deskError(code, { ...details, message: `${details.winner} ${DID[won.outcome]}. ${errorText(code)}` });
}

async function winnerOf(ctx: QueryCtx, won: Won) {
  const winner = "personId" in won.by ? await nameOf(ctx, personIdOf(ctx, won.by.personId)) : WINNERS[won.by.kind];
  return { winner, outcome: won.outcome, decidedAt: won.at };
}

const WINNERS = {
  deadline: "The deadline",
  peopleChanged: "A change of people",
  nobodyLeft: "The desk",
} as const;
