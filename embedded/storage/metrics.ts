import { UserError } from "../values/errors.ts";
import type { JsonObject } from "../values/json.ts";
import {
  MAX_BYTES_READ,
  MAX_BYTES_WRITTEN,
  MAX_DOCUMENTS_READ,
  MAX_DOCUMENTS_WRITTEN,
  MAX_FILES_READ,
  MAX_FILES_WRITTEN,
  MAX_FUNCTIONS_SCHEDULED,
  MAX_RANGES_READ,
  MAX_SCHEDULED_ARGS_SIZE,
} from "../values/limits.ts";

const ADVICE =
  "Consider using smaller limits in your queries, paginating your queries, or using indexed queries with a selective " +
  "index range expressions.";

/** What is counted in a transaction, how much of it is allowed, and what is said beyond (SPEC S24). */
const METRICS = {
  bytesRead: {
    limit: MAX_BYTES_READ,
    text: (n: number) => `Too many bytes read in a single function execution (limit: ${n} bytes). ${ADVICE}`,
  },
  bytesWritten: {
    limit: MAX_BYTES_WRITTEN,
    text: (n: number) => `Too many bytes written in a single function execution (limit: ${n} bytes)`,
  },
  databaseQueries: {
    limit: MAX_RANGES_READ,
    text: (n: number) => `Too many reads in a single function execution (limit: ${n}). ${ADVICE}`,
  },
  documentsRead: {
    limit: MAX_DOCUMENTS_READ,
    text: (n: number) => `Too many documents read in a single function execution (limit: ${n}). ${ADVICE}`,
  },
  documentsWritten: {
    limit: MAX_DOCUMENTS_WRITTEN,
    text: (n: number) => `Too many writes in a single function execution (limit: ${n})`,
  },
  functionsScheduled: {
    limit: MAX_FUNCTIONS_SCHEDULED,
    text: (n: number) => `Too many functions scheduled by this mutation (limit: ${n})`,
  },
  scheduledFunctionArgsBytes: {
    limit: MAX_SCHEDULED_ARGS_SIZE,
    text: (n: number) =>
      `Too large total size of the arguments of scheduled functions from this mutation (limit: ${n} bytes)`,
  },
  filesWritten: {
    limit: MAX_FILES_WRITTEN,
    text: (n: number) => `Too many files stored in a single function execution (limit: ${n})`,
  },
  fileWriteBytes: {
    limit: MAX_BYTES_WRITTEN,
    text: (n: number) => `Too many bytes of files stored in a single function execution (limit: ${n} bytes)`,
  },
  filesRead: {
    limit: MAX_FILES_READ,
    text: (n: number) => `Too many files read in a single function execution (limit: ${n})`,
  },
  fileReadBytes: {
    limit: MAX_BYTES_READ,
    text: (n: number) => `Too many bytes of files read in a single function execution (limit: ${n} bytes)`,
  },
} as const;

/** A transaction wants more than it may (S24, S25). */
export class TransactionLimitError extends UserError {
  constructor(message: string) {
    super("TransactionLimit", message);
  }
}

export type MetricName = keyof typeof METRICS;

const NAMES = Object.keys(METRICS) as MetricName[];

interface Cap {
  /** Greatest total allowed. */
  total: number;
  /** The limit to name in the error: of the call that set the cap. */
  shown: number;
}

/** The limits of a transaction that was given none; made once, because every transaction starts with them. */
const OWN_CAPS: ReadonlyMap<MetricName, Cap> = new Map(
  NAMES.map((name) => [name, { total: METRICS[name].limit, shown: METRICS[name].limit }]),
);

/** The counters of one top-level transaction with all its nested calls, and what they may reach. */
export class Metrics {
  /** What was not used yet is not in it. */
  readonly #used = new Map<MetricName, number>();
  #caps = OWN_CAPS;

  /**
   * Counts `amount` more; throws a TransactionLimitError, which user code may catch, when that is over the limit. What
   * was counted stays counted.
   */
  add(name: MetricName, amount: number): void {
    const used = this.used(name) + amount;
    this.#used.set(name, used);
    const { total, shown } = this.#caps.get(name)!;
    if (used > total) throw new TransactionLimitError(METRICS[name].text(shown));
  }

  /** The same counters and limits, that go on by themselves. */
  copy(): Metrics {
    const copy = new Metrics();
    for (const [name, used] of this.#used) copy.#used.set(name, used);
    copy.#caps = this.#caps;
    return copy;
  }

  used(name: MetricName): number {
    return this.#used.get(name) ?? 0;
  }

  /** How much more is allowed, never negative. */
  remaining(name: MetricName): number {
    return Math.max(0, this.#caps.get(name)!.total - this.used(name));
  }

  /**
   * Limits what is counted from now on to `limits` (by metric name; unknown names are ignored), never to more than is
   * left. Answers the function that puts the former limits back.
   */
  restrict(limits: Readonly<Record<string, unknown>>): () => void {
    const former = this.#caps;
    const caps = new Map(former);
    this.#caps = caps;
    for (const name of NAMES) {
      const limit = limits[name];
      if (typeof limit !== "number" || !(limit < this.remaining(name))) continue;
      caps.set(name, { total: this.used(name) + Math.max(0, limit), shown: limit });
    }
    return () => (this.#caps = former);
  }

  /** What `getTransactionMetrics` answers: every metric as used and remaining. */
  json(): JsonObject {
    const json: JsonObject = {};
    for (const name of NAMES) json[name] = { used: this.used(name), remaining: this.remaining(name) };
    return json;
  }
}
