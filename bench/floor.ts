import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { WebSocket } from "ws";

export interface FloorRun {
  /** Milliseconds from sending one message to its durable answer, one at a time. */
  answerMs: number[];
  /** Milliseconds from sending one message until a second socket was told, one at a time. */
  seenMs: number[];
  /** Durable answers per second with `inFlight` messages under way. */
  perSecond: number;
}

/** Runs the bare WebSocket and SQLite loop once in its own process and measures it from here. */
export async function measureFloor(o: { oneAtATime: number; total: number; inFlight: number }): Promise<FloorRun> {
  const server = fork(join(import.meta.dirname, "floor-server.ts"));
  try {
    const [{ port }] = (await once(server, "message")) as [{ port: number }];
    const [writer, reader] = await Promise.all([open(port), open(port)]);
    const answerMs: number[] = [];
    const seenMs: number[] = [];
    for (let i = 0; i < o.oneAtATime; i++) {
      const from = performance.now();
      const answered = once(writer, "message").then(() => answerMs.push(performance.now() - from));
      const seen = once(reader, "message").then(() => seenMs.push(performance.now() - from));
      writer.send(`one ${i}`);
      await Promise.all([answered, seen]);
    }
    reader.close();
    const perSecond = await throughput(writer, o.total, o.inFlight);
    writer.close();
    return { answerMs, seenMs, perSecond };
  } finally {
    server.disconnect();
  }
}

async function throughput(socket: WebSocket, total: number, inFlight: number): Promise<number> {
  let sent = 0;
  let answered = 0;
  const from = performance.now();
  await new Promise<void>((done) => {
    const send = (): void => {
      if (sent < total) socket.send(`many ${sent++}`);
    };
    socket.on("message", () => {
      if (++answered === total) done();
      else send();
    });
    for (let i = 0; i < inFlight; i++) send();
  });
  return (total / (performance.now() - from)) * 1000;
}

async function open(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(socket, "open");
  return socket;
}
