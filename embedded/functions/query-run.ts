import type { WriteEntry } from "../storage/read-set.ts";
import type { Transaction } from "../storage/transaction.ts";
import { randomPiece } from "../values/chance.ts";
import type { JsonObject } from "../values/json.ts";
import { checkArgs, resultOf } from "./call-values.ts";
import type { QueryCall, QueryOutcome, Result } from "./call-types.ts";
import type { Code, Target } from "./code.ts";
import type { GateTask, LongTask } from "./gate.ts";
import { LongCall } from "./long-call.ts";
import { type CallDeps, TOO_SLOW, TransactionCall } from "./transaction-call.ts";

export interface QuerySpec {
  code: Code;
  target: Target;
  call: QueryCall;
  /** The argument object, not checked yet. */
  given: JsonObject;
}

/** One attempt at a query from outside, over one snapshot. */
export class QueryRun {
  readonly #begin: () => Transaction;
  readonly #running: TransactionCall | null;
  readonly #refused: Result | null;

  /** `begin` gives a transaction over the snapshot. */
  constructor(deps: CallDeps, begin: () => Transaction, { code, target: { instance, fn }, call, given }: QuerySpec) {
    this.#begin = begin;
    const checked = resultOf(() => checkArgs(fn, given, begin().tableNames(instance.ns), null));
    this.#refused = checked.ok ? null : checked;
    this.#running = !checked.ok
      ? null
      : new TransactionCall(deps, {
          code,
          instance,
          fn,
          begin,
          kind: "query",
          args: checked.value as JsonObject,
          caller: call.caller,
          journal: call.journal ?? null,
          seed: randomPiece(32),
        });
  }

  /** True when it has ended, false when it waits for the event loop. */
  run(): boolean {
    return this.#running?.run() ?? true;
  }

  /** What runs; null when the arguments were refused. */
  get call(): TransactionCall | null {
    return this.#running;
  }

  abandon(): void {
    this.#running?.abandon();
  }

  /** After the end. */
  outcome(): QueryOutcome {
    const running = this.#running;
    const txn = running?.txn ?? this.#begin();
    return {
      result: (this.#refused ?? running?.result)!,
      logLines: running?.logLines ?? [],
      reads: txn.reads,
      journal: running?.journal ?? null,
      ts: txn.ts,
      identityObserved: running?.identityObserved ?? false,
      timeObserved: running?.timeObserved ?? false,
      randomObserved: running?.randomObserved ?? false,
    };
  }
}

interface Settle {
  resolve(outcome: QueryOutcome): void;
  reject(error: unknown): void;
}

/** A query that takes long, at the gate: as a mutation it stands aside for others, and begins again when they change what it read. */
export class QueryTask implements GateTask, LongTask {
  readonly isBackground = false;
  readonly session = null;
  readonly #newRun: () => QueryRun;
  readonly #now: () => bigint;
  readonly #settle: Settle;
  readonly #long = new LongCall();
  #run: QueryRun | null = null;
  #failure: Result | null = null;

  /** `newRun` gives one more attempt, `now` the newest commit. */
  constructor(newRun: () => QueryRun, now: () => bigint, settle: Settle) {
    this.#newRun = newRun;
    this.#now = now;
    this.#settle = settle;
  }

  execute(): LongTask | null {
    this.#run = this.#newRun();
    return this.#run.run() ? null : this;
  }

  get holdsUntilMs(): number {
    return this.#long.holdsUntilMs;
  }

  overtaken(writes: readonly WriteEntry[]): void {
    this.#long.overtaken(this.#run!.call!, writes);
  }

  resume(): boolean {
    const call = this.#run!.call!;
    const next = this.#long.next(call, false);
    if (next === "go on") return call.resume();
    if (next === "again") return this.execute() === null;
    this.#failure = { ok: false, error: { message: TOO_SLOW } };
    return true;
  }

  flush(): null {
    return null;
  }

  done(): void {
    const outcome = this.#run!.outcome();
    // It stands until what was read changes once more.
    this.#settle.resolve(this.#failure ? { ...outcome, result: this.#failure, ts: this.#now() } : outcome);
  }

  failed(error: unknown): void {
    this.#settle.reject(error);
  }
}
