// What people do about a draft that waits for them. The rules are `shared/review/`; here what comes from outside is
// checked and found, and the answer is made.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { playbookOf } from "../playbooks/index";
import { type Action, isQuestion } from "../shared/actions";
import type { Shown } from "../shared/audit/event";
import { isHash } from "../shared/audit/hashing";
import { isCount } from "../shared/audit/merkle";
import { digestOf } from "../shared/digest";
import { deskError } from "../shared/errors";
import { NOTE_MAX, SUBMISSION_KEY_MAX } from "../shared/limits";
import type { DecisionOutcome, Verdict } from "../shared/records";
import type { Review } from "../shared/review/state";
import { record } from "./audit";
import { draftOf, saveEdit } from "./drafts";
import { move } from "./state";
import { apply, endWorkflow, lastReviewOf, planOf } from "./reviews";
import { named } from "./rows";
import { maySee } from "./seeing";

/** The draft somebody had before their eyes, in a task. */
type Seen = { taskId: Id<"tasks">; revision: number; digest: string; shown?: Shown };

/**
 * What a verdict came to: the request's outcome; "passed" when this stage is over and another one is asked; "waiting"
 * when others must still decide. `undoUntil` is when the workflow hears of it, in ms since 1970; null when it cannot be
 * undone.
 */
export type Decided = { outcome: DecisionOutcome | "passed" | "waiting"; undoUntil: number | null };

/** Takes one person's verdict. The same call again (by its `key`, or by what it says) answers the same. */
export async function decide(
  ctx: MutationCtx,
  person: Doc<"people">,
  args: Seen & { verdict: Verdict; key?: string },
): Promise<Decided> {
  const verdict = checkedVerdict(args.verdict);
  const { task, request, review } = await found(ctx, person, args.taskId);
  const { key, revision, digest } = args;
  if (await isRepeated(ctx, person, key)) return answer(review.state, task.number);
  const seen = { revision, digest };
  const vote = { kind: "vote", personId: person._id, task: task.number, seen, verdict } as const;
  const following = { telling: "next" as const, key, shown: attested(args.shown), request, row: task };
  return answer(await apply(ctx, review, vote, [person._id], following), task.number);
}

/** A person's edit of the draft: it becomes the next draft, and their approval too where four eyes allow it. */
export async function edit(
  ctx: MutationCtx,
  person: Doc<"people">,
  { taskId, revision, digest, action, shown }: Seen & { action: Action },
): Promise<Decided> {
  const { task, review } = await found(ctx, person, taskId);
  const request = await named(ctx, "requests", review.requestId);
  const draft = await draftOf(ctx, request._id, review.state.round.revision);
  // Before anything is said about the action itself: whatever was sent, a question has no other form.
  if (isQuestion(draft.action)) throw deskError("isQuestion");
  const problem = playbookOf(request.playbook)?.checkAction(request.input, action) ?? null;
  if (problem !== null)
    throw deskError("actionInvalid", { message: `${problem} Nothing was decided; correct it and try again.` });
  const edited = await digestOf({ playbook: request.playbook, connector: draft.connector, action });
  const isOwn = review.state.round.editorId === person._id && edited === review.state.round.digest;
  const to = { revision: isOwn ? draft.revision : request.revision + 1, digest: edited };
  const plan = await planOf(ctx, request, await named(ctx, "policyVersions", review.policyVersionId), action);
  const event = {
    kind: "edit",
    personId: person._id,
    task: task.number,
    seen: { revision, digest },
    to,
    plan: plan.kind === "review" ? plan.stages : [],
  } as const;
  // Stored first, because the task's row shows it; a conflict takes it back with everything else.
  if (!isOwn) await saveEdit(ctx, person, request, draft, action);
  const following = { telling: "next" as const, shown: attested(shown) };
  return answer(await apply(ctx, review, event, [person._id], following), task.number);
}

/** What a screen attests, where it has the form of it: it goes into the history, where nothing can be put right. */
function attested(shown: Shown | undefined): Shown | undefined {
  return shown !== undefined && isHash(shown.digest) && isCount(shown.at) ? shown : undefined;
}

/** Takes one's decision back inside the undo window. */
export async function undo(ctx: MutationCtx, person: Doc<"people">, requestId: Id<"requests">): Promise<void> {
  const request = await ctx.db.get("requests", requestId);
  if (request === null || !(await maySee(ctx, person, request))) throw deskError("notFound");
  await apply(ctx, await reviewOfRequest(ctx, requestId), { kind: "undo", personId: person._id }, [person._id]);
}

/** Hands one's part of a task to somebody else. */
export async function delegate(
  ctx: MutationCtx,
  person: Doc<"people">,
  { taskId, toId }: { taskId: Id<"tasks">; toId: Id<"people"> },
): Promise<void> {
  const { task, review } = await found(ctx, person, taskId);
  const event = { kind: "delegate", personId: person._id, task: task.number, toId } as const;
  await apply(ctx, review, event, [person._id, toId]);
}

/** Passes a task on to the stage that takes over. */
export async function escalate(
  ctx: MutationCtx,
  person: Doc<"people">,
  args: { taskId: Id<"tasks">; reason: string },
): Promise<void> {
  const reason = checkedNote(args.reason, "reasonRequired");
  const { task, review } = await found(ctx, person, args.taskId);
  await apply(ctx, review, { kind: "escalate", personId: person._id, task: task.number, reason }, [person._id]);
}

/** Takes an approval back that is not yet performed. The request ends as rejected; the same again changes nothing. */
export async function revoke(
  ctx: MutationCtx,
  person: Doc<"people">,
  args: { requestId: Id<"requests">; reason: string },
): Promise<void> {
  const reason = checkedNote(args.reason, "reasonRequired");
  const request = await ctx.db.get("requests", args.requestId);
  if (request === null) throw deskError("notFound");
  const { state, approval } = request;
  const personId = person._id;
  if (state.kind === "rejected" && state.by.kind === "revocation" && state.by.personId === personId) return;
  if (approval?.by.kind === "rule") {
    // No person decided, so there is no review that could be asked.
    const by = { kind: "revocation", personId, reason } as const;
    await move(ctx, request, "revoke", { kind: "rejected", by, at: Date.now() });
    await record(ctx, request._id, { kind: "person", personId }, { kind: "revoked", reason });
    return await endWorkflow(ctx, request);
  }
  const performing = state.kind !== "approved" && state.kind !== "decided";
  await apply(ctx, await reviewOfRequest(ctx, request._id), { kind: "revoke", personId, reason, performing }, [
    personId,
  ]);
}

/** Adds a comment to a request's history. */
export async function comment(
  ctx: MutationCtx,
  person: Doc<"people">,
  args: { requestId: Id<"requests">; text: string },
): Promise<void> {
  const text = checkedNote(args.text, "commentEmpty");
  await record(ctx, args.requestId, { kind: "person", personId: person._id }, { kind: "commented", text });
}

/** A task that the person may see, with its review. Throws `notFound`. */
async function found(
  ctx: MutationCtx,
  person: Doc<"people">,
  taskId: Id<"tasks">,
): Promise<{ task: Doc<"tasks">; request: Doc<"requests">; review: Doc<"reviews"> }> {
  const task = await ctx.db.get("tasks", taskId);
  const request = task === null ? null : await named(ctx, "requests", task.requestId);
  if (task === null || request === null || !(await maySee(ctx, person, request))) throw deskError("notFound");
  return { task, request, review: await named(ctx, "reviews", task.reviewId) };
}

async function reviewOfRequest(ctx: MutationCtx, requestId: Id<"requests">): Promise<Doc<"reviews">> {
  const review = await lastReviewOf(ctx, requestId);
  if (review === null) throw deskError("notInReview");
  return review;
}

/** Whether a person's call with this key has been taken before; keys are the caller's, one for each click. */
async function isRepeated(ctx: MutationCtx, person: Doc<"people">, key: string | undefined): Promise<boolean> {
  if (key === undefined) return false;
  if (key.length < 1 || key.length > SUBMISSION_KEY_MAX) throw deskError("submissionKeyInvalid");
  const decision = await ctx.db
    .query("decisions")
    .withIndex("by_personId_and_key", (q) => q.eq("personId", person._id).eq("key", key))
    .first();
  return decision !== null;
}

/** Where a review stands after a verdict in task `number`. */
function answer(review: Review, number: number): Decided {
  if (review.kind === "open") {
    return { outcome: review.task.number === number ? "waiting" : "passed", undoUntil: null };
  }
  const { kind } = review.outcome;
  const outcome = kind === "withdrawn" || kind === "canceled" ? "rejected" : kind;
  return { outcome, undoUntil: review.kind === "decided" ? review.releaseAt : null };
}

/** The verdict with its text trimmed. Throws when a reason or feedback is missing or too long. */
function checkedVerdict(verdict: Verdict): Verdict {
  switch (verdict.kind) {
    case "approve":
      return verdict;
    case "reject":
      return { kind: "reject", reason: checkedNote(verdict.reason, "reasonRequired") };
    case "requestChanges":
      return { kind: "requestChanges", feedback: checkedNote(verdict.feedback, "feedbackRequired") };
    default:
      return verdict satisfies never;
  }
}

/** A person's words, trimmed. Throws `missing` when there are none, and when they are too long or broken. */
function checkedNote(words: string, missing: "reasonRequired" | "feedbackRequired" | "commentEmpty"): string {
  const text = words.trim();
  if (text === "") throw deskError(missing);
  if (text.length > NOTE_MAX) throw deskError("noteTooLong");
  if (!text.isWellFormed()) throw deskError("textInvalid");
  return text;
}
