import type { Runner } from "../functions/runner.ts";
import type { Store } from "../storage/store.ts";

/** What `GET /health` answers (O5). */
export interface Health {
  ok: boolean;
  /** Whether functions were pushed. */
  pushed: boolean;
  /** Whether a write reached the disk just now, or at most `FRESH_MS` ago. */
  store: { writable: boolean };
  /** How long the oldest due job waits already. */
  scheduler: { lagMs: number };
}

export interface HealthSources {
  runner: Pick<Runner, "transact" | "code">;
  store: Pick<Store, "jobs">;
  /** The scheduler's clock, ms since 1970. */
  now: () => number;
}

/** The answer of a trial write is good for this long, ms: asking often must not mean writing often. */
const FRESH_MS = 5_000;
/** A trial write that takes longer than this failed, ms: longer than any transaction it may have to wait for. */
const WRITE_LIMIT_MS = 15_000;
/** A due job that waits longer than this is a sign of trouble, ms. */
const MAX_LAG_MS = 60_000;

/** Looks after the server's state; asked by `/health` and the metrics. */
export class HealthCheck {
  readonly #o: HealthSources;
  #tried: { atMs: number; writable: Promise<boolean> } | null = null;

  constructor(sources: HealthSources) {
    this.#o = sources;
  }

  /** How long the oldest due job waits already, ms; 0 when none is late. */
  lagMs(): number {
    const due = this.#o.store.jobs.nextDueMs();
    return due === null ? 0 : Math.max(0, Math.round(this.#o.now() - due));
  }

  async read(): Promise<Health> {
    const now = performance.now();
    if (!this.#tried || now - this.#tried.atMs > FRESH_MS) this.#tried = { atMs: now, writable: this.#tryWrite() };
    const writable = await this.#tried.writable;
    const lagMs = this.lagMs();
    return {
      ok: writable && lagMs <= MAX_LAG_MS,
      pushed: this.#o.runner.code.root.modules.modules.size > 0,
      store: { writable },
      scheduler: { lagMs },
    };
  }

  /** A transaction like any other, so it also tells whether mutations get their turn. */
  async #tryWrite(): Promise<boolean> {
    let limit: NodeJS.Timeout | undefined;
    const tooLate = new Promise<boolean>((resolve) => {
      limit = setTimeout(() => resolve(false), WRITE_LIMIT_MS);
    });
    const written = this.#o.runner
      .transact((txn) => txn.atFlush((store) => store.db.setMeta("lastHealthCheckMs", String(Date.now()))))
      .then(
        () => true,
        () => false,
      );
    const writable = await Promise.race([written, tooLate]);
    clearTimeout(limit);
    return writable;
  }
}
