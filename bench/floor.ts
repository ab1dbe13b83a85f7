import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { WebSocket } from "ws";
import { type Burst, burst } from "./burst.ts";

export interface FloorRun {
  /** Milliseconds from starting the process until it listens. */
  startMs: number;
  /** Milliseconds from sending one message to its durable answer, one at a time. */
  answerMs: number[];
  /** Milliseconds from sending one message until a second socket was told, one at a time. */
  seenMs: number[];
  burst: Burst;
}

/** The bare WebSocket and SQLite loop as a process of its own. */
export interface Floor {
  port: number;
  /** Milliseconds from starting the process until it listens. */
  startMs: number;
  end(): void;
}

/** Starts the bare loop. */
export async function startFloor(): Promise<Floor> {
  const from = performance.now();
  const server = fork(join(import.meta.dirname, "floor-server.ts"));
  const [{ port }] = (await once(server, "message")) as [{ port: number }];
  return { port, startMs: performance.now() - from, end: () => server.disconnect() };
}

/** Measures the bare loop once, one message at a time and many at once. */
export async function measureFloor(o: { oneAtATime: number; total: number; inFlight: number }): Promise<FloorRun> {
  const { port, startMs, end } = await startFloor();
  try {
    const { answerMs, seenMs } = await oneAtATime(port, o.oneAtATime);
    const sockets = await Promise.all(Array.from({ length: o.inFlight }, () => openFloor(port)));
    const done = await burst(sockets, o.total, async (socket, index) => {
      socket.send(`many ${index}`);
      await once(socket, "message");
    });
    for (const socket of sockets) socket.close();
    return { startMs, answerMs, seenMs, burst: done };
  } finally {
    end();
  }
}

async function oneAtATime(port: number, count: number): Promise<Pick<FloorRun, "answerMs" | "seenMs">> {
  const [writer, reader] = await Promise.all([openFloor(port), openFloor(port)]);
  reader.send("watch");
  const answerMs: number[] = [];
  const seenMs: number[] = [];
  for (let i = 0; i < count; i++) {
    const from = performance.now();
    const answered = once(writer, "message").then(() => answerMs.push(performance.now() - from));
    const seen = once(reader, "message").then(() => seenMs.push(performance.now() - from));
    writer.send(`one ${i}`);
    await Promise.all([answered, seen]);
  }
  writer.close();
  reader.close();
  return { answerMs, seenMs };
}

/** Opens a socket to the bare loop. */
export async function openFloor(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(socket, "open");
  return socket;
}
