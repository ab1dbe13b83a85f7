import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WebSocket } from "ws";
import { ReadSet, type WriteEntry } from "../storage/read-set.ts";
import type { Calls, QueryAnswer } from "./calls.ts";
import { tsOf } from "./raw-client.ts";
import { Session } from "./session.ts";
import { Subscriptions } from "./subscriptions.ts";

/** A socket whose network never takes a message, unless `drain` is called. */
class StuckSocket extends EventEmitter {
  sent: string[] = [];
  pings = 0;
  terminated = false;
  #callbacks: (() => void)[] = [];
  send(text: string, taken?: () => void): void {
    this.sent.push(text);
    if (taken) this.#callbacks.push(taken);
  }
  ping(): void {
    this.pings += 1;
  }
  terminate(): void {
    this.terminated = true;
    this.emit("close");
  }
  close(): void {
    this.emit("close");
  }
  say(message: object): void {
    this.emit("message", Buffer.from(JSON.stringify(message)), false);
  }
  /** The connection under it. */
  readonly wire = { cork: () => void this.sent.push("cork"), uncork: () => void this.sent.push("uncork") };
  drain(): void {
    for (const taken of this.#callbacks.splice(0)) taken();
  }
}

function open(calls = {} as Calls, subscriptions = new Subscriptions(calls, 1n), isCorked = false) {
  const socket = new StuckSocket();
  const context = {
    calls,
    subscriptions,
    authenticate: () => Promise.reject(new Error("nobody")),
    report: () => {},
    ...(isCorked ? { wire: socket.wire } : {}),
  };
  const session = new Session(socket as unknown as WebSocket, context, () => {});
  socket.say({ type: "Connect", sessionId: crypto.randomUUID(), connectionCount: 0, lastCloseReason: null });
  return { socket, session };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
let version = 0;
async function modify(socket: StuckSocket): Promise<void> {
  socket.say({ type: "ModifyQuerySet", baseVersion: version, newVersion: version + 1, modifications: [] });
  version += 1;
  await turn();
}

describe("a session's life signs", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  it("W13: silence of 15 s is broken by a Ping, earlier ticks only ping the WebSocket", () => {
    const { socket, session } = open();
    session.tick(Date.now() + 10_000);
    expect([socket.pings, socket.sent]).toEqual([1, []]);
    session.tick(Date.now() + 15_001);
    expect(socket.sent).toEqual(['{"type":"Ping"}']);
  });

  it("W13: a client silent for 120 s is dropped, one that answers pings is not", () => {
    const { socket, session } = open();
    session.tick(Date.now() + 119_000);
    expect(socket.terminated).toBe(false);
    session.tick(Date.now() + 121_000);
    expect(socket.terminated).toBe(true);
  });

  it("W12: at most two Transitions are on their way, the rest waits and is one", async () => {
    const { socket } = open();
    version = 0;
    for (let i = 0; i < 5; i++) await modify(socket);
    const transitions = () => socket.sent.map((text) => JSON.parse(text).endVersion.querySet as number);
    expect(transitions()).toEqual([1, 2]);
    socket.drain();
    await turn();
    await turn();
    expect(transitions()).toEqual([1, 2, 5]);
  });

  it("W12: a client that takes no Transition for 30 s is cut off", async () => {
    const { socket, session } = open();
    version = 0;
    await modify(socket);
    session.tick(Date.now() + 29_000);
    expect(socket.terminated).toBe(false);
    session.tick(Date.now() + 31_000);
    expect(socket.terminated).toBe(true);
  });

  it("W12: a client that leaves 64 MiB of answers unread is cut off", async () => {
    const value = "x".repeat(20 * 1024 * 1024);
    const { socket } = open({ action: async () => ({ success: true, value, logLines: [] }) } as unknown as Calls);
    for (let requestId = 0; requestId < 4; requestId++) {
      expect(socket.terminated).toBe(false);
      socket.say({ type: "Action", requestId, udfPath: "a:b", args: [{}] });
      await turn();
    }
    expect(socket.terminated).toBe(true);
  });
});

describe("order", () => {
  it("W6: a commit that a live query hears of before its mutation is answered waits for the answer", async () => {
    const key = Buffer.from("k");
    const write: WriteEntry = {
      ns: 0,
      table: "t",
      id: "k",
      newTable: false,
      dependencies: [],
      indexKeys: [{ indexId: 1, oldKey: key, newKey: key }],
      search: [],
    };
    let ts = 1n;
    const calls = {
      async query(): Promise<QueryAnswer> {
        const reads = new ReadSet();
        reads.point(1, key);
        return { success: true, value: String(ts), logLines: [], ts, reads, journal: null, identityObserved: false };
      },
      async mutation() {
        await turn();
        ts += 1n;
        const own = ts;
        subscriptions.committed(own, [write]);
        // The answer takes a long way within the same turn.
        for (let hop = 0; hop < 100; hop++) await Promise.resolve();
        return { success: true, value: null, logLines: [], ts: own };
      },
    } as unknown as Calls;
    const subscriptions = new Subscriptions(calls, ts);
    const { socket } = open(calls, subscriptions);
    const add = { type: "Add", queryId: 0, udfPath: "a:b", args: [{}] };
    socket.say({ type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications: [add] });
    for (let requestId = 0; requestId < 3; requestId++) socket.say({ type: "Mutation", requestId, udfPath: "a:c", args: [{}] });
    const answered: string[] = [];
    for (let seen = 0, turns = 0; answered.length < 3 || !socket.sent.at(-1)?.includes(`"value":"4"`); turns++) {
      expect(turns).toBeLessThan(100);
      await turn();
      socket.drain();
      for (const message of socket.sent.slice(seen).map((text) => JSON.parse(text))) {
        if (message.type === "MutationResponse") answered.push(message.ts);
        else if (tsOf(message.endVersion.ts) > 1n) expect(answered).toContain(message.endVersion.ts);
      }
      seen = socket.sent.length;
    }
  });

  it("W21: a mutation's response and the Transition that covers it leave in one piece", async () => {
    const calls = { mutation: async () => ({ success: true, value: null, logLines: [], ts: 2n }) } as unknown as Calls;
    const { socket } = open(calls, new Subscriptions(calls, 1n), true);
    const kinds = () => socket.sent.map((text) => (text.startsWith("{") ? JSON.parse(text).type : text));
    socket.say({ type: "Mutation", requestId: 0, udfPath: "a:c", args: [{}] });
    await turn();
    await turn();
    expect(kinds()).toEqual(["cork", "MutationResponse", "Transition", "uncork"]);
  });

  it("W21: an answer that no Transition follows leaves in the same turn", async () => {
    const calls = { action: async () => ({ success: true, value: 1, logLines: [] }) } as unknown as Calls;
    const { socket } = open(calls, new Subscriptions(calls, 1n), true);
    socket.say({ type: "Action", requestId: 0, udfPath: "a:b", args: [{}] });
    await turn();
    await turn();
    expect(socket.sent).toEqual(["cork", expect.stringContaining('"ActionResponse"'), "uncork"]);
  });
});
