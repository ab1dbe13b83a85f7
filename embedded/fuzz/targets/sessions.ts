import { EventEmitter } from "node:events";
import type { WebSocket } from "ws";
import { argsObject, checkArgs, tellable } from "../../functions/call-values.ts";
import type { FunctionInfo } from "../../functions/code.ts";
import { ReadSet } from "../../storage/read-set.ts";
import type { Answer, CallRequest, Calls } from "../../sync/calls.ts";
import type { AuthenticateMessage } from "../../sync/protocol.ts";
import { Session } from "../../sync/session.ts";
import { Subscriptions } from "../../sync/subscriptions.ts";
import { nobody, type Viewer, viewerOf } from "../../sync/viewer.ts";
import { UserError } from "../../values/errors.ts";
import { parseFunctionPath } from "../../values/names.ts";
import { mutateBytes, mutateText } from "../mutate.ts";
import type { Random } from "../random.ts";
import { changedJson, insist, type Target, target } from "./target.ts";

/** Whole sessions with changed messages, up to where functions would run. */

/** Takes paths and arguments as the runner does before a function runs, and gives them back in place of a result. */
function answered(c: CallRequest): Answer {
  try {
    parseFunctionPath(c.path);
    checkArgs({ path: "seed.js:any", args: null, returns: null } as unknown as FunctionInfo, c.args, { nameOf: () => undefined }, null);
    return { success: true, value: argsObject(c.args), logLines: [] };
  } catch (error) {
    const told = tellable(error);
    if (!told) throw error;
    return { success: false, error: told, logLines: [] };
  }
}

/** Calls that run nothing. */
export const callsWithoutFunctions = {
  query: async (c: CallRequest) => ({ ...answered(c), ts: 1n, reads: new ReadSet(), journal: null, identityObserved: false }),
  mutation: async (c: CallRequest) => ({ ...answered(c), ts: 1n }),
  action: async (c: CallRequest) => answered(c),
  any: async (c: CallRequest) => answered(c),
} as unknown as Calls;

/** The other end of a session: takes everything at once. */
class OpenSocket extends EventEmitter {
  readonly sent: string[] = [];
  closed: string | null = null;
  isPaused = false;
  send(text: string, taken?: () => void): void {
    this.sent.push(text);
    if (taken) setImmediate(taken);
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  ping(): void {}
  terminate(): void {
    this.close(1006, "");
  }
  close(code: number, reason: string): void {
    this.closed ??= `${code} ${reason}`;
    this.emit("close");
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
/** In order, for misuse of the protocol, for a token that does not verify, for a clock that is ahead, for too much at a time. */
const ENDS = /^(1000 (FatalError|AuthError)|1011 InternalServerError: the database is older .*|1013 TooManyConcurrentRequests)$/;
const TYPES = ["FatalError", "AuthError", "Transition", "TransitionChunk", "MutationResponse", "ActionResponse", "Ping"];
/** What differs from one time to the next: clocks and request ids. */
const PASSING = /"(?:serverTs|clientClockSkew)":-?\d+|\[Request ID: [0-9a-f]{16}\]/g;

async function play(frames: (string | Buffer)[], adminKey: string): Promise<unknown> {
  const socket = new OpenSocket();
  const subscriptions = new Subscriptions(callsWithoutFunctions, 1n);
  const faults: unknown[] = [];
  const context = {
    calls: callsWithoutFunctions,
    subscriptions,
    report: (error: unknown) => void faults.push(error),
    async authenticate(message: AuthenticateMessage): Promise<Viewer> {
      if (message.tokenType === "None") return nobody;
      if (message.value !== adminKey) throw new UserError("InvalidAuthHeader", "The token is none.", 401);
      return viewerOf({ admin: true, identity: message.tokenType === "Admin" ? message.impersonating : null });
    },
  };
  const session = new Session(socket as unknown as WebSocket, context, () => undefined);
  for (const frame of frames) {
    const bytes = Buffer.from(frame);
    session.arrived(bytes.length + 14);
    socket.emit("message", bytes, typeof frame !== "string");
  }
  for (let quiet = 0, seen = -1; quiet < 3; quiet = socket.sent.length === seen ? quiet + 1 : 0) {
    seen = socket.sent.length;
    await turn();
  }
  const { closed } = socket;
  socket.emit("close");
  if (faults[0] !== undefined) throw faults[0];
  insist(closed === null || ENDS.test(closed), `closed with ${closed}`);
  const said = socket.sent.map((text) => text.replace(PASSING, ""));
  for (const text of socket.sent) {
    const { type, error } = JSON.parse(text) as { type: string; error?: string };
    insist(TYPES.includes(type) && (type !== "FatalError" || (error ?? "") !== ""), `a message ${text.slice(0, 200)}`);
  }
  return closed === null ? said : null;
}

/** `recorded`: the messages of sessions of real clients. */
export function sessionTarget(recorded: unknown[][], adminKey: string): Target {
  return target({
    name: "sessions",
    weight: 12,
    make: (random) => changedFrames(random, random.pick(recorded)),
    take: ({ frames }) => play(frames, adminKey),
    cases: ({ changes }) => changes,
  });
}

function changedFrames(random: Random, messages: unknown[]): { frames: (string | Buffer)[]; changes: number } {
  const frames: (string | Buffer)[] = messages.map((message) => JSON.stringify(message));
  const changes = 1 + random.int(6);
  for (let i = 0; i < changes && frames.length > 0; i++) {
    const at = random.int(frames.length);
    const frame = frames[at] ?? "";
    const change = random.int(9);
    if (change === 0) frames.splice(at, 1);
    else if (change === 1) frames.splice(random.int(frames.length + 1), 0, frame);
    else if (change === 2) frames.push(...frames.splice(at, 1));
    else if (change === 3) frames[at] = random.chance(0.3) ? mutateBytes(random, Buffer.from(frame)) : mutateBytes(random, Buffer.from(frame)).toString();
    else if (change === 4) frames[at] = mutateText(random, frame.toString());
    else frames[at] = changedJson(random, messages[Math.min(at, messages.length - 1)]);
  }
  return { frames, changes };
}
