import { IndexScan, type Row, type RowSource } from "../storage/index-scan.ts";
import { successor } from "../storage/intervals.ts";
import { TransactionLimitError } from "../storage/metrics.ts";
import type { TransactionState } from "../storage/state.ts";
import { MAX_BYTES_READ, MAX_DOCUMENTS_READ } from "../values/limits.ts";
import type { JsonObject } from "../values/json.ts";
import { Steps } from "./cursor.ts";
import type { IndexPlan, Plan } from "./plan.ts";
import { decodePosition, encodePosition, fingerprint, type Position } from "./position.ts";
import { badQuery } from "./common.ts";
import { SearchScan } from "./search.ts";
import type { SearchPlan } from "./search-plan.ts";

/** What a page is asked for with. */
export interface PageOptions {
  /** Where to start; null at the beginning. */
  cursor: string | null;
  /** Where to end, whatever the size. */
  endCursor?: string | null | undefined;
  /** Documents wanted, at least 1. */
  pageSize: number;
  /** Rows, and bytes, after which the page ends early. */
  maximumRowsRead?: number | null | undefined;
  maximumBytesRead?: number | null | undefined;
}

export interface PageResult {
  page: JsonObject[];
  isDone: boolean;
  continueCursor: string;
  splitCursor: string | null;
  pageStatus: "SplitRecommended" | "SplitRequired" | null;
}

const MAX_PAGE_SIZE = 32_000;
/** A page with more documents should be split. */
const LARGE_PAGE = 6144;

/**
 * Reads one page (SPEC Q10 to Q16). `journal` is what the same subscription was given last time: its end stays the end
 * of the page, so that pages next to each other neither overlap nor leave a gap while rows come and go.
 */
export function readPage(
  t: TransactionState,
  plan: Plan,
  o: PageOptions,
  journal: string | null,
): PageResult & { journal: string } {
  checkOptions(o);
  const secret = t.store.secret;
  const query = fingerprint(plan.identity);
  const start = o.cursor === null ? null : decodePosition(secret, query, o.cursor);
  const endText = o.endCursor ?? journal;
  const end = endText === null ? null : decodePosition(secret, query, endText);
  const scan = scanPage(openPage(t, plan.source, start, end), new Steps(plan.steps), o, end !== null, start === null);
  const lastKey = scan.keys.at(-1);
  let stop: Position;
  if (end !== null) stop = end;
  else if (scan.isExhausted) stop = "end";
  // Without a row read the page ends where it began; the first page of all has read one, or has failed.
  else stop = lastKey === undefined ? start! : { after: lastKey };
  const continueCursor = encodePosition(secret, query, stop);
  const middle = plan.source.kind === "search" || scan.keys.length < 3 ? undefined : scan.keys[scan.keys.length >> 1];
  return {
    page: scan.page,
    isDone: stop === "end",
    continueCursor,
    splitCursor: middle === undefined ? null : encodePosition(secret, query, { after: middle }),
    pageStatus: scan.isCut ? "SplitRequired" : isLarge(scan, o) ? "SplitRecommended" : null,
    journal: continueCursor,
  };
}

interface PageScan {
  page: JsonObject[];
  /** Positions of all rows scanned, those filtered out included. */
  keys: Buffer[];
  bytes: number;
  /** There are no more rows. */
  isExhausted: boolean;
  /** A data limit ended the page. */
  isCut: boolean;
}

function scanPage(source: RowSource, steps: Steps, o: PageOptions, hasEnd: boolean, isFirst: boolean): PageScan {
  const scan: PageScan = { page: [], keys: [], bytes: 0, isExhausted: false, isCut: false };
  const maxRows = hasEnd ? Infinity : (o.maximumRowsRead ?? Infinity);
  const maxBytes = hasEnd ? Infinity : (o.maximumBytesRead ?? Infinity);
  const pageSize = hasEnd ? Infinity : o.pageSize;
  while (scan.page.length < pageSize) {
    if (steps.isExhausted) scan.isExhausted = true;
    else if (scan.keys.length > 0 && (scan.keys.length >= maxRows || scan.bytes >= maxBytes)) scan.isCut = true;
    if (scan.isExhausted || scan.isCut) break;
    let row: Row | null;
    try {
      row = source.next();
    } catch (error) {
      // A page that read something ends where the transaction may not read on. The next read of the function fails.
      if (!(error instanceof TransactionLimitError) || (scan.keys.length === 0 && isFirst)) throw error;
      scan.isCut = true;
      break;
    }
    if (row === null) {
      scan.isExhausted = true;
      break;
    }
    scan.keys.push(row.key);
    scan.bytes += row.size;
    if (steps.passes(row)) scan.page.push(row.doc);
  }
  return scan;
}

/** The rows behind `start` up to and with `end`. */
function openPage(
  t: TransactionState,
  source: Plan["source"],
  start: Position | null,
  end: Position | null,
): RowSource {
  if (start === "end" || source.kind === "nothing") return { next: () => null };
  return source.kind === "search" ? openSearchPage(t, source, start, end) : openIndexPage(t, source, start, end);
}

function openIndexPage(
  t: TransactionState,
  { index, from, to, order }: IndexPlan,
  start: Exclude<Position, "end"> | null,
  end: Position | null,
): RowSource {
  const last = end === "end" ? null : end;
  const range = { ns: index.ns, indexId: index.id, from, to, order };
  if (order === "asc") {
    if (start !== null) range.from = successor(start.after);
    if (last !== null) range.to = successor(last.after);
  } else {
    if (start !== null) range.to = start.after;
    if (last !== null) range.from = last.after;
  }
  return new IndexScan(t, range);
}

function openSearchPage(
  t: TransactionState,
  plan: SearchPlan,
  start: Exclude<Position, "end"> | null,
  end: Position | null,
): RowSource {
  const scan = new SearchScan(t, plan);
  if (start !== null) scan.skipTo(start.after);
  if (end === null || end === "end") return scan;
  return {
    next: () => {
      const row = scan.next();
      return row !== null && Buffer.compare(row.key, end.after) <= 0 ? row : null;
    },
  };
}

function isLarge(scan: PageScan, o: PageOptions): boolean {
  const rows = Math.min(o.maximumRowsRead ?? Infinity, MAX_DOCUMENTS_READ);
  const bytes = Math.min(o.maximumBytesRead ?? Infinity, MAX_BYTES_READ);
  return scan.keys.length > rows * 0.75 || scan.bytes > bytes * 0.75 || scan.page.length > LARGE_PAGE;
}

function checkOptions(o: PageOptions): void {
  if (!Number.isInteger(o.pageSize) || o.pageSize < 1)
    throw badQuery("Must request at least 1 document while paginating.");
  if (o.pageSize > MAX_PAGE_SIZE)
    throw badQuery(`Requested too many items: ${o.pageSize}. The maximum is ${MAX_PAGE_SIZE}.`);
  for (const limit of [o.maximumRowsRead ?? 1, o.maximumBytesRead ?? 1]) {
    if (!Number.isFinite(limit) || limit <= 0)
      throw badQuery("maximumRowsRead and maximumBytesRead must be greater than 0");
  }
  for (const cursor of [o.cursor, o.endCursor ?? null]) {
    if (cursor !== null && typeof cursor !== "string") throw badQuery("A cursor must be a string or null.");
  }
}
