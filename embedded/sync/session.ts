import type { RawData, WebSocket } from "ws";
import { intake } from "./budget.ts";
import { CallQueue } from "./call-queue.ts";
import type { Calls } from "./calls.ts";
import { limits } from "./limits.ts";
import { Outbox, type Wire } from "./outbox.ts";
import {
  type AuthenticateMessage,
  type ClientMessage,
  type ConnectMessage,
  encodeTransition,
  type ModifyQuerySetMessage,
  parseClientMessage,
  ProtocolError,
  type StateVersion,
  transitionFrames,
} from "./protocol.ts";
import { QuerySet } from "./query-set.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { UserError } from "../values/errors.ts";
import { nobody, type Viewer } from "./viewer.ts";

/**
 * One WebSocket of a client. Messages are taken in order; mutations run one after another; a worker brings the client
 * from one database state to the next by Transitions:
 *
 *   something changed → `#kick` → `#compute` until every result is true at one commit → send → again if something
 *   changed meanwhile.
 *
 * A Transition whose timestamp covers an own mutation is sent after that mutation's response (W6).
 */

/** Why a socket is closed that asks for too much at once; clients wait a little longer then. */
const TOO_MANY = "TooManyConcurrentRequests";
/** The longest delay `setTimeout` takes, ms. */
const MAX_TIMER_MS = 0x7fff_ffff;

/**
 * When a pass begins. `setImmediate`: in the next turn of the event loop, with all that came from the network together.
 * `process.nextTick`: when a commit touched a live query, still in the turn of that commit, but after the responses of all its
 * mutations, which need no turn of their own.
 */
type Soon = (pass: () => void) => void;

export interface SessionContext {
  calls: Calls;
  subscriptions: Subscriptions;
  /** Verifies the token of an Authenticate message; throws an error with a message for the client. */
  authenticate(message: AuthenticateMessage): Promise<Viewer>;
  /** Reports a fault of the server to its operator. */
  report(error: unknown): void;
  /** To be told of what is refused because too much is asked for: a session's calls, or a session. */
  overloaded?(what: "calls" | "sockets"): void;
  /** The connection of the socket. */
  wire?: Wire;
  ip?: string;
  userAgent?: string;
}

export class Session {
  readonly #socket: WebSocket;
  readonly #outbox: Outbox;
  readonly #context: SessionContext;
  readonly #onClosed: (session: Session) => void;
  #connect: (ConnectMessage & { skewMs: number | null }) | null = null;
  #viewer: Viewer = nobody;
  #expiry: NodeJS.Timeout | undefined;

  #inbox: { text: string; ended: () => void }[] = [];
  #reading = false;
  /** What arrived of messages that are not worked off. */
  readonly #intake = intake.holder();
  readonly #queue: CallQueue;
  readonly #queries: QuerySet;
  #received = { querySet: 0, identity: 0 };
  #sent: StateVersion = { querySet: 0, identity: 0, ts: 0n };
  /** Commit timestamp of the newest own mutation that was answered: no Transition may stay behind it. */
  #covers = 0n;
  /** Whether an own mutation was answered since the last Transition: its client waits for one, however old the commit is (W8). */
  #isAwaited = false;
  #dirty = false;
  #computing = false;
  #transitions = 0;
  #lastHeardMs = Date.now();
  #closed = false;

  constructor(socket: WebSocket, context: SessionContext, onClosed: (session: Session) => void) {
    this.#socket = socket;
    this.#context = context;
    this.#outbox = new Outbox(socket, context.wire, () => this.#kick());
    this.#queries = new QuerySet(context.subscriptions, () => this.#changed(process.nextTick));
    this.#queue = new CallQueue(context, {
      answer: (text) => this.#outbox.sendBeforeTransition(text),
      committed: (ts) => this.#committed(ts),
      overloaded: () => this.#overloaded(),
      broken: (error) => this.#broken(error),
    });
    this.#onClosed = onClosed;
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    const control = (data: Buffer): void => {
      this.#lastHeardMs = Date.now();
      this.#intake.give(frameBytes(data.length));
    };
    socket.on("ping", control);
    socket.on("pong", control);
    socket.on("close", () => {
      this.#cleanUp();
      this.#outbox.dispose();
    });
    // Malformed or oversized frames: `ws` answers with the right close code itself.
    socket.on("error", () => this.#cleanUp());
  }

  /** To be told of every piece the network brings, bytes: also parts of a message that is not complete count (W18). */
  arrived(bytes: number): void {
    if (this.#closed || this.#intake.take(bytes)) return;
    this.#overloaded();
  }

  /** Called every few seconds: pings, and cuts off clients that are gone or do not read (W12, W13). */
  tick(nowMs: number): void {
    if (this.#closed) return;
    const isSilent = !this.#socket.isPaused && nowMs - this.#lastHeardMs > limits.silentMs;
    if (isSilent) this.#socket.terminate();
    else this.#outbox.tick(nowMs);
  }

  /** Ends the socket with a close code and a reason the client understands; a second call does nothing. */
  close(code: number, reason = ""): void {
    if (this.#closed) return;
    this.#cleanUp();
    this.#socket.resume(); // Else the answer to the close frame would not be read.
    this.#socket.close(code, reason);
    // A peer that does not answer the close frame must not hold the socket.
    setTimeout(() => this.#socket.terminate(), 2_000).unref();
  }

  // ---- Messages of the client, strictly in order ----

  #receive(data: RawData, isBinary: boolean): void {
    this.#lastHeardMs = Date.now();
    if (this.#closed) return;
    if (isBinary) return this.#fatal("Messages must be text frames.");
    const text = data.toString();
    const bytes = frameBytes((data as Buffer).length);
    this.#inbox.push({ text, ended: () => this.#intake.give(bytes) });
    if (this.#inbox.length >= limits.inbox) this.#socket.pause();
    if (!this.#reading) void this.#read();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      for (let next = this.#inbox.shift(); next && !this.#closed; next = this.#inbox.shift()) {
        if (this.#socket.isPaused && this.#inbox.length < limits.inbox / 2) this.#readOn();
        const message = parseClientMessage(next.text);
        const isCall = message.type === "Mutation" || message.type === "Action";
        const wait = this.#handle(message, next.text.length, next.ended);
        if (wait) await wait;
        if (!isCall) next.ended();
        const room = this.#queue.room();
        if (room) await room;
      }
    } catch (error) {
      this.#broken(error);
    } finally {
      this.#reading = false;
    }
  }

  #readOn(): void {
    this.#lastHeardMs = Date.now();
    this.#socket.resume();
  }

  /** `bytes` is the size of the message; `ended` is to be called when a call was answered. */
  #handle(message: ClientMessage, bytes: number, ended: () => void): Promise<void> | void {
    if (message.type === "Connect") return this.#onConnect(message);
    if (!this.#connect) throw new ProtocolError(`The first message must be Connect, not ${message.type}.`);
    switch (message.type) {
      case "ModifyQuerySet":
        return this.#onModifyQuerySet(message, bytes);
      case "Authenticate":
        return this.#onAuthenticate(message);
      case "Mutation":
        return this.#queue.mutation(message, this.#viewer, this.#connect.sessionId, ended);
      case "Action":
        return this.#queue.action(message, this.#viewer, this.#connect.sessionId, ended);
      case "Event":
        return;
      default:
        message satisfies never;
    }
  }

  #onConnect(message: ConnectMessage): void {
    if (this.#connect) throw new ProtocolError("Connect was sent twice.");
    const seen = message.maxObservedTimestamp;
    if (seen !== null && seen > this.#context.subscriptions.ts) {
      // Going on would show this client an older state than it has seen; a reload starts it afresh.
      return this.close(1011, "InternalServerError: the database is older than what this client has seen; reload.");
    }
    const skewMs = message.clientTs === null ? null : Math.round(message.clientTs - Date.now());
    this.#connect = { ...message, skewMs };
  }

  #onModifyQuerySet(message: ModifyQuerySetMessage, bytes: number): void {
    const { baseVersion, newVersion, modifications } = message;
    if (baseVersion !== this.#received.querySet || newVersion <= baseVersion) {
      throw new ProtocolError(
        `ModifyQuerySet from version ${baseVersion} to ${newVersion} does not follow version ${this.#received.querySet}.`,
      );
    }
    this.#queries.modify(modifications, bytes);
    this.#received.querySet = newVersion;
    this.#changed();
  }

  async #onAuthenticate(message: AuthenticateMessage): Promise<void> {
    const { baseVersion } = message;
    if (baseVersion !== this.#received.identity) {
      throw new ProtocolError(
        `Authenticate from version ${baseVersion} does not follow version ${this.#received.identity}.`,
      );
    }
    let viewer: Viewer;
    try {
      viewer = await this.#context.authenticate(message);
    } catch (error) {
      return this.#authError(error instanceof Error ? error.message : String(error), baseVersion, true);
    }
    if (this.#closed) return;
    this.#viewer = viewer;
    this.#received.identity += 1;
    clearTimeout(this.#expiry);
    if (viewer.expiresAtMs !== null) this.#watchExpiry(viewer.expiresAtMs);
    this.#changed();
  }

  #watchExpiry(atMs: number): void {
    const left = atMs - Date.now();
    if (left <= 0) return this.#authError("The token has expired.", this.#received.identity, false);
    this.#expiry = setTimeout(() => this.#watchExpiry(atMs), Math.min(left, MAX_TIMER_MS));
  }

  // ---- Transitions ----

  /** Something the client is to be told: a query, the identity, an own mutation, a result that is no longer true. */
  #changed(soon: Soon = setImmediate): void {
    this.#dirty = true;
    this.#kick(soon);
  }

  /**
   * An own mutation was answered: the client waits for a Transition up to here even when none of its queries changed, and
   * when a Transition before went further, as after a repeated mutation's answer.
   */
  #committed(ts: bigint): void {
    if (ts > this.#covers) this.#covers = ts;
    this.#isAwaited = true;
    this.#context.subscriptions.committed(ts, []);
    this.#changed();
  }

  /** Starts a pass, unless one is under way: it looks again at its end. */
  #kick(soon: Soon = setImmediate): void {
    if (this.#computing || this.#closed || !this.#dirty || !this.#outbox.hasRoom) return;
    this.#computing = true;
    soon(() => {
      this.#compute()
        .catch((error: unknown) => this.#broken(error))
        .finally(() => {
          this.#computing = false;
          this.#kick();
        });
    });
  }

  async #compute(): Promise<void> {
    while (!this.#closed) {
      this.#dirty = false;
      const waited = await this.#queries.refresh(this.#viewer);
      // While an own mutation is under way, look again at the start of a turn: what was committed before then has been
      // answered, so no Transition overtakes the response of a mutation it covers.
      if (waited && this.#queue.isMutating) await new Promise((resolve) => setImmediate(resolve));
      if (!this.#closed && this.#queries.isCurrent(this.#viewer)) return this.#sendTransition();
    }
  }

  #sendTransition(): void {
    const modifications = this.#queries.takeModifications();
    const from = this.#sent;
    const { subscriptions } = this.#context;
    const ts = [subscriptions.ts, this.#covers, from.ts].reduce((a, b) => (a > b ? a : b));
    const to: StateVersion = { ...this.#received, ts };
    const wanted =
      modifications.length > 0 ||
      to.querySet !== from.querySet ||
      to.identity !== from.identity ||
      this.#isAwaited;
    if (!wanted) return;
    this.#sent = to;
    this.#isAwaited = false;
    this.#transitions += 1;
    const skewMs = this.#connect?.skewMs ?? null;
    const clock = skewMs === null ? null : { skewMs, serverMs: Date.now() };
    const text = encodeTransition(from, to, modifications, clock);
    this.#outbox.sendTransition(transitionFrames(text, String(this.#transitions)));
  }

  // ---- The socket ----

  /** For misuse of the protocol only: the client stops for good and throws. */
  #fatal(error: string): void {
    this.#outbox.send({ type: "FatalError", error });
    this.close(1000, "FatalError");
  }

  #authError(error: string, baseVersion: number, authUpdateAttempted: boolean): void {
    this.#outbox.send({ type: "AuthError", error, baseVersion, authUpdateAttempted });
    this.close(1000, "AuthError");
  }

  /** Sheds load; the client comes back after a few seconds. */
  #overloaded(): void {
    this.#context.overloaded?.("calls");
    this.close(1013, TOO_MANY);
  }

  /** What was thrown on the way ends the socket, in the way that fits. */
  #broken(error: unknown): void {
    if (error instanceof ProtocolError) return this.#fatal(error.message);
    if (error instanceof UserError && error.code === TOO_MANY) return this.#overloaded();
    // What is refused for the moment (the server closes, the disk is full) is told by itself elsewhere.
    if (!(error instanceof UserError)) this.#context.report(error);
    this.close(1011, "InternalServerError");
  }

  #cleanUp(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#expiry);
    this.#outbox.close();
    this.#queries.close();
    this.#queue.close();
    this.#inbox = [];
    this.#intake.close();
    this.#onClosed(this);
  }
}

/** Bytes on the network of a client's frame with so many bytes of content. */
function frameBytes(length: number): number {
  return length + (length < 126 ? 6 : length < 65_536 ? 8 : 14);
}
