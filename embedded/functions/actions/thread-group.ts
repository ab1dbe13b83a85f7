/** A bounded number of threads that run the same kind of calls. */
import type { ToWorker } from "./protocol.ts";
import { Thread, type PlacedCall, type ThreadOptions } from "./thread.ts";

export interface GroupOptions {
  /** Threads in ordinary times. While all are held by code that does not yield, as many again may be started. */
  size: number;
  /** Code that does not yield for so long is ended while calls wait and no thread is left for them, in ms. Default 10,000. */
  maxSilentMs?: number;
  thread: Omit<ThreadOptions, "onCallEnd" | "onExit">;
}

/** How often calls that wait behind a blocked thread are moved to another, in ms. */
const RESCUE_EVERY_MS = 250;
const MAX_SILENT_MS = 10_000;

export class ThreadGroup {
  readonly #options: GroupOptions;
  readonly #threads = new Set<Thread>();
  readonly #where = new Map<number, Thread>();
  #rescue: NodeJS.Timeout | null = null;
  #retired = false;
  #isClosed = false;

  constructor(options: GroupOptions) {
    this.#options = options;
  }

  /** Starts the threads ahead of need. */
  warm(): void {
    while (!this.#retired && this.#alive().length < this.#options.size) this.#startThread();
  }

  /** Puts the call on the thread with the fewest calls. */
  submit(call: PlacedCall): void {
    const thread = this.#choose();
    this.#where.set(call.id, thread);
    thread.place(call);
    this.#rescue ??= setInterval(() => this.#moveWaiting(), RESCUE_EVERY_MS).unref();
  }

  /** Threads alive, and calls placed on them. */
  load(): { threads: number; calls: number } {
    return { threads: this.#alive().length, calls: this.#where.size };
  }

  /** Sends a message to the thread the call is on, while it is on one. */
  post(call: PlacedCall, message: ToWorker): void {
    this.#where.get(call.id)?.post(message);
  }

  /**
   * The call's time is over. A thread that does not confirm within `graceMs` is held by code that does not yield: it is
   * ended, and the other calls on it are lost.
   */
  stop(call: PlacedCall, graceMs: number): void {
    const thread = this.#where.get(call.id);
    if (!thread) return;
    if (thread.takeBack(call)) return void this.#where.delete(call.id);
    thread.post({ t: "stop", call: call.id });
    setTimeout(() => {
      if (thread.has(call)) void thread.kill("another function on the same thread did not yield and was ended");
    }, graceMs).unref();
  }

  /** No new calls will come: idle threads end now, the others with their last call. */
  retire(): void {
    this.#retired = true;
    for (const thread of this.#threads) this.#endIfUnneeded(thread);
  }

  /** Ends all threads; running calls are lost for `reason`. */
  async close(reason: string): Promise<void> {
    this.#retired = true;
    this.#isClosed = true;
    if (this.#rescue) clearInterval(this.#rescue);
    await Promise.all([...this.#threads].map((thread) => thread.kill(reason)));
  }

  /** Resolves when a retired group's last thread has ended. */
  async drained(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread.exited));
  }

  #choose(): Thread {
    const alive = this.#alive();
    const free = alive.filter((thread) => !thread.blocked).sort((a, b) => a.size - b.size);
    const best = free[0];
    const room = alive.length < this.#options.size;
    if (best && (best.size === 0 || !room)) return best;
    if (room || (!best && alive.length < 2 * this.#options.size)) return this.#startThread();
    return best ?? alive.sort((a, b) => a.size - b.size)[0]!;
  }

  #resubmit(call: PlacedCall): void {
    call.start.claim = new SharedArrayBuffer(4);
    this.submit(call);
  }

  #alive(): Thread[] {
    return [...this.#threads].filter((thread) => thread.alive);
  }

  #startThread(): Thread {
    const thread = new Thread({
      ...this.#options.thread,
      onCallEnd: (thread, call) => {
        this.#where.delete(call);
        this.#endIfUnneeded(thread);
      },
      onExit: (thread, lost, unbegun, reason) => {
        this.#threads.delete(thread);
        for (const call of [...lost, ...unbegun]) this.#where.delete(call.id);
        for (const call of this.#isClosed ? [...lost, ...unbegun] : lost) call.threadLost(reason);
        if (!this.#isClosed) unbegun.forEach((call) => this.#resubmit(call));
      },
    });
    this.#threads.add(thread);
    return thread;
  }

  #endIfUnneeded(thread: Thread): void {
    if (thread.size === 0 && (this.#retired || this.#alive().length > this.#options.size)) {
      void thread.kill("the thread it ran on was no longer needed");
    }
  }

  /** Every thread is held by code that does not yield: the one that has done so for longest is ended, if it is too long. */
  #endRunaway(): void {
    const limitMs = this.#options.maxSilentMs ?? MAX_SILENT_MS;
    const [longest] = this.#alive().sort((a, b) => b.silentMs - a.silentMs);
    if (!longest || longest.silentMs < limitMs) return;
    void longest.kill(`a function on the same thread did not yield for ${Math.round(limitMs / 1000)} s while others waited`);
  }

  /** A call that waits behind code that does not yield goes to a thread that is free, if there is or can be one. */
  #moveWaiting(): void {
    let isShort = false;
    for (const thread of this.#threads) {
      if (!thread.blocked) continue;
      for (const call of thread.waiting) {
        const other = this.#choose();
        isShort ||= other.blocked;
        if (other.blocked || !thread.takeBack(call)) continue;
        this.#resubmit(call);
      }
    }
    if (isShort) this.#endRunaway();
    if (this.#where.size === 0 && this.#rescue) {
      clearInterval(this.#rescue);
      this.#rescue = null;
    }
  }
}
