import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import { mutateBytes, mutateJsonText, mutateText } from "./mutate.ts";
import type { Random } from "./random.ts";
import type { ServerProcess } from "./server-process.ts";

/** One socket with changed messages, and what is wrong with how the server takes it. */

const PATIENCE_MS = 30_000;
/** How sockets may be closed: in order, for a frame that is none, for text that is none, for size, for too much at once. */
const ALLOWED_CLOSES = new Set([1000, 1002, 1005, 1006, 1007, 1009, 1013]);
const CLOCK_ERROR = "the database is older than what this client has seen";

/**
 * Plays a recorded session with a few changes: messages altered, left out, doubled or moved; `count` is told how many.
 * What is wrong; null when nothing is.
 */
export async function fuzzSocket(
  random: Random,
  server: ServerProcess,
  session: unknown[],
  count: (changes: number) => void,
): Promise<string | null> {
  const changes = 1 + random.int(6);
  count(changes);
  const frames = changedFrames(random, session, changes);
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/1.48.0/sync`, { perMessageDeflate: random.chance(0.1) });
  const received: string[] = [];
  socket.on("message", (data: Buffer) => received.push(data.toString()));
  const shown = () => `${frames.map((frame) => String(frame).slice(0, 300)).join("\n")}\n→ ${received.at(-1)?.slice(0, 300)}`;
  return new Promise((resolve) => {
    const settle = (problem: string | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners("close");
      socket.terminate();
      resolve(problem === null ? null : `${problem}: ${shown()}`);
    };
    const timer = setTimeout(() => settle("the socket does not answer a ping"), PATIENCE_MS);
    socket.on("error", () => undefined);
    socket.on("open", () => {
      for (const frame of frames) socket.send(frame, { binary: typeof frame !== "string" });
      socket.ping();
    });
    // All messages before the ping were taken; the answers of the last calls may still be under way.
    socket.on("pong", () => setTimeout(() => settle(checkMessages(received)), random.int(10)));
    socket.on("close", (code, reason) => {
      const text = reason.toString();
      if (code === 1011 && text.includes(CLOCK_ERROR)) return settle(checkMessages(received));
      settle(ALLOWED_CLOSES.has(code) ? checkMessages(received) : `closed with ${code} ${text}`);
    });
  });
}

/** Every message of the server is JSON of a known type, and every FatalError says why. */
function checkMessages(received: string[]): string | null {
  for (const text of received) {
    const { type, error } = JSON.parse(text) as { type: string; error?: string };
    if (type === "FatalError" && (typeof error !== "string" || error === "")) return "a FatalError without a text";
    if (!["FatalError", "AuthError", "Transition", "TransitionChunk", "MutationResponse", "ActionResponse", "Ping"].includes(type)) return `a message of type ${type}`;
  }
  return null;
}

function changedFrames(random: Random, session: unknown[], changes: number): (string | Buffer)[] {
  // A session of its own each time: else the server answers from the record of the first one.
  const messages = session.map((message) => ({ ...(message as object), ...("sessionId" in (message as object) ? { sessionId: randomUUID() } : {}) }));
  const frames: (string | Buffer)[] = messages.map((message) => JSON.stringify(message));
  for (let i = 0; i < changes; i++) {
    const at = random.int(frames.length);
    const frame = frames[at] ?? "";
    switch (random.int(8)) {
      case 0:
        frames.splice(at, 1);
        break;
      case 1:
        frames.splice(random.int(frames.length + 1), 0, frame);
        break;
      case 2:
        frames.push(...frames.splice(at, 1));
        break;
      case 3:
        frames[at] = mutateBytes(random, Buffer.from(frame));
        break;
      case 4:
        frames[at] = mutateText(random, frame.toString());
        break;
      default:
        frames[at] = mutateJsonText(random, messages[Math.min(at, messages.length - 1)]);
    }
  }
  return frames;
}
