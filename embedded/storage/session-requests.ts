import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Json } from "../values/json.ts";
import { asArrays } from "./rows.ts";

/** A mutation that a client's session asked for and that was done. */
export interface SessionRequest {
  session: string;
  requestId: number;
  result: Json;
  logLines: Json;
}

/** Sessions of which it is remembered how far they came. */
const MAX_REMEMBERED = 1_000;

/** Finished mutations by session and request, so that one that is sent again is answered and not done again. */
export class SessionRequests {
  readonly #get: StatementSync;
  readonly #newest: StatementSync;
  readonly #put: StatementSync;
  readonly #prune: StatementSync;
  /** The highest request that each of these sessions has recorded, or a higher one; the latest in use come last. */
  readonly #highest = new Map<string, number>();

  constructor(sql: DatabaseSync) {
    this.#get = asArrays(
      sql.prepare("SELECT result_json, log_json, ts FROM session_requests WHERE session = ? AND request_id = ?"),
    );
    this.#get.setReadBigInts(true);
    this.#newest = asArrays(sql.prepare("SELECT max(request_id) FROM session_requests WHERE session = ?"));
    this.#put = sql.prepare(
      "INSERT INTO session_requests (session, request_id, result_json, log_json, ts) VALUES (?, ?, ?, ?, ?)",
    );
    this.#prune = sql.prepare(
      `DELETE FROM session_requests WHERE (session, request_id) IN
       (SELECT session, request_id FROM session_requests WHERE ts < ? ORDER BY ts LIMIT ?)`,
    );
  }

  /** What was answered, and the commit (ns); null when this was not done yet. */
  get(session: string, requestId: number): { result: Json; logLines: Json; ts: bigint } | null {
    // Sessions count their requests up: what comes is hardly ever something that was there before.
    if (requestId > this.#highestOf(session)) return null;
    const row = this.#get.get(session, requestId) as unknown as [string, string, bigint] | undefined;
    if (row === undefined) return null;
    const [result, logLines, ts] = row;
    return { result: JSON.parse(result) as Json, logLines: JSON.parse(logLines) as Json, ts };
  }

  /** Records a request as done by commit `ts` (ns), inside that commit. Throws when it was recorded before. */
  put(request: SessionRequest, ts: bigint): void {
    const { session, requestId, result, logLines } = request;
    this.#put.run(session, requestId, JSON.stringify(result), JSON.stringify(logLines), ts);
    const known = this.#highest.get(session);
    if (known !== undefined && requestId > known) this.#remember(session, requestId);
  }

  /** Forgets up to `limit` of what was committed before `ts` (ns), the oldest first; answers how many. */
  prune(ts: bigint, limit: number): number {
    return Number(this.#prune.run(ts, limit).changes);
  }

  #highestOf(session: string): number {
    const known = this.#highest.get(session);
    if (known !== undefined) return known;
    const [highest] = this.#newest.get(session) as unknown as [number | null];
    this.#remember(session, highest ?? -1);
    return highest ?? -1;
  }

  #remember(session: string, highest: number): void {
    this.#highest.delete(session);
    this.#highest.set(session, highest);
    if (this.#highest.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#highest.keys();
    this.#highest.delete(oldest!);
  }
}
