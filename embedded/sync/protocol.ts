import { CALL_JSON, parseJsonText } from "../values/json-text.ts";
import type { Json, JsonObject } from "../values/json.ts";

/**
 * The messages of the WebSocket sync protocol: strict parsing of what clients send, encoding of what the server sends.
 * Source: the protocol file of the `convex` package (`browser/sync/protocol.ts`) and rules W1 to W6 of `SPEC.md`.
 */

/** Largest text of one Transition frame in bytes; a longer one is cut into `TransitionChunk`s (W14). */
export const MAX_TRANSITION_BYTES = 5_000_000;

/** What is wrong with a message of the client; ends the socket with a `FatalError` (W5). */
export class ProtocolError extends Error {
  override name = "ProtocolError";
}

export interface ConnectMessage {
  type: "Connect";
  sessionId: string;
  connectionCount: number;
  lastCloseReason: string | null;
  /** Clock of the client in ms since 1970; null when it sent none. */
  clientTs: number | null;
  maxObservedTimestamp: bigint | null;
}
export interface AddQuery {
  type: "Add";
  queryId: number;
  udfPath: string;
  args: Json;
  journal: string | null;
  componentPath: string | null;
}
export interface RemoveQuery {
  type: "Remove";
  queryId: number;
}
export interface ModifyQuerySetMessage {
  type: "ModifyQuerySet";
  baseVersion: number;
  newVersion: number;
  modifications: (AddQuery | RemoveQuery)[];
}
export interface CallMessage {
  type: "Mutation" | "Action";
  requestId: number;
  udfPath: string;
  args: Json;
  componentPath: string | null;
}
export type AuthenticateMessage = { type: "Authenticate"; baseVersion: number } & (
  | { tokenType: "None" }
  | { tokenType: "User"; value: string }
  | { tokenType: "Admin"; value: string; impersonating: JsonObject | null }
);
export interface EventMessage {
  type: "Event";
}
export type ClientMessage = ConnectMessage | ModifyQuerySetMessage | CallMessage | AuthenticateMessage | EventMessage;

/** The three counters of a socket; every Transition leads from one to the next without a gap. */
export interface StateVersion {
  querySet: number;
  identity: number;
  ts: bigint;
}

const UINT32_MAX = 0xffff_ffff;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Parses one text frame of a client.
 * @throws ProtocolError naming the field that is missing or wrong.
 */
export function parseClientMessage(text: string): ClientMessage {
  let json: unknown;
  try {
    json = parseJsonText(text, CALL_JSON);
  } catch (error) {
    throw new ProtocolError(`The message cannot be read. ${(error as Error).message}`);
  }
  const m = new Fields(json, "message");
  const type = m.string("type");
  switch (type) {
    case "Connect": {
      const sessionId = m.string("sessionId");
      if (!UUID.test(sessionId)) throw new ProtocolError("Connect: sessionId must be a UUID.");
      const ts = m.optional("maxObservedTimestamp");
      return {
        type,
        sessionId,
        connectionCount: m.uint32("connectionCount"),
        lastCloseReason: m.stringOrNull("lastCloseReason"),
        clientTs: typeof m.optional("clientTs") === "number" ? (m.optional("clientTs") as number) : null,
        maxObservedTimestamp: ts === null ? null : decodeTs(ts),
      };
    }
    case "Authenticate": {
      const baseVersion = m.uint32("baseVersion");
      const tokenType = m.string("tokenType");
      switch (tokenType) {
        case "None":
          return { type, baseVersion, tokenType };
        case "User":
          return { type, baseVersion, tokenType, value: m.string("value") };
        case "Admin": {
          const acting = m.optional("impersonating");
          return {
            type,
            baseVersion,
            tokenType,
            value: m.string("value"),
            impersonating: acting === null ? null : (new Fields(acting, "impersonating").object as JsonObject),
          };
        }
        default:
          throw new ProtocolError(`Authenticate: unknown tokenType "${tokenType}".`);
      }
    }
    case "ModifyQuerySet":
      return {
        type,
        baseVersion: m.uint32("baseVersion"),
        newVersion: m.uint32("newVersion"),
        modifications: m.array("modifications").map(parseModification),
      };
    case "Mutation":
    case "Action":
      return {
        type,
        requestId: m.uint32("requestId"),
        udfPath: m.string("udfPath"),
        args: m.args(),
        componentPath: m.stringOrNull("componentPath"),
      };
    case "Event":
      return { type };
    default:
      throw new ProtocolError(`Unknown message type "${type}".`);
  }
}

function parseModification(json: unknown): AddQuery | RemoveQuery {
  const m = new Fields(json, "ModifyQuerySet modification");
  const type = m.string("type");
  switch (type) {
    case "Add":
      return {
        type,
        queryId: m.uint32("queryId"),
        udfPath: m.string("udfPath"),
        args: m.args(),
        journal: m.stringOrNull("journal"),
        componentPath: m.stringOrNull("componentPath"),
      };
    case "Remove":
      return { type, queryId: m.uint32("queryId") };
    default:
      throw new ProtocolError(`Unknown query set modification "${type}".`);
  }
}

/** Typed access to the fields of a JSON object; every method throws a ProtocolError that names the field. */
class Fields {
  readonly object: Record<string, unknown>;
  readonly #what: string;
  constructor(json: unknown, what: string) {
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      throw new ProtocolError(`A ${what} must be an object.`);
    }
    this.object = json as Record<string, unknown>;
    this.#what = what;
  }
  optional(name: string): unknown {
    return Object.hasOwn(this.object, name) ? (this.object[name] ?? null) : null;
  }
  string(name: string): string {
    const value = this.optional(name);
    return typeof value === "string" ? value : this.#wrong(name, "a string");
  }
  stringOrNull(name: string): string | null {
    return this.optional(name) === null ? null : this.string(name);
  }
  uint32(name: string): number {
    const value = this.optional(name);
    const fits = typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= UINT32_MAX;
    return fits ? value : this.#wrong(name, "a whole number from 0 to 4294967295");
  }
  array(name: string): unknown[] {
    const value = this.optional(name);
    return Array.isArray(value) ? value : this.#wrong(name, "an array");
  }
  /** `args` is an array holding the one object of named arguments. */
  args(): Json {
    const value = this.array("args");
    return value.length === 1 ? (value[0] as Json) : this.#wrong("args", "an array with one element");
  }
  #wrong(name: string, expected: string): never {
    throw new ProtocolError(`${this.#what}: ${name} must be ${expected}.`);
  }
}

/** A commit timestamp (ns since 1970) as base64 of its eight little-endian bytes. */
export function encodeTs(ts: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(ts);
  return bytes.toString("base64");
}

/** The newest timestamps and their texts: an update goes to many sockets with the same ones. */
const recentTs: { ts: bigint; text: string }[] = [];
const RECENT_TS = 4;

function textOfTs(ts: bigint): string {
  const known = recentTs.find((recent) => recent.ts === ts);
  if (known) return known.text;
  const text = encodeTs(ts);
  recentTs.unshift({ ts, text });
  recentTs.length = Math.min(recentTs.length, RECENT_TS);
  return text;
}

/**
 * The inverse of `encodeTs`.
 * @throws ProtocolError for anything else than base64 of eight bytes.
 */
export function decodeTs(text: unknown): bigint {
  const bytes = typeof text === "string" ? Buffer.from(text, "base64") : Buffer.alloc(0);
  if (bytes.length !== 8 || bytes.toString("base64") !== text) {
    throw new ProtocolError("A timestamp must be base64 of 8 bytes.");
  }
  return bytes.readBigUInt64LE();
}

/** The state version in its wire form. */
export function encodeVersion(v: StateVersion): Json {
  return { querySet: v.querySet, identity: v.identity, ts: textOfTs(v.ts) };
}

/** The outcome of a function as both response messages carry it. `errorData` only for a ConvexError (W7). */
export type CallOutcome =
  | { success: true; result: Json; ts?: bigint }
  | { success: false; result: string; errorData?: Json };

/** A `MutationResponse` or `ActionResponse`; `ts` is there for a successful mutation only. */
export function encodeResponse(
  type: "MutationResponse" | "ActionResponse",
  requestId: number,
  outcome: CallOutcome,
  logLines: string[],
): string {
  const { success, result } = outcome;
  if (!success) {
    const data = outcome.errorData === undefined ? {} : { errorData: outcome.errorData };
    return JSON.stringify({ type, requestId, success, result, ...data, logLines });
  }
  const ts = outcome.ts === undefined ? {} : { ts: encodeTs(outcome.ts) };
  return JSON.stringify({ type, requestId, success, result, ...ts, logLines });
}

/**
 * A Transition from its parts. `modifications` are finished JSON texts, so that the text of a result is made once for
 * all sockets that get it. `clockSkew` is client minus server in ms, sent together with the server's time or not at all.
 */
export function encodeTransition(
  from: StateVersion,
  to: StateVersion,
  modifications: string[],
  clock: { skewMs: number; serverMs: number } | null,
): string {
  const start = JSON.stringify(encodeVersion(from));
  const end = JSON.stringify(encodeVersion(to));
  const times = clock ? `,"clientClockSkew":${clock.skewMs},"serverTs":${clock.serverMs}000000` : "";
  const body = modifications.join(",");
  return `{"type":"Transition","startVersion":${start},"endVersion":${end},"modifications":[${body}]${times}}`;
}

/**
 * The frames that carry a Transition: its own text, or `TransitionChunk`s of at most `maxBytes` each, cut between
 * characters. They must be sent one after another with nothing in between.
 */
export function transitionFrames(text: string, transitionId: string, maxBytes = MAX_TRANSITION_BYTES): string[] {
  // A UTF-16 unit takes at most three bytes of UTF-8, so most texts need no count.
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return [text];
  const chunks: string[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + maxBytes);
    while (Buffer.byteLength(text.slice(from, to)) > maxBytes) {
      to = from + Math.floor(((to - from) * maxBytes) / Buffer.byteLength(text.slice(from, to)));
    }
    const last = text.charCodeAt(to - 1);
    if (to < text.length && last >= 0xd800 && last <= 0xdbff) to -= 1;
    chunks.push(text.slice(from, to));
    from = to;
  }
  return chunks.map((chunk, partNumber) =>
    JSON.stringify({ type: "TransitionChunk", chunk, partNumber, totalParts: chunks.length, transitionId }),
  );
}
