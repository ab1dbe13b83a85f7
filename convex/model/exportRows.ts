// The rows of an export page by page, and their lines.

import type { Doc } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { csvLine, csvTime } from "../shared/history/csv";
import type { EventFilter, HistoryView, RequestFilter } from "../shared/history/filter";
import { SEARCHED_MAX } from "../shared/history/pages";
import { eventQuestion, eventRows, isWanted, searchedEvents } from "./history";
import { lookedRequests, searchedRequests } from "./historyRequests";
import { nameOf } from "./people";
import { stateView } from "./requestPage";
import { named } from "./rows";

/** Rows that one transaction looks at: each costs a few reads, and the desk's people are served in between. */
const PAGE = 1_000;

/** Rows of an export, where the next ones begin, and whether there are none. */
export type RowsPage<Row> = { rows: Row[]; cursor: string | null; done: boolean };

/** Events of an export, oldest first: those that were there when it began. The best matches of a text come at once. */
export async function exportEvents(
  ctx: QueryCtx,
  { _creationTime: begun, view }: Doc<"exports">,
  cursor: string | null,
  limit = PAGE,
): Promise<RowsPage<Doc<"auditEvents">>> {
  const filter: EventFilter = { ...view.filter, until: Math.min(view.filter.until ?? begun, begun) };
  const question = await eventQuestion(ctx, filter);
  if (question === null) return { rows: [], cursor: null, done: true };
  if (filter.text !== undefined) {
    const { found } = await searchedEvents(ctx, filter, question, SEARCHED_MAX);
    return {
      rows: found.map(({ row }) => row).sort((a, b) => a._creationTime - b._creationTime),
      cursor: null,
      done: true,
    };
  }
  const { page, continueCursor, isDone } = await eventRows(ctx, filter, question, "asc").paginate({
    cursor,
    numItems: limit,
  });
  return { rows: page.filter((row) => isWanted(row, filter, question)), cursor: continueCursor, done: isDone };
}

/** Requests of an export, newest first, in the same way. */
export async function exportRequests(
  ctx: QueryCtx,
  { _creationTime: begun, view }: Doc<"exports">,
  cursor: string | null,
  limit = PAGE,
): Promise<RowsPage<Doc<"requests">>> {
  if (view.of !== "requests") throw new Error("This export is not of requests.");
  const filter: RequestFilter = { ...view.filter, until: Math.min(view.filter.until ?? begun, begun) };
  if (filter.text !== undefined) {
    const { found } = await searchedRequests(ctx, filter, SEARCHED_MAX);
    return { rows: found.sort((a, b) => b._creationTime - a._creationTime), cursor: null, done: true };
  }
  const { found, continueCursor, isDone } = await lookedRequests(ctx, filter, { cursor, numItems: limit });
  return { rows: found.map(({ request }) => request), cursor: continueCursor, done: isDone };
}

/** The first line of a CSV file: what its columns are called. */
export function csvHead(of: HistoryView["of"]): string {
  return csvLine(of === "events" ? EVENT_COLUMNS : REQUEST_COLUMNS);
}

const EVENT_COLUMNS =
  "at actor actor_kind kind text request_id subject playbook digest client address chain seq hash".split(" ");
const REQUEST_COLUMNS = (
  "submitted_at request_id playbook policy_version requester from subject message revision risk state state_at state_by " +
  "state_reason approved_digest"
).split(" ");

/** A request as exports tell it. */
async function requestFacts(ctx: QueryCtx, request: Doc<"requests">) {
  const state = await stateView(ctx, request);
  const { version } = await named(ctx, "policyVersions", request.policyVersionId);
  const by =
    "by" in state
      ? typeof state.by === "string"
        ? state.by
        : "name" in state.by
          ? state.by.name
          : state.by.kind
      : null;
  const reason =
    "reason" in state
      ? state.reason
      : "feedback" in state
        ? state.feedback
        : "by" in state && typeof state.by !== "string" && "reason" in state.by
          ? state.by.reason
          : null;
  return {
    requestId: request._id,
    submittedAt: request._creationTime,
    playbook: request.playbook,
    policyVersion: version,
    requester: await nameOf(ctx, request.requesterId),
    ...request.input,
    revision: request.revision,
    risk: request.triage?.risk.level ?? null,
    state: state.kind,
    stateAt: state.at,
    stateBy: by,
    stateReason: reason,
    approvedDigest: request.approval?.digest ?? null,
  };
}

/** Requests as lines of CSV. */
export async function requestsCsv(ctx: QueryCtx, rows: readonly Doc<"requests">[]): Promise<string> {
  const facts = await Promise.all(rows.map((row) => requestFacts(ctx, row)));
  return facts
    .map((one) =>
      csvLine([
        csvTime(one.submittedAt),
        one.requestId,
        one.playbook,
        one.policyVersion,
        one.requester,
        one.from,
        one.subject,
        one.message,
        one.revision,
        one.risk,
        one.state,
        csvTime(one.stateAt),
        one.stateBy,
        one.stateReason,
        one.approvedDigest,
      ]),
    )
    .join("");
}

/** Requests as lines of JSON: `{ kind: "request", … }`, times in ms since 1970. */
export async function requestsJson(ctx: QueryCtx, rows: readonly Doc<"requests">[]): Promise<string> {
  const facts = await Promise.all(rows.map((row) => requestFacts(ctx, row)));
  return facts.map((one) => `${JSON.stringify({ kind: "request", ...one })}\n`).join("");
}
