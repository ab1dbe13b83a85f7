import type { Transaction } from "../storage/transaction.ts";
import { randomPiece } from "../values/chance.ts";
import type { JsonObject } from "../values/json.ts";
import { checkArgs, resultOf } from "./call-values.ts";
import type { QueryCall, QueryOutcome, Result } from "./call-types.ts";
import type { Code, Target } from "./code.ts";
import { type CallDeps, TransactionCall } from "./transaction-call.ts";

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

  async finish(): Promise<void> {
    await this.#running?.finish();
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
