/**
 * Messages between the server's thread and the worker threads that run actions. Everything is plain data; arguments,
 * results and syscalls travel as JSON text, which the realms parse themselves.
 */
import type { BodyPart } from "./body.ts";
import type { ModulesManifest } from "../prepared-modules.ts";
import type { Json } from "../../values/json.ts";

/** Starts a call. The first to change `claim` from 0 owns it: the worker writes 1, a host that takes it back 2. */
export interface StartMessage {
  t: "start";
  call: number;
  claim: SharedArrayBuffer;
  requestId: string;
  /** Where the contents of stored files lie. */
  filesDir: string;
  /** Absent in threads for Node, which are made for one set of modules. */
  code: IsolateCode | null;
  target: ActionTarget | HttpTarget | AnalysisTarget;
}

/** Code of the default runtime; the thread opens the modules from the cache on disk. */
export interface IsolateCode {
  manifest: ModulesManifest;
  env: Record<string, string>;
  pushedAtMs: number;
}

export interface ActionTarget {
  kind: "action";
  module: string;
  name: string;
  /** JSON text of the array with the one argument object. */
  args: string;
}

export interface HttpTarget {
  kind: "http";
  routePath: string;
  method: string;
  url: string;
  headers: [string, string][];
  hasBody: boolean;
}

/** Lists the functions of node modules; the value is the JSON of `[path, NodeFunction[]][]`. */
export interface AnalysisTarget {
  kind: "analysis";
  paths: string[];
}

export type ToWorker =
  | StartMessage
  /** The answer to a syscall: JSON text, or an error for the realm. */
  | { t: "reply"; call: number; id: number; value: string }
  | { t: "reply"; call: number; id: number; error: { message: string; data?: Json } }
  /** A part of the request's body, asked for by `pull`. */
  | { t: "part"; call: number; part: BodyPart }
  /** Next part of the response's body, please. */
  | { t: "pull"; call: number }
  /** Nobody wants the rest of the response's body. */
  | { t: "cancel"; call: number }
  /** The client went away. */
  | { t: "abort"; call: number }
  /** Are you there? Answered by `pong` as soon as the code that runs yields. */
  | { t: "ping" }
  /** Time is over: refuse all that the call still asks, and answer `done`. */
  | { t: "stop"; call: number };

export type FromWorker =
  /** The thread's own code is loaded. */
  | { t: "ready" }
  | { t: "pong" }
  /** The call is claimed and begins. */
  | { t: "started"; call: number }
  | { t: "syscall"; call: number; id: number; op: string; args: string }
  | { t: "log"; call: number; level: string; text: string }
  /** Status and headers of an HTTP action's response. */
  | { t: "head"; call: number; status: number; headers: [string, string][]; hasBody: boolean }
  /** A part of the response's body. */
  | { t: "part"; call: number; part: BodyPart }
  /** Next part of the request's body, please. */
  | { t: "pull"; call: number }
  /** Nobody wants the rest of the request's body. */
  | { t: "cancel"; call: number }
  /** Nothing more will come: the result's JSON text (of an action), null (of an HTTP action), or the error. */
  | { t: "done"; call: number; value: string | null }
  | { t: "done"; call: number; error: { message: string; data?: Json } }
  /** A line of code that runs outside of any call. */
  | { t: "stray"; level: string; text: string };

/** Values of a claim. */
export const CLAIM_OPEN = 0;
export const CLAIM_WORKER = 1;
export const CLAIM_HOST = 2;

/** Takes the claim for `who`; false when the other side was first. */
export function claim(memory: SharedArrayBuffer, who: typeof CLAIM_WORKER | typeof CLAIM_HOST): boolean {
  return Atomics.compareExchange(new Int32Array(memory), 0, CLAIM_OPEN, who) === CLAIM_OPEN;
}
