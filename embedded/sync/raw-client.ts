import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";

/** For tests: a client that speaks the sync protocol by hand and keeps every message it gets. */

// oxlint-disable-next-line typescript/no-explicit-any -- messages are looked into freely by tests
export type Message = any;

export class RawClient {
  readonly socket: WebSocket;
  readonly received: Message[] = [];
  /** Code and reason of the close frame, once the socket is closed. */
  readonly closed: Promise<{ code: number; reason: string }>;
  #read = 0;
  #wake: () => void = () => {};
  #querySet = 0;

  constructor(url: string, options: { origin?: string; headers?: Record<string, string> } = {}) {
    this.socket = new WebSocket(`${url.replace(/^http/, "ws")}/api/1.48.0/sync`, options);
    this.socket.on("message", (data: Buffer) => {
      this.received.push(JSON.parse(data.toString()));
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#wake();
      });
    });
    this.socket.on("error", () => {});
  }

  /** Opens a socket and says Connect. */
  static async connect(url: string, extra: object = {}): Promise<RawClient> {
    const client = new RawClient(url);
    await new Promise((resolve, reject) => client.socket.once("open", resolve).once("error", reject));
    client.send({ type: "Connect", sessionId: randomUUID(), connectionCount: 0, lastCloseReason: "InitialConnect", ...extra });
    return client;
  }

  send(message: object | string): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Adds queries to the query set: id → [path, args, more fields]. */
  add(queries: Record<number, [string, object?, object?]>): void {
    const modifications = Object.entries(queries).map(([queryId, [udfPath, args = {}, more = {}]]) => {
      return { type: "Add", queryId: Number(queryId), udfPath, args: [args], ...more };
    });
    this.modify(modifications);
  }

  modify(modifications: object[]): void {
    const baseVersion = this.#querySet;
    this.#querySet += 1;
    this.send({ type: "ModifyQuerySet", baseVersion, newVersion: this.#querySet, modifications });
  }

  mutation(requestId: number, udfPath: string, args: object = {}, more: object = {}): void {
    this.send({ type: "Mutation", requestId, udfPath, args: [args], ...more });
  }

  /** The next message that is no Ping; rejects when the socket closes or 25 s pass first. */
  async next(type?: string): Promise<Message> {
    const deadline = Date.now() + 25_000;
    for (;;) {
      while (this.#read < this.received.length) {
        const message = this.received[this.#read++];
        if (message.type === "Ping") continue;
        if (type !== undefined && message.type !== type) {
          throw new Error(`Expected ${type}, got ${JSON.stringify(message).slice(0, 500)}`);
        }
        return message;
      }
      if (this.socket.readyState >= WebSocket.CLOSING) throw new Error(`The socket closed while ${type ?? "a message"} was awaited.`);
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`No ${type ?? "message"} came.`)), deadline - Date.now());
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  close(): void {
    this.socket.terminate();
  }
}

/** The number in a wire timestamp. */
export function tsOf(text: string): bigint {
  return Buffer.from(text, "base64").readBigUInt64LE();
}
