import type { ActionOutcome, FunctionCall, MutationCall, MutationOutcome, Result } from "../functions/call-types.ts";
import type { Store } from "../storage/store.ts";
import { Transaction } from "../storage/transaction.ts";
import { UserError } from "../values/errors.ts";
import type { Json, JsonObject } from "../values/json.ts";
import type { JobRunner } from "./runner-port.ts";

export type HostMutation = (txn: Transaction, args: JsonObject, call: FunctionCall) => void;
export type HostAction = (args: JsonObject, call: FunctionCall) => Promise<void> | void;

/**
 * A runner for tests: transactions, commits and rows are the real ones, only the functions are plain TypeScript
 * instead of pushed code. One transaction at a time, in order.
 */
export class HostRunner implements JobRunner {
  readonly mutations = new Map<string, HostMutation>();
  readonly actions = new Map<string, HostAction>();
  /** Thrown instead of the next commits, one each: the server fails, not the function. */
  readonly commitFailures: Error[] = [];
  readonly #store: Store;
  readonly #now: () => number;
  readonly #onCommit = new Set<(commit: { jobs: boolean }) => void>();
  readonly #onCode = new Set<() => void>();
  #tail: Promise<unknown> = Promise.resolve();

  constructor(store: Store, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  mutation(call: MutationCall): Promise<MutationOutcome> {
    return this.#inTurn(() => {
      const fn = this.mutations.get(call.path);
      if (fn === undefined) throw new UserError("FunctionNotFound", `Could not find function for '${call.path}'.`);
      const txn = this.#begin();
      const none = { logLines: [], ts: this.#store.db.lastTs() };
      if (call.before?.(txn) === false) return { ...none, result: { ok: true, value: null }, skipped: true };
      const result = outcomeOf(() => fn(txn, call.args as JsonObject, call));
      if (!result.ok) return { ...none, result };
      call.after?.(txn);
      this.#commit(txn);
      return { ...none, result, ts: txn.ts };
    });
  }

  async action(call: FunctionCall): Promise<ActionOutcome> {
    const fn = this.actions.get(call.path);
    if (fn === undefined) throw new UserError("FunctionNotFound", `Could not find function for '${call.path}'.`);
    try {
      await fn(call.args as JsonObject, call);
      return { result: { ok: true, value: null }, logLines: [] };
    } catch (error) {
      return { result: failed(error), logLines: [] };
    }
  }

  transact<T>(fn: (txn: Transaction) => T): Promise<{ value: T; ts: bigint }> {
    return this.#inTurn(() => {
      const txn = this.#begin();
      const value = fn(txn);
      this.#commit(txn);
      return { value, ts: txn.ts };
    });
  }

  onCommit(listener: (commit: { jobs: boolean }) => void): () => void {
    this.#onCommit.add(listener);
    return () => this.#onCommit.delete(listener);
  }

  onCode(listener: () => void): () => void {
    this.#onCode.add(listener);
    return () => this.#onCode.delete(listener);
  }

  /** Says that new code runs. */
  codeChanged(): void {
    for (const listener of this.#onCode) listener();
  }

  #inTurn<T>(turn: () => T): Promise<T> {
    const done = this.#tail.then(turn);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  #begin(): Transaction {
    return new Transaction(this.#store, { kind: "mutation", nowMs: this.#now(), ts: this.#store.db.nextTs() });
  }

  #commit(txn: Transaction): void {
    if (!txn.hasWrites) return;
    const failure = this.commitFailures.shift();
    if (failure !== undefined) throw failure;
    this.#store.begin();
    txn.flush();
    this.#store.commit();
    for (const listener of this.#onCommit) listener({ jobs: txn.jobsChanged });
  }
}

function outcomeOf(fn: () => void): Result {
  try {
    fn();
    return { ok: true, value: null };
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): Result {
  return { ok: false, error: { message: `Uncaught ${String(error)}` } };
}

/** The document of a job as it is stored, or null. */
export function jobDocument(store: Store, id: string): { [key: string]: Json } | null {
  const txn = new Transaction(store, { kind: "query", nowMs: 0, ts: store.db.lastTs() });
  return txn.get(0, id, { isSystem: true });
}
