// What the signed-in person may do with a request now. Screens show it and have no rules of their own.

import type { Doc } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { conflictText } from "../shared/review/conflicts";
import { can } from "../shared/review/life";
import { standingVotes, whyNot } from "../shared/review/seats";
import { hasRole, OPERATORS, READERS } from "../shared/roles";
import { aroundReview } from "./around";
import type { May } from "./views";
import { named } from "./rows";

type Deciding = Pick<
  May,
  "decide" | "answer" | "approveNot" | "decideNot" | "editApproves" | "voted" | "delegate" | "escalate"
>;

const NOTHING: Deciding = {
  decide: false,
  answer: false,
  approveNot: null,
  decideNot: null,
  editApproves: false,
  voted: null,
  delegate: false,
  escalate: false,
};

/** What `person` may do with a request whose newest review is `review`. */
export async function mayOf(
  ctx: QueryCtx,
  person: Doc<"people">,
  request: Doc<"requests">,
  review: Doc<"reviews"> | null,
): Promise<May> {
  const own = request.requesterId === person._id;
  const operator = hasRole(person.roles, OPERATORS);
  const { state } = request;
  const { kind } = state;
  return {
    ...(review === null ? NOTHING : await deciding(ctx, person, review)),
    undo: state.kind === "decided" && state.personId === person._id,
    revoke:
      person.roles.includes("admin") &&
      (kind === "approved" || (state.kind === "decided" && state.outcome === "approved")),
    snooze: kind === "inReview" && hasRole(person.roles, READERS),
    withdraw: own && can(kind, "withdraw"),
    cancel: operator && can(kind, "cancel"),
    retry: operator && kind === "failed",
  };
}

async function deciding(ctx: QueryCtx, person: Doc<"people">, review: Doc<"reviews">): Promise<Deciding> {
  const { state } = review;
  if (state.kind !== "open" || !hasRole(person.roles, READERS)) return NOTHING;
  const around = await aroundReview(ctx, state, await named(ctx, "policyVersions", review.policyVersionId), [
    person._id,
  ]);
  const refused = whyNot(person._id, "decide", state, around);
  if (refused !== null) return { ...NOTHING, decideNot: conflictText(refused) };
  const question = state.round.question === true;
  const approveNot = question ? "isQuestion" : whyNot(person._id, "approve", state, around);
  const verdict = standingVotes(state).get(person._id)?.verdict.kind;
  const voted = verdict === "approve" || verdict === "reject" ? verdict : null;
  return {
    decide: true,
    answer: question,
    approveNot: approveNot === null ? null : conflictText(approveNot),
    decideNot: null,
    editApproves: approveNot === null && !state.task.stage.fourEyes.editor,
    voted,
    delegate: voted === null,
    escalate: true,
  };
}
