/** Mutations as the gate runs them: one transaction from start to COMMIT. */
import type { Store } from "../storage/store.ts";
import type { WriteEntry } from "../storage/read-set.ts";
import { Transaction } from "../storage/transaction.ts";
import { randomPiece } from "../values/chance.ts";
import type { JsonObject } from "../values/json.ts";
import { checkArgs, resultOf, tellable } from "./call-values.ts";
import type { Caller, MutationCall, MutationOutcome, Result } from "./call-types.ts";
import type { Code, Target } from "./code.ts";
import type { GateTask, LongTask, Written } from "./gate.ts";
import { LongCall } from "./long-call.ts";
import { type CallDeps, TransactionCall } from "./transaction-call.ts";

interface Settle<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** Begins a mutation now: it gets the time and the commit timestamp it will have. */
function begin(store: Store): Transaction {
  return new Transaction(store, { kind: "mutation", nowMs: Date.now(), ts: store.db.nextTs() });
}

/** What a flushed transaction tells the others. */
function flush(txn: Transaction): Written | null {
  if (!txn.hasWrites) return null;
  txn.flush();
  return { ts: txn.ts, writes: txn.writes(), jobs: txn.jobsChanged };
}

/** A function of the host in a transaction of its own. */
export class HostTask<T> implements GateTask {
  readonly isBackground = false;
  readonly session: string | null;
  readonly #store: Store;
  readonly #run: (txn: Transaction) => T;
  readonly #settle: Settle<{ value: T; ts: bigint }>;
  #txn: Transaction | null = null;
  #value: { value: T } | null = null;
  #ts = 0n;

  constructor(
    store: Store,
    run: (txn: Transaction) => T,
    settle: Settle<{ value: T; ts: bigint }>,
    session: string | null = null,
  ) {
    this.session = session;
    this.#store = store;
    this.#run = run;
    this.#settle = settle;
  }

  execute(): null {
    this.#txn = begin(this.#store);
    this.#value = { value: this.#run(this.#txn) };
    return null;
  }

  flush(): Written | null {
    const written = flush(this.#txn!);
    this.#ts = written?.ts ?? this.#store.db.lastTs();
    return written;
  }

  done(): void {
    this.#settle.resolve({ value: this.#value!.value, ts: this.#ts });
  }

  failed(error: unknown): void {
    this.#settle.reject(error);
  }
}

export interface MutationSpec {
  code: Code;
  target: Target;
  /** The code that a call beginning now would run; null while it is being prepared. */
  newestCode(): Code | null;
  /** The function in it. Throws UserError when it is not there. */
  find(): Target;
  call: MutationCall;
  args: JsonObject;
}

/** Whether nobody waits for a call: the scheduler runs it, or an action that the scheduler runs does (F35). */
export function isOfScheduler({ kind, scheduledJobId }: Caller): boolean {
  return kind === "scheduler" || kind === "cron" || (kind === "action" && scheduledJobId !== undefined);
}

/** A mutation of the user. Its transaction is flushed only when the function succeeded. */
export class MutationTask implements GateTask, LongTask {
  readonly isBackground: boolean;
  readonly session: string | null;
  readonly #store: Store;
  readonly #deps: CallDeps;
  readonly #spec: MutationSpec;
  readonly #settle: Settle<MutationOutcome>;
  readonly #long = new LongCall();
  #code: Code;
  #target: Target;
  #call: TransactionCall | null = null;
  #outcome: MutationOutcome | null = null;

  constructor(store: Store, deps: CallDeps, spec: MutationSpec, settle: Settle<MutationOutcome>) {
    this.isBackground = isOfScheduler(spec.call.caller);
    this.session = spec.call.session?.sessionId ?? null;
    this.#store = store;
    this.#deps = deps;
    this.#spec = spec;
    this.#code = spec.code;
    this.#target = spec.target;
    this.#settle = settle;
  }

  execute(): LongTask | null {
    return this.#begin() ? null : this;
  }

  get holdsUntilMs(): number {
    return this.#long.holdsUntilMs;
  }

  overtaken(writes: readonly WriteEntry[]): void {
    this.#long.overtaken(this.#call!, writes);
  }

  resume(): boolean {
    const call = this.#call!;
    const newest = this.#spec.newestCode() ?? this.#code;
    const next = this.#long.next(call, newest !== this.#code);
    if (next === "go on") return call.resume();
    this.#call = null;
    if (next !== "again") {
      const result: Result = { ok: false, error: { message: next.failure } };
      this.#outcome = { result, logLines: call.logLines, ts: 0n, conflicted: true };
      return true;
    }
    if (newest !== this.#code) this.#target = this.#spec.find();
    this.#code = newest;
    return this.#begin();
  }

  /** Starts the function, once more after others changed what it had read; false when it needs further turns. */
  #begin(): boolean {
    const { session, before, caller } = this.#spec.call;
    const known = session && this.#store.sessionRequest(session.sessionId, session.requestId);
    if (known) {
      this.#outcome = { result: { ok: true, value: known.result }, logLines: known.logLines as string[], ts: known.ts };
      return true;
    }
    let begun: Transaction | null = begin(this.#store);
    if (before && !before(begun)) {
      this.#outcome = { result: { ok: true, value: null }, logLines: [], ts: 0n, skipped: true };
      return true;
    }
    const { instance, fn } = this.#target;
    const checked = resultOf(() => checkArgs(fn, this.#spec.args, begun!.tableNames(instance.ns), null));
    if (!checked.ok) {
      this.#outcome = { result: checked, logLines: [], ts: 0n };
      return true;
    }
    this.#call = new TransactionCall(this.#deps, {
      code: this.#code,
      instance,
      fn,
      caller,
      begin: () => {
        const first = begun;
        begun = null;
        if (first) return first;
        const again = begin(this.#store);
        before?.(again);
        return again;
      },
      kind: "mutation",
      args: checked.value as JsonObject,
      journal: null,
      seed: randomPiece(32),
    });
    return this.#call.run();
  }

  flush(): Written | null {
    const call = this.#call;
    if (!call?.result) return this.#wroteNothing();
    const { txn } = call;
    const logLines = call.logLines;
    this.#outcome = { result: call.result, logLines, ts: 0n };
    if (!call.result.ok) return this.#wroteNothing();
    const refused = this.#complete(txn, call.result, logLines);
    if (refused) {
      this.#outcome = { ...this.#outcome, result: refused };
      return this.#wroteNothing();
    }
    const written = flush(txn);
    if (!written) return this.#wroteNothing();
    this.#outcome = { ...this.#outcome, ts: written.ts };
    return written;
  }

  /** What belongs into the same commit; a failing result when that is refused. */
  #complete(txn: Transaction, result: Result & { ok: true }, logLines: string[]): Result | null {
    const { session, after } = this.#spec.call;
    try {
      after?.(txn);
    } catch (error) {
      const told = tellable(error);
      if (!told) throw error;
      return { ok: false, error: told };
    }
    if (session) {
      txn.recordSessionRequest({
        session: session.sessionId,
        requestId: session.requestId,
        result: result.value,
        logLines,
      });
    }
    return null;
  }

  /** The newest commit holds all there is to see of this call. */
  #wroteNothing(): null {
    const outcome = this.#outcome;
    if (outcome && outcome.ts === 0n) this.#outcome = { ...outcome, ts: this.#store.db.lastTs() };
    return null;
  }

  done(): void {
    this.#settle.resolve(this.#outcome!);
  }

  failed(error: unknown): void {
    this.#settle.reject(error);
  }
}
