import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { unread } from "./budget.ts";
import { limits } from "./limits.ts";

/** The connection under a socket, as far as frames can be kept together on their way into it. */
export type Wire = Pick<Duplex, "cork" | "uncork">;

/** What goes out on one socket, and how far its reader is behind (W12, W13). */
export class Outbox {
  readonly #socket: WebSocket;
  readonly #wire: Wire | undefined;
  readonly #onRoom: () => void;
  #isHeld = false;
  #unsentTransitions = 0;
  readonly #unread = unread.holder();
  #lastSentMs = Date.now();
  #lastDrainMs = Date.now();
  #closed = false;

  /** `onRoom` is called when a Transition was taken and another may be handed over. */
  constructor(socket: WebSocket, wire: Wire | undefined, onRoom: () => void) {
    this.#socket = socket;
    this.#wire = wire;
    this.#onRoom = onRoom;
  }

  /** May a Transition be handed over? */
  get hasRoom(): boolean {
    return !this.#closed && this.#unsentTransitions < limits.unsentTransitions;
  }

  /** Sends a message; one that leaves too much unread ends the socket. Does nothing after `close`. */
  send(message: object | string): void {
    if (this.#closed) return;
    const text = typeof message === "string" ? message : JSON.stringify(message);
    this.#lastSentMs = Date.now();
    this.#hand(text, () => undefined);
    if (this.#unread.bytes > limits.unreadBytes) this.#socket.terminate();
  }

  /**
   * Sends a response together with the Transition that follows in the next turn of the event loop: clients wait for both, and each
   * write into the connection costs as much as a small query.
   */
  sendBeforeTransition(text: string): void {
    this.#hold();
    this.send(text);
  }

  #hold(): void {
    if (this.#isHeld || !this.#wire) return;
    this.#isHeld = true;
    this.#wire.cork();
    // After the pass that the response is about to ask for.
    queueMicrotask(() =>
      setImmediate(() => {
        this.#isHeld = false;
        this.#wire?.uncork();
      }),
    );
  }

  /** Sends the frames of one Transition, one after another with nothing in between. */
  sendTransition(frames: string[]): void {
    if (this.#closed) return;
    if (this.#unsentTransitions === 0) this.#lastDrainMs = Date.now();
    this.#unsentTransitions += 1;
    this.#lastSentMs = Date.now();
    frames.forEach((frame, i) => this.#hand(frame, () => i === frames.length - 1 && this.#taken()));
  }

  #hand(text: string, taken: () => void): void {
    const isWithin = this.#unread.take(text.length);
    this.#socket.send(text, () => {
      this.#unread.give(text.length);
      taken();
    });
    if (!isWithin) this.#socket.terminate();
  }

  /** Breaks a long silence with a Ping; cuts off a reader that takes nothing. */
  tick(nowMs: number): void {
    if (this.#closed) return;
    if (this.#unsentTransitions > 0 && nowMs - this.#lastDrainMs > limits.slowReaderMs) return this.#socket.terminate();
    this.#socket.ping();
    if (nowMs - this.#lastSentMs >= limits.pingAfterMs) this.send({ type: "Ping" });
  }

  /** Nothing more is sent. */
  close(): void {
    this.#closed = true;
  }

  /** What was not taken is given up. */
  dispose(): void {
    this.close();
    this.#unread.close();
  }

  #taken(): void {
    this.#lastDrainMs = Date.now();
    this.#unsentTransitions -= 1;
    this.#onRoom();
  }
}
