/**
 * The global scope of one call: a `node:vm` context with everything the runtime promises, made in the realm itself.
 *
 * A realm lives in two phases. While modules are imported time and chance are fixed and syscalls are refused; `begin`
 * then gives it the time, the seed and the port of one call. In mode "transaction" microtasks run only in `drain`, so a
 * call can be driven to its end without leaving the current turn; in mode "action" it is ordinary asynchronous code.
 */
import { constants, type Context, createContext, Script } from "node:vm";
import type { PreparedModules } from "../prepared-modules.ts";
import { bootstrapScript } from "./bootstrap.ts";
import { createHost, type Failure, type RealmState } from "./host.ts";
import { SeededRandom } from "./random.ts";
import { ownRejections } from "./rejections.ts";
import { Timers } from "./timers.ts";

export type RealmMode = "transaction" | "action" | "analysis";

/**
 * Where a realm's syscalls and log lines go. What a method throws (or rejects with) becomes an Error inside the realm
 * with the same message and, when it has one, `data` (encoded JSON).
 */
export interface RealmPort {
  syscall(op: string, args: string): string;
  /** Not called in mode "transaction": there the operations wait in `queue`. */
  asyncSyscall(op: string, args: string): Promise<string>;
  /** Gives and takes JavaScript values; the answer may be a promise. */
  jsSyscall(op: string, args: Record<string, unknown>): unknown;
  /** `level`: DEBUG, ERROR, INFO, LOG, TRACE or WARN. */
  log(level: string, text: string): void;
  /** In place of the process's own `fetch`. */
  fetch?: typeof fetch;
}

export interface RealmOptions {
  mode: RealmMode;
  env: Record<string, string>;
  /** The time that modules see while they are imported, ms since 1970; actions see the real one. */
  nowMs: number;
  /** 32 bytes. */
  seed: Uint8Array;
  port: RealmPort;
  /** For debuggers. */
  name: string;
  /** For many calls: its modules come in the form that can be sealed. Only in mode "transaction". */
  reusable?: boolean;
}

/** An operation that a transaction waits for. */
export interface QueuedOp {
  id: number;
  op: string;
  args: string;
}

interface Controls {
  load(path: string): unknown;
  queue: QueuedOp[];
  call: { state: "idle" | "pending" | "fulfilled" | "rejected"; value: unknown };
  setEnv(json: string): void;
  describe(thrown: unknown): Failure;
  adoptRequest(request: Request): Request;
  promisePrototype: object;
  start(path: string, name: string, method: string, args: string[]): void;
  settle(id: number, answer: string | Failure): void;
  seal(): string | null;
  restore(): boolean;
  letGo(): void;
  isTainted(): boolean;
}

const tick = new Script("0", { filename: "convex-tick" });

const ownScripts = new Map<string, Script>();

/** Texts are few: what differs is the globals of an app's modules. */
function ownScript(text: string): Script {
  const known = ownScripts.get(text) ?? new Script(text, { filename: "convex-bootstrap" });
  ownScripts.set(text, known);
  return known;
}

/** Makes a realm. It holds no resources besides memory until a call in mode "action" starts timers or fetches. */
export function createRealm(options: RealmOptions): Realm {
  return new Realm(options);
}

export class Realm {
  readonly mode: RealmMode;
  readonly isReusable: boolean;
  readonly context: Context;
  readonly #state: RealmState;
  readonly #controls: Controls;
  /** The call that has ended left nothing that the event loop may go on with. */
  #isQuiet = false;

  constructor({ mode, env, nowMs, seed, port, name, reusable = false }: RealmOptions) {
    this.mode = mode;
    this.isReusable = reusable;
    this.context = createContext(constants.DONT_CONTEXTIFY, {
      name,
      // Code made from text would escape the source analysis.
      ...(reusable ? { codeGeneration: { strings: false } } : {}),
      ...(mode === "transaction" ? { microtaskMode: "afterEvaluate" } : {}),
    });
    const state: RealmState = {
      phase: "import",
      port,
      nowMs,
      random: new SeededRandom(seed),
      ticking: false,
      ticks: 0,
      timeObserved: false,
      hostWork: false,
      modules: null,
      compile: (path) => this.#compile(path),
      evaluate: (text) => ownScript(text).runInContext(this.context),
      timers: mode === "action" ? new Timers() : null,
      abort: mode === "action" ? new AbortController() : null,
    };
    this.#state = state;
    const install = bootstrapScript().runInContext(this.context) as (
      host: unknown,
      mode: RealmMode,
      reusable: boolean,
    ) => Controls;
    this.#controls = install(createHost(state), mode, reusable);
    this.#controls.setEnv(JSON.stringify(env));
    ownRejections(this.#controls.promisePrototype, (reason) => this.#reportRejection(reason));
  }

  /** Gives a realm that was made ahead its environment and its import phase. */
  prepareFor(o: { env: Record<string, string>; nowMs: number; seed: Uint8Array }): void {
    this.#controls.setEnv(JSON.stringify(o.env));
    this.#state.nowMs = o.nowMs;
    this.#state.random = new SeededRandom(o.seed);
  }

  /** Evaluates a module and what it imports, once per realm, and gives its exports. Throws what the module throws. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the exports are the user's; nothing is known of their type
  load(modules: PreparedModules, path: string): any {
    this.#state.modules = modules;
    const exports = this.#controls.load(path);
    this.drain();
    return exports;
  }

  /** Ends the import phase: from here on the realm has this call's time, seed and port. */
  begin(call: { nowMs: number; seed: Uint8Array; port: RealmPort; ticking?: boolean }): void {
    const state = this.#state;
    state.phase = "call";
    state.nowMs = call.nowMs;
    state.random = new SeededRandom(call.seed);
    state.port = call.port;
    state.ticking = call.ticking ?? false;
    state.ticks = 0;
    state.timeObserved = false;
    state.hostWork = false;
  }

  /** Reusable realms: ends the import phase for all calls to come. Says why that is impossible, or null. */
  seal(): string | null {
    this.drain();
    const obstacle = this.#controls.seal();
    this.dispose();
    return obstacle;
  }

  /** Reusable realms: the call has ended, and nothing is answered any more. `restore` comes later. */
  end(): void {
    this.#isQuiet = this.#state.phase === "call" && !this.#state.hostWork;
    this.dispose();
  }

  /**
   * Reusable realms, after the `end` of a call: puts back everything the call changed. True when the realm is as it was when it
   * was sealed and may serve the next call; otherwise it is of no more use.
   */
  restore(): boolean {
    return this.#isQuiet && this.#controls.restore();
  }

  /** Reusable realms: the call noticed that the realm is sealed, so its outcome must not count. */
  get isTainted(): boolean {
    return this.isReusable && this.#controls.isTainted();
  }

  /** Mode "transaction": calls `exports[name][method](...args)` of a loaded module and runs it until it waits. */
  start(path: string, name: string, method: string, args: string[]): void {
    this.#controls.start(path, name, method, args);
    this.drain();
  }

  /** Mode "transaction": what became of the started call. */
  get call(): Controls["call"] {
    return this.#controls.call;
  }

  /** Mode "transaction": operations waiting for an answer by `settle`, oldest first; the driver takes them out. */
  get queue(): QueuedOp[] {
    return this.#controls.queue;
  }

  settle(id: number, answer: string | Failure): void {
    this.#controls.settle(id, answer);
  }

  /** Runs the microtasks of a realm in mode "transaction". */
  drain(): void {
    if (this.mode === "transaction") tick.runInContext(this.context);
  }

  /** The text with stack of a thrown value, and the JSON text of its data when it is a ConvexError. */
  describe(thrown: unknown): Failure {
    return this.#controls.describe(thrown);
  }

  /** Gives a Request of the host the class that code of this realm sees. */
  adoptRequest(request: Request): Request {
    return this.#controls.adoptRequest(request);
  }

  get timeObserved(): boolean {
    return this.#state.timeObserved;
  }

  get randomObserved(): boolean {
    return this.#state.random.isObserved;
  }

  /** Seeds for nested calls come from the caller's chance. */
  nextSeed(): Uint8Array {
    return this.#state.random.seed();
  }

  /** True when the call may wait for something the event loop brings (streams, blobs). */
  get hostWork(): boolean {
    return this.#state.hostWork;
  }

  /** The end of the call: timers stop, fetches are aborted, every later syscall and log line is refused. */
  dispose(): void {
    const state = this.#state;
    state.phase = "closed";
    state.timers?.clearAll();
    state.abort?.abort();
    state.port = closedPort;
  }

  /**
   * The realm serves no more calls: it is disposed of and forgets its modules. V8's optimizing compilers hold on to every
   * context there is while they work in the background (`JSHeapBroker::CollectArrayAndObjectPrototypes`), so on a busy
   * machine no collection frees the contexts that were thrown away; what they hold must be little.
   */
  letGo(): void {
    this.dispose();
    this.#state.modules = null;
    this.#controls.letGo();
  }

  #compile(path: string): unknown {
    const { modules } = this.#state;
    if (!modules) throw new Error("No modules were given.");
    return modules.script(path, this.isReusable ? "sealable" : "plain").runInContext(this.context);
  }

  #reportRejection(reason: unknown): void {
    if (this.#state.phase === "closed") return;
    this.#state.port.log("WARN", `Unhandled promise rejection: ${this.describe(reason).message}`);
  }
}

function over(): never {
  throw new Error("The function has ended: nothing can be asked any more.");
}

const closedPort: RealmPort = { syscall: over, asyncSyscall: over, jsSyscall: over, log: () => undefined };
