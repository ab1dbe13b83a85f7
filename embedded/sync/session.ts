import type { RawData, WebSocket } from "ws";
import { type Answer, type Calls, errorText, INTERNAL_ERROR, requestIdOf } from "./calls.ts";
import {
  type AuthenticateMessage,
  type CallMessage,
  type CallOutcome,
  type ClientMessage,
  type ConnectMessage,
  encodeResponse,
  encodeTransition,
  type ModifyQuerySetMessage,
  parseClientMessage,
  ProtocolError,
  type StateVersion,
  transitionFrames,
} from "./protocol.ts";
import type { QuerySpec, Run, Subscriptions, Watcher } from "./subscriptions.ts";
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

/** Limits per socket (W12). */
export const limits = {
  /** Live queries. */
  queries: 4_096,
  /** Messages not yet looked at, waiting mutations, running actions: each. */
  waiting: 1_000,
  /** Transitions handed to the socket and not yet taken by the network. */
  unsentTransitions: 2,
  /** Answers of calls that the client does not read, in bytes. */
  unreadBytes: 64 * 1024 * 1024,
  /** How long a Transition may wait for a slow reader, ms. */
  slowReaderMs: 30_000,
  /** Application pings after this silence of ours, ms; the client gives up after 60 s. */
  pingAfterMs: 15_000,
  /** A client silent for this long (not even answering WebSocket pings) is gone, ms. */
  silentMs: 120_000,
} as const;

/** How long to compute before other sockets get a turn, ms. */
const TURN_MS = 20;
/** The longest delay `setTimeout` takes, ms. */
const MAX_TIMER_MS = 0x7fff_ffff;

export interface SessionContext {
  calls: Calls;
  subscriptions: Subscriptions;
  /** Verifies the token of an Authenticate message; throws an error with a message for the client. */
  authenticate(message: AuthenticateMessage): Promise<Viewer>;
  /** Reports a fault of the server to its operator. */
  report(error: unknown): void;
  ip?: string;
  userAgent?: string;
}

/** One query of the client's set; it watches its run and passes the word on. */
interface LiveQuery extends Watcher {
  spec: Omit<QuerySpec, "journal">;
  journal: string | null;
  run: Run | null;
  /** What the client was told last; undefined before the first time. */
  told: string | undefined;
}

export class Session {
  readonly #socket: WebSocket;
  readonly #context: SessionContext;
  readonly #onClosed: (session: Session) => void;
  #connect: (ConnectMessage & { skewMs: number | null }) | null = null;
  #viewer: Viewer = nobody;
  #expiry: NodeJS.Timeout | undefined;

  #inbox: string[] = [];
  #reading = false;
  #mutations: { message: CallMessage; viewer: Viewer }[] = [];
  #mutating = false;
  #actions = 0;

  readonly #queries = new Map<number, LiveQuery>();
  #removed: number[] = [];
  #received = { querySet: 0, identity: 0 };
  #sent: StateVersion = { querySet: 0, identity: 0, ts: 0n };
  /** Commit timestamp of the newest own mutation the next Transition has to cover. */
  #covers = 0n;
  #dirty = false;
  #computing = false;
  #unsent = 0;
  #unreadBytes = 0;
  #transitions = 0;
  #lastSentMs = Date.now();
  #lastHeardMs = Date.now();
  #lastDrainMs = Date.now();
  #closed = false;

  constructor(socket: WebSocket, context: SessionContext, onClosed: (session: Session) => void) {
    this.#socket = socket;
    this.#context = context;
    this.#onClosed = onClosed;
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("pong", () => {
      this.#lastHeardMs = Date.now();
    });
    socket.on("close", () => this.#cleanUp());
    // Malformed or oversized frames: `ws` answers with the right close code itself.
    socket.on("error", () => this.#cleanUp());
  }

  /** Called every few seconds: pings, and cuts off clients that are gone or do not read (W12, W13). */
  tick(nowMs: number): void {
    if (this.#closed) return;
    const stuck = this.#unsent > 0 && nowMs - this.#lastDrainMs > limits.slowReaderMs;
    if (stuck || nowMs - this.#lastHeardMs > limits.silentMs) {
      this.#socket.terminate();
      return;
    }
    this.#socket.ping();
    if (nowMs - this.#lastSentMs >= limits.pingAfterMs) this.#send('{"type":"Ping"}');
  }

  /** Ends the socket with a close code and a reason the client understands; a second call does nothing. */
  close(code: number, reason = ""): void {
    if (this.#closed) return;
    this.#cleanUp();
    this.#socket.close(code, reason);
    // A peer that does not answer the close frame must not hold the socket.
    setTimeout(() => this.#socket.terminate(), 2_000).unref();
  }

  // ---- Messages of the client, strictly in order ----

  #receive(data: RawData, isBinary: boolean): void {
    this.#lastHeardMs = Date.now();
    if (this.#closed) return;
    if (isBinary) return this.#fatal("Messages must be text frames.");
    if (this.#inbox.length >= limits.waiting) return this.#overloaded();
    this.#inbox.push(data.toString());
    if (!this.#reading) void this.#read();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      for (let text = this.#inbox.shift(); text !== undefined && !this.#closed; text = this.#inbox.shift()) {
        const wait = this.#handle(parseClientMessage(text));
        if (wait) await wait;
      }
    } catch (error) {
      if (error instanceof ProtocolError) this.#fatal(error.message);
      else this.#broken(error);
    } finally {
      this.#reading = false;
    }
  }

  #handle(message: ClientMessage): Promise<void> | void {
    if (message.type === "Connect") return this.#onConnect(message);
    if (!this.#connect) throw new ProtocolError(`The first message must be Connect, not ${message.type}.`);
    switch (message.type) {
      case "ModifyQuerySet":
        return this.#onModifyQuerySet(message);
      case "Authenticate":
        return this.#onAuthenticate(message);
      case "Mutation":
        if (this.#mutations.length >= limits.waiting) return this.#overloaded();
        this.#mutations.push({ message, viewer: this.#viewer });
        if (!this.#mutating) void this.#runMutations(this.#connect.sessionId);
        return;
      case "Action":
        if (this.#actions >= limits.waiting) return this.#overloaded();
        void this.#runAction(message, this.#viewer, this.#connect.sessionId);
        return;
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

  #onModifyQuerySet(message: ModifyQuerySetMessage): void {
    const { baseVersion, newVersion, modifications } = message;
    if (baseVersion !== this.#received.querySet || newVersion <= baseVersion) {
      throw new ProtocolError(
        `ModifyQuerySet from version ${baseVersion} to ${newVersion} does not follow version ${this.#received.querySet}.`,
      );
    }
    for (const m of modifications) {
      const known = this.#queries.get(m.queryId);
      if (m.type === "Remove") {
        if (!known) throw new ProtocolError(`Query ${m.queryId} is not there to be removed.`);
        this.#drop(known);
        this.#queries.delete(m.queryId);
        this.#removed.push(m.queryId);
        continue;
      }
      if (known) throw new ProtocolError(`Query ${m.queryId} was added twice.`);
      if (this.#queries.size >= limits.queries) {
        throw new ProtocolError(`A client may have at most ${limits.queries} live queries.`);
      }
      const spec = { componentPath: m.componentPath, path: m.udfPath, args: m.args };
      const invalidated = () => this.#changed();
      this.#queries.set(m.queryId, { spec, journal: m.journal, run: null, told: undefined, invalidated });
    }
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

  // ---- Calls ----

  async #runMutations(sessionId: string): Promise<void> {
    this.#mutating = true;
    try {
      for (let next = this.#mutations.shift(); next && !this.#closed; next = this.#mutations.shift()) {
        const { requestId } = next.message;
        const session = { sessionId, requestId };
        const answer = await this.#context.calls.mutation({ ...this.#request(next, sessionId), session });
        this.#respond("MutationResponse", requestId, sessionId, answer, answer.ts);
      }
    } catch (error) {
      // Whether it was committed is open; the client repeats the call after it is back, and the record tells.
      this.#broken(error);
    } finally {
      this.#mutating = false;
    }
  }

  async #runAction(message: CallMessage, viewer: Viewer, sessionId: string): Promise<void> {
    this.#actions += 1;
    let answer: Answer;
    try {
      answer = await this.#context.calls.action(this.#request({ message, viewer }, sessionId));
    } catch (error) {
      this.#context.report(error);
      answer = { success: false, error: { message: INTERNAL_ERROR }, logLines: [] };
    } finally {
      this.#actions -= 1;
    }
    this.#respond("ActionResponse", message.requestId, sessionId, answer, null);
  }

  #request({ message, viewer }: { message: CallMessage; viewer: Viewer }, sessionId: string) {
    const { componentPath, udfPath, args } = message;
    const { ip, userAgent } = this.#context;
    return {
      componentPath,
      path: udfPath,
      args,
      viewer,
      requestId: requestIdOf(sessionId, message.requestId),
      kind: "client" as const,
      ...(ip === undefined ? {} : { ip }),
      ...(userAgent === undefined ? {} : { userAgent }),
    };
  }

  #respond(
    type: "MutationResponse" | "ActionResponse",
    requestId: number,
    sessionId: string,
    answer: Answer,
    ts: bigint | null,
  ): void {
    if (this.#closed) return;
    let outcome: CallOutcome;
    if (answer.success) {
      outcome = { success: true, result: answer.value, ...(ts === null ? {} : { ts }) };
    } else {
      const { data } = answer.error;
      const result = errorText(requestIdOf(sessionId, requestId), answer.error);
      outcome = { success: false, result, ...(data === undefined ? {} : { errorData: data }) };
    }
    this.#send(encodeResponse(type, requestId, outcome, answer.logLines));
    if (type === "MutationResponse" && answer.success && ts !== null) {
      // The client waits for a Transition up to here even when none of its queries changed.
      if (ts > this.#covers) this.#covers = ts;
      this.#context.subscriptions.committed(ts, []);
      this.#changed();
    }
  }

  // ---- Transitions ----

  /** Something the client is to be told: a query, the identity, an own mutation, a result that is no longer true. */
  #changed(): void {
    this.#dirty = true;
    this.#kick();
  }

  #kick(): void {
    if (this.#computing || this.#closed || !this.#dirty || this.#unsent >= limits.unsentTransitions) return;
    this.#computing = true;
    // One pass per turn of the event loop: commits of one group and their responses come before it.
    setImmediate(() => {
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
      const ran = await this.#refresh();
      // While an own mutation is under way, look again at the start of a turn: what was committed before then has been
      // answered, so no Transition overtakes the response of a mutation it covers.
      if (ran && this.#mutating) await nextTurn();
      if (this.#closed) return;
      const viewer = this.#viewer;
      const current = [...this.#queries.values()].every((q) => q.run?.serves(viewer));
      if (current) return this.#sendTransition();
    }
  }

  /** Gives every query a run that serves the viewer, if it has none. True when anything had to wait. */
  async #refresh(): Promise<boolean> {
    const viewer = this.#viewer;
    const waits: Promise<void>[] = [];
    let turnEnds = performance.now() + TURN_MS;
    for (const [queryId, q] of this.#queries) {
      if (q.run?.serves(viewer)) continue;
      waits.push(this.#resolve(queryId, q, viewer));
      if (performance.now() > turnEnds) {
        await nextTurn();
        turnEnds = performance.now() + TURN_MS;
      }
    }
    await Promise.all(waits);
    return waits.length > 0;
  }

  async #resolve(queryId: number, q: LiveQuery, viewer: Viewer): Promise<void> {
    const run = await this.#context.subscriptions.resolve({ ...q.spec, journal: q.journal }, viewer, q);
    if (this.#closed || this.#queries.get(queryId) !== q) return this.#context.subscriptions.release(run, q);
    if (q.run && q.run !== run) this.#context.subscriptions.release(q.run, q);
    q.run = run;
    // Later runs keep the page boundaries of this one.
    q.journal = run.journal ?? q.journal;
  }

  #sendTransition(): void {
    const modifications = this.#removed.map((queryId) => JSON.stringify({ type: "QueryRemoved", queryId }));
    for (const [queryId, q] of this.#queries) {
      const run = q.run;
      if (!run || run.essence === q.told) continue;
      q.told = run.essence;
      modifications.push(run.modification(queryId));
    }
    this.#removed = [];
    const from = this.#sent;
    const { subscriptions } = this.#context;
    const ts = [subscriptions.ts, this.#covers, from.ts].reduce((a, b) => (a > b ? a : b));
    const to: StateVersion = { ...this.#received, ts };
    const wanted =
      modifications.length > 0 ||
      to.querySet !== from.querySet ||
      to.identity !== from.identity ||
      this.#covers > from.ts;
    if (!wanted) return;
    this.#sent = to;
    const skewMs = this.#connect?.skewMs ?? null;
    const clock = skewMs === null ? null : { skewMs, serverMs: Date.now() };
    const text = encodeTransition(from, to, modifications, clock);
    this.#transitions += 1;
    this.#sendFrames(transitionFrames(text, String(this.#transitions)));
  }

  // ---- The socket ----

  #send(text: string): void {
    if (this.#closed) return;
    this.#lastSentMs = Date.now();
    this.#unreadBytes += text.length;
    this.#socket.send(text, () => {
      this.#unreadBytes -= text.length;
    });
    if (this.#unreadBytes > limits.unreadBytes) this.#socket.terminate();
  }

  #sendFrames(frames: string[]): void {
    if (this.#unsent === 0) this.#lastDrainMs = Date.now();
    this.#unsent += 1;
    this.#lastSentMs = Date.now();
    frames.forEach((frame, i) => {
      this.#socket.send(frame, i < frames.length - 1 ? undefined : () => this.#drained());
    });
  }

  #drained(): void {
    this.#lastDrainMs = Date.now();
    this.#unsent -= 1;
    this.#kick();
  }

  /** For misuse of the protocol only: the client stops for good and throws. */
  #fatal(error: string): void {
    this.#send(JSON.stringify({ type: "FatalError", error }));
    this.close(1000, "FatalError");
  }

  #authError(error: string, baseVersion: number, authUpdateAttempted: boolean): void {
    this.#send(JSON.stringify({ type: "AuthError", error, baseVersion, authUpdateAttempted }));
    this.close(1000, "AuthError");
  }

  /** Sheds load; the client comes back after a few seconds. */
  #overloaded(): void {
    this.close(1013, "TooManyConcurrentRequests");
  }

  #broken(error: unknown): void {
    // What is refused for the moment (the server closes, the disk is full) is told by itself elsewhere.
    if (!(error instanceof UserError)) this.#context.report(error);
    this.close(1011, "InternalServerError");
  }

  #cleanUp(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#expiry);
    for (const q of this.#queries.values()) this.#drop(q);
    this.#queries.clear();
    this.#mutations = [];
    this.#inbox = [];
    this.#onClosed(this);
  }

  #drop(q: LiveQuery): void {
    if (q.run) this.#context.subscriptions.release(q.run, q);
    q.run = null;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
