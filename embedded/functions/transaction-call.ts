/**
 * Drives a query or mutation and everything it calls, without leaving the current turn of the event loop.
 *
 * Functions that call functions are a stack of frames, each with a realm of its own; only the innermost runs. The loop
 * runs its microtasks until it waits, answers the oldest operation it asked for, and goes on, so operations happen
 * strictly in the order they were asked (F5). A function that waits for the event loop itself (streams, blobs) leaves
 * the loop; `finish` then gives it turns. Whatever stops the loop from outside makes the whole transaction worthless.
 */
import { setImmediate as turn } from "node:timers/promises";
import type { QueryCursor } from "../query/cursor.ts";
import type { Mark } from "../storage/overlay.ts";
import type { Transaction } from "../storage/transaction.ts";
import { UserError } from "../values/errors.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { MAX_CALL_DEPTH } from "../values/limits.ts";
import { CallClock } from "./call-clock.ts";
import type { Caller, FunctionError, IdentityJson, Result } from "./call-types.ts";
import { checkArgs, checkReturned, resultOf, tellable, wrongKind } from "./call-values.ts";
import { addressOf, type Code, type FunctionInfo, type Instance, resolve } from "./code.ts";
import type { Handles } from "./handles.ts";
import type { Loader } from "./loader.ts";
import { LogLines } from "./log-lines.ts";
import type { Lease, RealmPool } from "./realm-pool.ts";
import type { Failure } from "./realm/host.ts";
import type { QueuedOp, Realm } from "./realm/realm.ts";
import type { SigningKey } from "./signing-key.ts";
import { isRead, performAsync, performSync, type SyscallScope } from "./syscalls.ts";
import { runFor, stopReason } from "./watchdog.ts";

/** Reads answered together before the function goes on. */
const BATCH = 16;
/** After this much time in syscalls and other functions the watchdog is wound up again, in ms. */
const REWIND_MS = 250;
/** A call that goes on longer lets the event loop turn in between, so that others' queries get theirs, in ms. */
const MAX_TURN_MS = 200;
/** Waiting for the event loop: without any progress, and in all, in ms. */
const MAX_IDLE_MS = 1000;
const MAX_SLOW_MS = 15_000;

const TIMED_OUT = "Function execution timed out (maximum duration: 1s)";
const OUT_OF_MEMORY = "Function ran out of memory (maximum memory usage: 64 MB)";
const TOO_SLOW = "Your request timed out performing too many system operations.";
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

  /** Starts the function. True when it has ended, false when it waits for the event loop. Throws faults of the server. */
  run(): boolean {
    const { instance, fn, kind, args, caller, seed } = this.#spec;
    const txn = this.#spec.begin();
    this.#txn = txn;
    const outermost = { instance, fn, kind, args, txn, identity: caller.identity, seed };
    return this.#drive(() => this.#enter({ ...outermost, parent: null, parentOp: 0, mark: null, liftLimits: null }));
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

  /** Gives a function that waits for the event loop its turns, until it has ended. Throws faults of the server. */
  async finish(): Promise<void> {
    const started = performance.now();
    let progress = started;
    for (;;) {
      await turn();
      const frame = this.#frame;
      if (!frame) return;
      const isOver = this.#drive(() => {
        if (this.#isPaused) {
          this.#isPaused = false;
          progress = performance.now();
          return;
        }
        this.#clock.user(() => frame.realm.drain());
        const now = performance.now();
        if (frame.realm.queue.length > 0 || frame.realm.call.state !== "pending") progress = now;
        else if (now - started > MAX_SLOW_MS) this.#abort(TOO_SLOW);
        else if (now - progress > MAX_IDLE_MS) this.#endFrame(frame, { ok: false, error: { message: NEVER } });
      });
      if (isOver) return;
    }
  }

  /** Runs `first` and then the loop under the watchdog, as often as needed. True when the call has ended. */
  #drive(first: () => void): boolean {
    const started = performance.now();
    let next: "again" | "waiting" | "ended" = "again";
    let work: (() => void) | null = first;
    while (next === "again") {
      const isInTime = runFor(this.#clock.watchdogMs, () => {
        const firstWork = work;
        work = null;
        firstWork?.();
        next = this.#loop();
      }, this.#clock.leftMs);
      if (!isInTime) this.#abort(stopReason() === "memory" ? OUT_OF_MEMORY : TIMED_OUT);
      if (this.#mustRepeat) return this.#repeat();
      if (this.#fault) {
        this.#disposeAll();
        throw this.#fault.error;
      }
      if (this.#result !== null) next = "ended";
      if (next === "again" && performance.now() - started > MAX_TURN_MS) {
        this.#isPaused = true;
        return false;
      }
    }
    return next === "ended";
  }

  #loop(): "again" | "waiting" | "ended" {
    const started = performance.now();
    const userAtStart = this.#clock.userMs;
    const frameAtStart = this.#frame;
    while (this.#frame && !this.#fault && !this.#mustRepeat && this.#result === null) {
      const frame = this.#frame;
      const { call, queue } = frame.realm;
      if (call.state === "rejected") this.#endFrame(frame, this.#thrown(frame));
      else if (queue.length > 0) this.#answer(frame, queue);
      else if (call.state === "fulfilled") this.#endFrame(frame, this.#returned(frame));
      else if (frame.realm.hostWork) return "waiting";
      else this.#endFrame(frame, { ok: false, error: { message: NEVER } });
      const ms = performance.now() - started;
      const notItsOwnMs = this.#frame === frameAtStart ? ms - (this.#clock.userMs - userAtStart) : ms;
      if (this.#clock.isOverUserTime) this.#abort(TIMED_OUT);
      else if (this.#clock.isOverWallTime) this.#abort(TOO_SLOW);
      else if (notItsOwnMs > REWIND_MS) return "again";
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
    const commitTs = frame.kind === "mutation" ? frame.txn.ts : null;
    const checked = checkArgs(fn, args, txn.tableNames(instance.ns), commitTs);
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
      if (!isLoaded) this.#clock.user(() => void realm.load(loader.prepared(o.instance.modules)!, o.fn.module));
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
    const commitTs = this.#spec.kind === "mutation" ? this.txn.ts : null;
    return resultOf(() => checkReturned(fn, realm.call.value, txn.tableNames(instance.ns), commitTs));
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
    if (!result.ok && mark) txn.rollbackTo(mark);
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
