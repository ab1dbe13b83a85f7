/**
 * The executions of the last while, kept in memory for `convex logs`, `convex dev` and whoever else asks (P16).
 * Positions are strictly increasing milliseconds: a reader that comes back with the last one misses nothing still kept.
 */

/** One finished (or, for a running action, progressing) execution, in the shape the command line reads. */
export interface LogEntry {
  kind: "Completion" | "Progress";
  udfType: "Query" | "Mutation" | "Action" | "HttpAction";
  componentPath: string | null;
  /** `messages:list`, or `GET /path` of an HTTP action. */
  identifier: string;
  /** Lines as the runner makes them: `[LOG] 'text'`. */
  logLines: string[];
  /** Seconds since 1970 and seconds of run time. */
  timestamp: number;
  executionTime: number;
  error: string | null;
  requestId: string;
  caller: string;
  environment: "isolate" | "node";
  cachedResult: boolean;
}

/** Entries kept; older ones are forgotten. */
const KEPT = 2000;
/** A poll waits this long for news, in ms. */
const POLL_MS = 60_000;

export class LogStream {
  #entries: { at: number; entry: LogEntry }[] = [];
  #last = Date.now();
  #waiting = new Set<() => void>();

  /** Adds an entry and wakes those who wait. */
  append(entry: LogEntry): void {
    this.#last = Math.max(Date.now(), this.#last + 1);
    this.#entries.push({ at: this.#last, entry });
    if (this.#entries.length > KEPT * 2) this.#entries = this.#entries.slice(-KEPT);
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /**
   * The entries after `cursor` and the cursor to ask with next. With cursor 0 it answers at once; otherwise it waits
   * for news until `signal` aborts or the time is over.
   */
  async poll(
    cursor: number,
    signal?: AbortSignal,
    waitMs = POLL_MS,
  ): Promise<{ entries: LogEntry[]; newCursor: number }> {
    if (cursor > 0 && this.#last <= cursor) await this.#news(waitMs, signal);
    const entries = this.#entries.filter(({ at }) => at > cursor).slice(-KEPT);
    return { entries: entries.map(({ entry }) => entry), newCursor: Math.max(cursor, this.#last) };
  }

  /** Answers everybody who waits, at once; for the end of the server. */
  close(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #news(waitMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      timer.unref();
      signal?.addEventListener("abort", done);
      this.#waiting.add(done);
      if (signal?.aborted) done();
    });
  }
}
