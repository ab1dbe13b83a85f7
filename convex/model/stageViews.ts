// How far a review has come, stage by stage, in the words of the screens.

import type { QueryCtx } from "../_generated/server";
import type { Quorum, Stage, Who } from "../shared/policy/types";
import type { ClosedTask, Outcome, Review, Round, Vote } from "../shared/review/state";
import { nameOf, personIdOf } from "./people";
import { reasonText, stageNamed } from "./reviewHistory";
import type { StageView } from "./views";

const ROLES = { requester: "Requesters", reviewer: "Reviewers", manager: "Managers", admin: "Admins" } as const;

/** The stages that are over, the one that is open, and those still ahead, in order. */
export async function stageViews(ctx: QueryCtx, review: Review): Promise<StageView[]> {
  const { round } = review;
  const views: StageView[] = [];
  for (const closed of round.closed) {
    const stage = stageNamed(round, closed.stageKey);
    views.push({
      ...(await asked(ctx, round, stage)),
      ...(await endOfTask(ctx, closed)),
      votes: await votesIn(ctx, round.votes, closed.number),
      endedAt: closed.at,
      dueAt: null,
    });
  }
  if (review.kind === "open") {
    const { task } = review;
    const open = { status: "open", by: null, note: null, endedAt: null, dueAt: task.dueAt } as const;
    views.push({
      ...(await asked(ctx, round, task.stage)),
      ...open,
      votes: await votesIn(ctx, round.votes, task.number),
    });
    for (const stage of round.plan.slice(task.place + 1)) views.push(await ahead(ctx, round, stage));
    return views;
  }
  // The last task ended with the review, so it is not among the closed ones.
  const last = review.kind === "decided" ? review.before.task.stage : lastStage(review);
  if (last !== null) {
    const { outcome } = review;
    views.push({
      ...(await asked(ctx, round, last)),
      ...(await endOfReview(ctx, round, outcome)),
      votes: await votesIn(ctx, round.votes, outcome.task),
      endedAt: outcome.at,
      dueAt: null,
    });
  }
  return views;
}

/** The stage of the task in which a released review ended: the next of the plan that no closed task stands for. */
function lastStage({ round }: Review): Stage | null {
  const passed = new Set(
    round.closed
      .filter(({ end, revision }) => end === "approved" && revision === round.revision)
      .map(({ stageKey }) => stageKey),
  );
  const before = round.closed.at(-1);
  if (before?.end === "escalated") return stageNamed(round, before.toKey);
  return round.plan.find(({ key }) => !passed.has(key)) ?? round.plan.at(-1) ?? null;
}

type AskedView = Pick<StageView, "name" | "asks" | "quorum">;

async function asked(ctx: QueryCtx, { question }: Round, stage: Stage): Promise<AskedView> {
  const asks: string[] = [];
  for (const who of stage.candidates) asks.push(await whoText(ctx, who));
  const quorum = question ? "One of them answers" : await quorumText(ctx, stage.quorum);
  return { name: stage.name, asks, quorum };
}

async function ahead(ctx: QueryCtx, round: Round, stage: Stage): Promise<StageView> {
  const nothing = { votes: [], by: null, note: null, endedAt: null, dueAt: null };
  return { ...(await asked(ctx, round, stage)), ...nothing, status: "ahead" };
}

/** Whom a stage asks, as people say it. */
async function whoText(ctx: QueryCtx, who: Who): Promise<string> {
  switch (who.kind) {
    case "person":
      return await nameOf(ctx, personIdOf(ctx, who.personId));
    case "group":
      return await groupName(ctx, who.groupId);
    case "role":
      return ROLES[who.role];
  }
}

async function quorumText(ctx: QueryCtx, quorum: Quorum): Promise<string> {
  switch (quorum.kind) {
    case "count":
      return quorum.count === 1 ? "One of them approves" : `${quorum.count} of them approve`;
    case "all":
      return "All of them approve";
    case "oneFromEach": {
      const names: string[] = [];
      for (const groupId of quorum.groupIds) names.push(await groupName(ctx, groupId));
      return `One approves from each of ${names.join(", ")}`;
    }
  }
}

async function groupName(ctx: QueryCtx, id: string): Promise<string> {
  const groupId = ctx.db.normalizeId("groups", id);
  const group = groupId === null ? null : await ctx.db.get("groups", groupId);
  return group?.name ?? "A group that is gone";
}

type Ended = Pick<StageView, "status" | "by" | "note">;

async function endOfTask(ctx: QueryCtx, closed: ClosedTask): Promise<Ended> {
  switch (closed.end) {
    case "approved":
      return { status: "approved", ...(await byText(ctx, closed.by)) };
    case "edited":
      return { status: "edited", ...(await byText(ctx, closed.by)) };
    case "escalated": {
      const by = closed.reason.kind === "person" ? await nameOf(ctx, personIdOf(ctx, closed.reason.personId)) : null;
      return { status: "escalated", by, note: reasonText(closed.reason) };
    }
  }
}

async function endOfReview(ctx: QueryCtx, { question }: Round, outcome: Outcome): Promise<Ended> {
  const { by, note } = await byText(ctx, outcome.by);
  switch (outcome.kind) {
    case "approved":
      return { status: "approved", by, note };
    case "rejected":
      return { status: "rejected", by, note: outcome.reason ?? note };
    case "changesRequested":
      return { status: question ? "answered" : "changesRequested", by, note: outcome.feedback };
    case "withdrawn":
    case "canceled":
      return { status: "stopped", by, note };
  }
}

async function byText(ctx: QueryCtx, by: Outcome["by"]): Promise<{ by: string | null; note: string | null }> {
  switch (by.kind) {
    case "person":
    case "revocation":
      return { by: await nameOf(ctx, personIdOf(ctx, by.personId)), note: null };
    case "deadline":
      return { by: null, note: "The deadline decided." };
    case "peopleChanged":
      return { by: null, note: "Decided by the votes of those who are still asked." };
    case "nobodyLeft":
      return { by: null, note: reasonText(by.reason) };
  }
}

async function votesIn(ctx: QueryCtx, votes: readonly Vote[], task: number): Promise<StageView["votes"]> {
  const views: StageView["votes"] = [];
  for (const { personId, verdict, at, task: of } of votes) {
    if (of === task) views.push({ by: await nameOf(ctx, personIdOf(ctx, personId)), verdict, at });
  }
  return views;
}
