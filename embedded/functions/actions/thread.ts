/** One worker thread as the server's thread sees it: the calls on it, what it has answered, and how it ended. */
import { Worker } from "node:worker_threads";
import { claim, CLAIM_HOST, type FromWorker, type StartMessage, type ToWorker } from "./protocol.ts";

/** A call that can be placed on a thread. */
export interface PlacedCall {
  readonly id: number;
  readonly start: StartMessage;
  /** A thread has taken it up. */
  begun(): void;
  receive(message: Extract<FromWorker, { call: number }>): void;
  /** The thread ended before the call did; `reason` is for people. */
  threadLost(reason: string): void;
}

export interface ThreadOptions {
  /** The file the thread runs. */
  script: URL;
  /** Shown by debuggers. */
  name: string;
  /** All of `process.env` inside. */
  env: Record<string, string>;
  workerData: unknown;
  /** Heap limit in MiB. */
  maxHeapMb: number;
  onStray: (level: string, text: string) => void;
  onCallEnd: (thread: Thread, call: number) => void;
  /** The thread has ended with these calls on it; those in `unbegun` were surely not begun and may run elsewhere. */
  onExit: (thread: Thread, lost: PlacedCall[], unbegun: PlacedCall[], reason: string) => void;
}

/** A thread that has not taken up a call for this long is busy with code that does not yield, in ms. */
const BLOCKED_AFTER_MS = 250;

export class Thread {
  readonly #worker: Worker;
  readonly #options: ThreadOptions;
  readonly #calls = new Map<number, PlacedCall>();
  /** Calls sent and not begun, with the time they were sent or, if later, the thread was ready. */
  readonly #waiting = new Map<number, number>();
  #ready = false;
  #ended: string | null = null;
  readonly exited: Promise<void>;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(options.script, {
      name: options.name,
      env: options.env,
      workerData: options.workerData,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: options.maxHeapMb },
    });
    this.#worker.unref(); // only a thread with a call may keep the process alive
    this.#worker.on("message", (message: FromWorker) => this.#receive(message));
    this.#worker.on("error", (error: Error & { code?: string }) => {
      this.#ended ??=
        error.code === "ERR_WORKER_OUT_OF_MEMORY"
          ? `the thread it ran on used more than ${options.maxHeapMb} MB of memory`
          : `the thread it ran on failed: ${error.message}`;
    });
    this.exited = new Promise((resolve) => {
      this.#worker.on("exit", (code) => {
        this.#ended ??= `the thread it ran on ended with exit code ${code}`;
        const all = [...this.#calls.values()];
        // A thread that never came up would not come up a second time either.
        const unbegun = all.filter((call) => this.#ready && this.takeBack(call));
        this.#calls.clear();
        this.#waiting.clear();
        options.onExit(
          this,
          all.filter((call) => !unbegun.includes(call)),
          unbegun,
          this.#ended,
        );
        resolve();
      });
    });
  }

  get size(): number {
    return this.#calls.size;
  }

  get alive(): boolean {
    return this.#ended === null;
  }

  /** Some call has waited too long to be taken up: the thread is held by code that does not yield. */
  get blocked(): boolean {
    if (!this.#ready) return false;
    const limit = performance.now() - BLOCKED_AFTER_MS;
    for (const since of this.#waiting.values()) if (since < limit) return true;
    return false;
  }

  place(call: PlacedCall): void {
    this.#calls.set(call.id, call);
    this.#waiting.set(call.id, performance.now());
    this.#worker.ref();
    this.#worker.postMessage(call.start);
  }

  /** The calls that have not begun, as far as is known here. */
  get waiting(): PlacedCall[] {
    return [...this.#waiting.keys()].flatMap((id) => this.#calls.get(id) ?? []);
  }

  has(call: PlacedCall): boolean {
    return this.#calls.has(call.id);
  }

  /** Takes a call back that has not begun: after true it is surely never run by this thread. */
  takeBack(call: PlacedCall): boolean {
    if (!this.has(call) || !claim(call.start.claim, CLAIM_HOST)) return false;
    this.#forget(call.id);
    return true;
  }

  post(message: ToWorker): void {
    if (this.alive) this.#worker.postMessage(message);
  }

  /** Ends the thread at once; the calls on it are lost for `reason`. */
  async kill(reason: string): Promise<void> {
    this.#ended ??= reason;
    await this.#worker.terminate();
    await this.exited;
  }

  #receive(message: FromWorker): void {
    if (message.t === "ready") {
      this.#ready = true;
      for (const id of this.#waiting.keys()) this.#waiting.set(id, performance.now());
      return;
    }
    if (message.t === "stray") return this.#options.onStray(message.level, message.text);
    const call = this.#calls.get(message.call);
    if (message.t === "started") {
      this.#waiting.delete(message.call);
      return call?.begun();
    }
    if (message.t === "done") this.#forget(message.call);
    call?.receive(message);
    if (message.t === "done") this.#options.onCallEnd(this, message.call);
  }

  #forget(id: number): void {
    this.#calls.delete(id);
    this.#waiting.delete(id);
    if (this.#calls.size === 0) this.#worker.unref();
  }
}
