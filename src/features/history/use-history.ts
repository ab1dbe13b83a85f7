import { api } from "@convex/_generated/api";
import { eventPlan, type EventFilter, type RequestFilter, requestPlan } from "@convex/shared/history/filter";
import { LOOKED_FIRST, nextLook, SEARCHED_MAX, SHOWN } from "@convex/shared/history/pages";
import { usePaginatedQuery, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { type Looked, lookedAt } from "./looked";

export type RequestFound = FunctionReturnType<typeof api.history.findRequests>["found"][number];
export type EventFound = FunctionReturnType<typeof api.history.findEvents>["found"][number];

/** A list of the history as far as it has come. */
export interface Listed<Row> {
  status: "loading" | "ready" | "loadingMore";
  rows: Row[];
  /** How far rows were compared one by one, where they were and more are to be had. */
  looked: Looked | null;
  /** A search has more matches than it considers: these are the best. */
  capped: boolean;
  /** Asks for more; null where there is no more. */
  more: (() => void) | null;
}

/** Requests of a filter, live; the best matches first where it has a text, else newest first. */
export function useRequests(filter: RequestFilter, wanted: boolean): Listed<RequestFound> {
  const isSearch = filter.text !== undefined;
  const { rest } = requestPlan(filter);
  const first = rest.length === 0 ? SHOWN : LOOKED_FIRST;
  const pages = usePaginatedQuery(api.history.requests, wanted && !isSearch ? { filter } : "skip", {
    initialNumItems: first,
  });
  const [limit, setLimit] = useLimit(JSON.stringify(filter));
  const found = useQuery(api.history.findRequests, wanted && isSearch ? { filter, limit } : "skip");
  if (isSearch) return searched(found, limit, setLimit);
  const rows = pages.results.flatMap((item) => (item.is === "request" ? [item] : []));
  return paged(
    pages,
    rows,
    pages.results.flatMap((item) => (item.is === "looked" ? [item] : [])),
  );
}

/** Events of a filter, live; in the same order. */
export function useEvents(filter: EventFilter, wanted: boolean): Listed<EventFound> {
  const isSearch = filter.text !== undefined;
  const { rest } = eventPlan(filter);
  const first = rest.length === 0 ? SHOWN : LOOKED_FIRST;
  const pages = usePaginatedQuery(api.history.events, wanted && !isSearch ? { filter } : "skip", {
    initialNumItems: first,
  });
  const [limit, setLimit] = useLimit(JSON.stringify(filter));
  const found = useQuery(api.history.findEvents, wanted && isSearch ? { filter, limit } : "skip");
  if (isSearch) return searched(found, limit, setLimit);
  const rows = pages.results.flatMap((item) => (item.is === "event" ? [item] : []));
  return paged(
    pages,
    rows,
    pages.results.flatMap((item) => (item.is === "looked" ? [item] : [])),
  );
}

type Pages = Pick<ReturnType<typeof usePaginatedQuery<typeof api.history.events>>, "status" | "loadMore">;
type Marker = { rows: number; found: number; backTo: number };

function paged<Row>({ status, loadMore }: Pages, rows: Row[], markers: Marker[]): Listed<Row> {
  const looked = status === "Exhausted" ? null : lookedAt(markers);
  const next = looked === null ? SHOWN : nextLook(looked.rows, looked.found);
  return {
    status: status === "LoadingFirstPage" ? "loading" : status === "LoadingMore" ? "loadingMore" : "ready",
    rows,
    looked,
    capped: false,
    more: status === "CanLoadMore" || status === "LoadingMore" ? () => loadMore(next) : null,
  };
}

function searched<Row>(
  found: { found: Row[]; more: boolean; capped: boolean } | undefined,
  limit: number,
  setLimit: (limit: number) => void,
): Listed<Row> {
  if (found === undefined) return { status: "loading", rows: [], looked: null, capped: false, more: null };
  const { found: rows, more, capped } = found;
  const canGrow = more && limit < SEARCHED_MAX;
  return {
    status: "ready",
    rows,
    looked: null,
    capped,
    more: canGrow ? () => setLimit(Math.min(limit * 2, SEARCHED_MAX)) : null,
  };
}

/** How many matches are shown; back to the first few when the filter is another one. */
function useLimit(of: string): [number, (limit: number) => void] {
  const [kept, setKept] = useState({ of, limit: SHOWN });
  return [kept.of === of ? kept.limit : SHOWN, (limit) => setKept({ of, limit })];
}
