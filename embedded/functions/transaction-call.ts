/**
 * Drives a query or mutation and everything it calls, without leaving the current turn of the event loop.
 *
 * Functions that call functions are a stack of frames, each with a realm of its own; only the innermost runs. The loop
 * runs its microtasks until it waits, answers the oldest operation it asked for, and goes on, so operations happen
 * strictly in the order they were asked (F5). A function that waits for the event loop itself (streams, blobs) leaves
 * the loop, and so does one that goes on for long; `resume` then gives it turns, between which others may commit as long
 * as nothing of what it has read changes (F33). Whatever stops the loop from outside makes the whole transaction worthless.
 */
import type { QueryCursor } from "../query/cursor.ts";
import type { Mark } from "../storage/overlay.ts";
import type { WriteEntry } from "../storage/read-set.ts";
import type { Transaction } from "../storage/transaction.ts";
import { UserError } from "../values/errors.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { MAX_CALL_DEPTH, MAX_USER_TIME_MS } from "../values/limits.ts";
import { CallClock } from "./call-clock.ts";
import type { Caller, FunctionError, IdentityJson, Result } from "./call-types.ts";
import { checkArgs, checkReturned, resultOf, tellable, wrongKind } from "./call-values.ts";
import { addressOf, type Code, type FunctionInfo, type Instance, resolve } from "./code.ts";
import type { Handles } from "./handles.ts";
import type { Loader } from "./loader.ts";
import { turns } from "./long-call.ts";
import { LogLines } from "./log-lines.ts";
import type { Lease, RealmPool } from "./realm-pool.ts";
import type { Failure } from "./realm/host.ts";
import type { QueuedOp, Realm } from "./realm/realm.ts";
import type { SigningKey } from "./signing-key.ts";
import { isRead, performAsync, performSync, type SyscallScope } from "./syscalls.ts";
import { prolonged, runFor, stopReason } from "./watchdog.ts";

/** Reads answered together before the function goes on. */
const BATCH = 16;
/** Waiting for the event loop without any progress, in ms; as much as `MAX_WAIT_MS` counts of the time between two turns. */
const MAX_IDLE_MS = 1000;
const MAX_WAIT_MS = 10;

const TIMED_OUT = `Function execution timed out (maximum duration: ${MAX_USER_TIME_MS / 1000}s)`;
const OUT_OF_MEMORY = "Function ran out of memory (maximum memory usage: 64 MB)";
export const TOO_SLOW = "Your request timed out performing too many system operations.";
const NEVER = "Returned promise will never resolve";

/** What the driver needs of the server. */
export interface CallDeps {
  pool: RealmPool;
  loader: Loader;
  handles: Handles;
  deploymentName: string;
  signingKey: SigningKey;
}

export interface TransactionCallSpec {
  code: Code;
  instance: Instance;
  fn: FunctionInfo;
  kind: "query" | "mutation";
  /** Checked. */
  args: JsonObject;
  caller: Caller;
  /** Begins the transaction; once more for a call that has to be repeated. */
  begin(): Transaction;
  journal: string | null;
  /** 32 bytes. */
  seed: Uint8Array;
}

/** One running function. */
interface Frame extends SyscallScope {
  lease: Lease;
  realm: Realm;
  parent: Frame | null;
  depth: number;
  /** The operation of the parent that waits for this function. */
  parentOp: number;
  /** Where a failing nested mutation rolls back to. */
  mark: Mark | null;
  liftLimits: (() => void) | null;
}

interface NewFrame {
  instance: Instance;
  fn: FunctionInfo;
  kind: "query" | "mutation";
  args: JsonObject;
  txn: Transaction;
  identity: IdentityJson | null;
  seed: Uint8Array;
  parent: Frame | null;
  parentOp: number;
  mark: Mark | null;
  liftLimits: (() => void) | null;
}

export class TransactionCall {
  readonly #deps: CallDeps;
  readonly #spec: TransactionCallSpec;
  #log = new LogLines();
  #clock = new CallClock();
  #txn: Transaction | null = null;
  /** The outcome in sealed realms did not count: everything runs again, in fresh ones. */
  #mustRepeat = false;
  #isRepeated = false;
  #frame: Frame | null = null;
  /** An error of the server in the middle of user code. */
  #fault: { error: unknown } | null = null;
  #result: Result | null = null;
  #journal: string | null = null;
  /** It could go on at once, and only gives others a turn. */
  #isPaused = false;
  /** For how long it has waited for the event loop without progress, and when that was looked at last; ms. */
  #idleMs = 0;
  #lookedAtMs = 0;
  #identityObserved = false;
  #timeObserved = false;
  #randomObserved = false;

  constructor(deps: CallDeps, spec: TransactionCallSpec) {
    this.#deps = deps;
    this.#spec = spec;
  }

  /** Null until the call has ended. */
  get result(): Result | null {
    return this.#result;
  }

  /** The transaction that counts. */
  get txn(): Transaction {
    return this.#txn!;
  }

  get logLines(): string[] {
    return this.#log.lines;
  }

  get journal(): string | null {
    return this.#journal;
  }

  get identityObserved(): boolean {
    return this.#identityObserved;
  }

  get timeObserved(): boolean {
    return this.#timeObserved;
  }

  get randomObserved(): boolean {
    return this.#randomObserved;
  }

  /** Starts the function. True when it has ended, false when it needs further turns. Throws faults of the server. */
  run(): boolean {
    const { instance, fn, kind, args, caller, seed } = this.#spec;
    const txn = this.#spec.begin();
    this.#txn = txn;
    const outermost = { instance, fn, kind, args, txn, identity: caller.identity, seed };
    return this.#drive(turns.firstMs, () => this.#enter({ ...outermost, parent: null, parentOp: 0, mark: null, liftLimits: null }));
  }

  /** Forgets the attempt that did not count. */
  #repeat(): boolean {
    this.#disposeAll();
    this.#log = new LogLines();
    this.#clock = new CallClock();
    this.#result = null;
    this.#journal = null;
    this.#identityObserved = false;
    this.#timeObserved = false;
    this.#mustRepeat = false;
    this.#isRepeated = true;
    return this.run();
  }

  /** Gives the call up: nothing it started goes on. */
  abandon(): void {
    this.#disposeAll();
  }

  /** The first of `writes`, of others, that changes something this call has read or written; undefined when none does. */
  touchedBy(writes: readonly WriteEntry[]): WriteEntry | undefined {
    for (const txn of this.#transactions()) {
      const touching = txn.touchedBy(writes);
      if (touching) return touching;
    }
    return undefined;
  }

  /** Goes on over the newest commit, as `Transaction.moveOn`. */
  moveOn(): boolean {
    return [...this.#transactions()].every((txn) => txn.moveOn());
  }

  /** The call's own, and those of the snapshot queries that run in it. */
  #transactions(): Set<Transaction> {
    const transactions = new Set([this.txn]);
    for (let frame = this.#frame; frame; frame = frame.parent) transactions.add(frame.txn);
    return transactions;
  }

  /** Goes on after a turn of the event loop. True when it has ended. Throws faults of the server. */
  resume(): boolean {
    const frame = this.#frame;
    if (!frame) return true;
    this.#clock.turnBegan();
    return this.#drive(turns.laterMs, () => {
      const now = performance.now();
      const waitedMs = Math.min(now - this.#lookedAtMs, MAX_WAIT_MS);
      this.#lookedAtMs = now;
      if (this.#isPaused) {
        this.#isPaused = false;
        this.#idleMs = 0;
        return;
      }
      this.#clock.user(() => frame.realm.drain());
      if (frame.realm.queue.length > 0 || frame.realm.call.state !== "pending") this.#idleMs = 0;
      else if (this.#clock.isOverWallTime) this.#abort(TOO_SLOW);
      else if ((this.#idleMs += waitedMs) > MAX_IDLE_MS) this.#endFrame(frame, { ok: false, error: { message: NEVER } });
    });
  }

  /** Runs `first` and then the loop under the watchdog, for about `turnMs`. True when the call has ended. */
  #drive(turnMs: number, first: () => void): boolean {
    let next: "paused" | "waiting" | "ended" = "paused";
    const run = () => {
      const until = performance.now() + turnMs;
      first();
      next = this.#loop(until);
    };
    // What the server does for the function in this turn is not the function's.
    if (!runFor(this.#clock.watchdogMs, run, this.#clock.leftMs + turnMs)) {
      this.#abort(stopReason() === "memory" ? OUT_OF_MEMORY : TIMED_OUT);
    }
    if (this.#result === null) this.#clock.turnEnded();
    if (this.#mustRepeat) return this.#repeat();
    if (this.#fault) {
      this.#disposeAll();
      throw this.#fault.error;
    }
    if (this.#result !== null) return true;
    this.#isPaused = next === "paused";
    return false;
  }

  #loop(until: number): "paused" | "waiting" | "ended" {
    while (this.#frame && !this.#fault && !this.#mustRepeat && this.#result === null) {
      const frame = this.#frame;
      const { call, queue } = frame.realm;
      if (call.state === "rejected") this.#endFrame(frame, this.#thrown(frame));
      else if (queue.length > 0) this.#answer(frame, queue);
      else if (call.state === "fulfilled") this.#endFrame(frame, this.#returned(frame));
      else if (frame.realm.hostWork) return "waiting";
      else this.#endFrame(frame, { ok: false, error: { message: NEVER } });
      if (this.#result !== null) break;
      if (this.#clock.isOverUserTime) this.#abort(TIMED_OUT);
      else if (this.#clock.isOverWallTime) this.#abort(TOO_SLOW);
      else if (performance.now() > until) return "paused";
    }
    return "ended";
  }

  /** Answers the oldest operation, and reads that directly follow a read. */
  #answer(frame: Frame, queue: QueuedOp[]): void {
    const op = queue.shift()!;
    if (op.op === "1.0/runUdf") {
      this.#callFunction(frame, op);
      return;
    }
    frame.realm.settle(op.id, this.#perform(frame, op));
    for (let i = 1; i < BATCH && isRead(op.op) && queue[0] && isRead(queue[0].op); i++) {
      const next = queue.shift()!;
      frame.realm.settle(next.id, this.#perform(frame, next));
    }
    this.#clock.user(() => frame.realm.drain());
  }

  #perform(frame: Frame, { op, args }: QueuedOp): string | Failure {
    const started = performance.now();
    try {
      return performAsync(frame, op, args);
    } catch (error) {
      // A function that goes on after errors, again and again, does nothing that its own time should not pay for.
      this.#clock.charge(performance.now() - started);
      return this.#failure(error);
    }
  }

  /** `runUdf`: the callee becomes the innermost frame, or the caller hears at once why not. */
  #callFunction(frame: Frame, op: QueuedOp): void {
    try {
      this.#enter(this.#callee(frame, op));
    } catch (error) {
      frame.realm.settle(op.id, this.#failure(error));
      this.#clock.user(() => frame.realm.drain());
    }
  }

  #callee(frame: Frame, op: QueuedOp): NewFrame {
    const request = JSON.parse(op.args) as JsonObject;
    const { udfType, args = {}, transactionLimits } = request;
    const isAllowed =
      udfType === "query" || (frame.kind === "mutation" && (udfType === "mutation" || udfType === "snapshotQuery"));
    if (!isAllowed) {
      throw new UserError("InvalidCall", `Cannot call a ${String(udfType)} function from a ${frame.kind} function`);
    }
    if (frame.depth > MAX_CALL_DEPTH) {
      throw new UserError(
        "CallDepth",
        `Call depth limit exceeded (maximum ${MAX_CALL_DEPTH}). Do you have an infinite loop in your app?`,
      );
    }
    const { instance, fn } = resolve(this.#spec.code, frame.instance, addressOf(request), this.#deps.handles);
    const kind = udfType === "mutation" ? "mutation" : "query";
    if (fn.udfType !== (kind === "mutation" ? "Mutation" : "Query"))
      throw wrongKind(fn, kind === "mutation" ? "Mutation" : "Query");
    const txn = udfType === "snapshotQuery" ? frame.txn.snapshot() : frame.txn;
    const checked = checkArgs(fn, args, txn.tableNames(instance.ns), frame.kind === "mutation" ? frame.txn : null);
    const limits =
      typeof transactionLimits === "object" && transactionLimits !== null ? (transactionLimits as JsonObject) : null;
    return {
      instance,
      fn,
      kind,
      txn,
      args: checked,
      // Components do not learn who is signed in (F13).
      identity: instance === frame.instance ? frame.identity : null,
      seed: frame.realm.nextSeed(),
      parent: frame,
      parentOp: op.id,
      mark: kind === "mutation" ? txn.mark() : null,
      liftLimits: limits ? txn.withLimits(limits) : null,
    };
  }

  #enter(o: NewFrame): void {
    const { code, caller } = this.#spec;
    const { pool, loader, handles, deploymentName, signingKey } = this.#deps;
    const lease = pool.lease(code, o.instance, o.fn.module, o.fn.name, this.#isRepeated);
    const { realm, isLoaded } = lease;
    const parent = o.parent;
    const frame: Frame = {
      ...o,
      code,
      handles,
      deploymentName,
      signingKey,
      caller,
      lease,
      realm,
      depth: (parent?.depth ?? 0) + 1,
      cursors: new Map<number, QueryCursor>(),
      journal: parent === null && o.kind === "query" ? this.#spec.journal : null,
      hasPaged: false,
      observe: (what) => this.#observe(what),
      pageEnded: (journal) => {
        if (parent === null && o.kind === "query") this.#journal = journal;
      },
    };
    this.#frame = frame;
    this.#clock.enter();
    try {
      if (!isLoaded) this.#clock.load(prolonged, () => void realm.load(loader.prepared(o.instance.modules)!, o.fn.module));
    } catch (error) {
      this.#endFrame(frame, { ok: false, error: errorOf(realm.describe(error)) });
      return;
    }
    realm.begin({
      nowMs: Math.floor(o.txn.nowMs),
      seed: o.seed,
      ticking: o.kind === "mutation",
      port: {
        syscall: (op, args) => this.#syscall(frame, op, args),
        asyncSyscall: (op) => Promise.reject(new Error(`Unknown async operation ${op}`)),
        jsSyscall: (op) => {
          throw new UserError("UnknownOperation", `Unknown operation ${op}`);
        },
        log: (level, text) => this.#log.add(level, text),
      },
    });
    const method = o.kind === "query" ? "invokeQuery" : "invokeMutation";
    this.#clock.user(() => realm.start(o.fn.module, o.fn.name, method, [JSON.stringify([o.args])]));
  }

  #syscall(frame: Frame, op: string, args: string): string {
    try {
      return performSync(frame, op, args);
    } catch (error) {
      if (!tellable(error)) this.#fault ??= { error };
      throw error;
    }
  }

  #observe(what: "identity" | "time"): void {
    if (what === "identity") this.#identityObserved = true;
    else this.#timeObserved = true;
  }

  #thrown(frame: Frame): Result {
    return { ok: false, error: errorOf(frame.realm.describe(frame.realm.call.value)) };
  }

  #returned({ realm, fn, txn, instance }: Frame): Result {
    const fills = this.#spec.kind === "mutation" ? this.txn : null;
    return resultOf(() => checkReturned(fn, realm.call.value, txn.tableNames(instance.ns), fills));
  }

  /** The function of a frame has ended: its caller goes on, or the call is over. */
  #endFrame(frame: Frame, result: Result): void {
    const { realm, parent, mark, txn, liftLimits, parentOp } = frame;
    if (realm.timeObserved) this.#timeObserved = true;
    if (realm.randomObserved) this.#randomObserved = true;
    if (realm.isTainted) {
      this.#mustRepeat = true;
      return;
    }
    this.#deps.pool.giveBack(frame.lease);
    liftLimits?.();
    this.#frame = parent;
    this.#clock.leave();
    if (parent === null) {
      this.#result = result;
      return;
    }
    if (!result.ok && mark !== null) txn.rollbackTo(mark);
    parent.realm.settle(parentOp, result.ok ? JSON.stringify(result.value) : failureFrom(result.error));
    this.#clock.user(() => parent.realm.drain());
  }

  /** Ends the whole call, whatever it was doing; user code does not learn of it. */
  #abort(message: string): void {
    if (this.#result !== null) return;
    this.#disposeAll();
    this.#result = { ok: false, error: { message } };
  }

  #disposeAll(): void {
    for (let frame = this.#frame; frame; frame = frame.parent) this.#deps.pool.discard(frame.lease);
    this.#frame = null;
  }

  /** What user code hears of an error; a fault of the server ends the call instead. */
  #failure(error: unknown): Failure {
    const told = tellable(error);
    if (!told) this.#fault ??= { error };
    return failureFrom(told ?? { message: "Internal error" });
  }
}

function failureFrom({ message, data }: FunctionError): Failure {
  return data === undefined ? { message } : { message, data: JSON.stringify(data) };
}

function errorOf({ message, data }: Failure): FunctionError {
  return data === undefined ? { message } : { message, data: JSON.parse(data) as Json };
}
