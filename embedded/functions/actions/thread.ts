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
/**
 * How often a thread with calls is looked at, in ms: whether it yields, and how much its buffers take, since V8 limits its
 * heap but not what lies outside.
 */
const LOOK_EVERY_MS = 500;

export class Thread {
  readonly #worker: Worker;
  readonly #options: ThreadOptions;
  readonly #calls = new Map<number, PlacedCall>();
  /** Calls sent and not begun, with the time they were sent or, if later, the thread was ready. */
  readonly #waiting = new Map<number, number>();
  #ready = false;
  #ended: string | null = null;
  #looking: NodeJS.Timeout | null = null;
  /** When it was asked whether it is there and did not answer yet. */
  #askedAt: number | null = null;
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
          ? this.#tooMuchMemory
          : `the thread it ran on failed: ${error.message}`;
    });
    this.exited = new Promise((resolve) => {
      this.#worker.on("exit", (code) => {
        this.#ended ??= `the thread it ran on ended with exit code ${code}`;
        this.#look(false);
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

  /** It does not answer, or some call has waited too long to be taken up: code that does not yield holds the thread. */
  get blocked(): boolean {
    if (!this.#ready) return false;
    if (this.silentMs > BLOCKED_AFTER_MS) return true;
    const limit = performance.now() - BLOCKED_AFTER_MS;
    for (const since of this.#waiting.values()) if (since < limit) return true;
    return false;
  }

  /** For how long its code has not yielded, ms, as far as is known. */
  get silentMs(): number {
    return this.#askedAt === null ? 0 : performance.now() - this.#askedAt;
  }

  place(call: PlacedCall): void {
    this.#calls.set(call.id, call);
    this.#waiting.set(call.id, performance.now());
    this.#worker.ref();
    this.#look(true);
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
    if (message.t === "pong") {
      this.#askedAt = null;
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
    if (this.#calls.size > 0) return;
    this.#worker.unref();
    this.#look(false);
  }

  get #tooMuchMemory(): string {
    return `the thread it ran on used more than ${this.#options.maxHeapMb} MB of memory`;
  }

  #look(on: boolean): void {
    if (!on) {
      if (this.#looking) clearInterval(this.#looking);
      this.#looking = null;
      this.#askedAt = null;
      return;
    }
    this.#looking ??= setInterval(() => {
      if (this.#ready && this.#askedAt === null) {
        this.#askedAt = performance.now();
        this.post({ t: "ping" });
      }
      // Answered also while the thread's code does not yield.
      this.#worker.getHeapStatistics().then(
        ({ external_memory: bytes = 0 }) => {
          if (bytes > this.#options.maxHeapMb * 1024 * 1024) void this.kill(this.#tooMuchMemory);
        },
        () => undefined, // It has just ended.
      );
    }, LOOK_EVERY_MS).unref();
  }
}
