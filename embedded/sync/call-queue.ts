import { type Answer, type Calls, errorText, INTERNAL_ERROR, requestIdOf } from "./calls.ts";
import { limits } from "./limits.ts";
import { type CallMessage, type CallOutcome, encodeResponse } from "./protocol.ts";
import type { Viewer } from "./viewer.ts";
import { UserError } from "../values/errors.ts";

export interface CallQueueContext {
  calls: Calls;
  report(error: unknown): void;
  ip?: string;
  userAgent?: string;
}

export interface CallQueueEvents {
  /** Sends a response message. */
  answer(text: string): void;
  /** A mutation was answered; `ts` is its commit. */
  committed(ts: bigint): void;
  /** More actions run than allowed. */
  overloaded(): void;
  /** A fault of the server, after which it is open whether a mutation was committed. */
  broken(error: unknown): void;
}

interface Waiting {
  message: CallMessage;
  viewer: Viewer;
  sessionId: string;
  /** To be called when the call was answered or given up. */
  ended: () => void;
}

/** Mutations of one socket that may wait at the gate at once: they run in their order, and share its commits. */
const AT_THE_GATE = 64;

/** The calls of one socket: mutations one after another in their order, actions beside each other (W6). */
export class CallQueue {
  readonly #context: CallQueueContext;
  readonly #events: CallQueueEvents;
  #mutations: Waiting[] = [];
  /** Handed to the gate, which keeps the order, and not answered yet. */
  #underWay: { call: Waiting; answer: ReturnType<Calls["mutation"]> }[] = [];
  #isMutating = false;
  #actions = 0;
  #closed = false;
  #onRoom: (() => void) | null = null;

  constructor(context: CallQueueContext, events: CallQueueEvents) {
    this.#context = context;
    this.#events = events;
  }

  /** Is a mutation under way that was not answered yet? */
  get isMutating(): boolean {
    return this.#isMutating;
  }

  /** Settles when another mutation may be put in line; null when it may at once. */
  room(): Promise<void> | null {
    if (this.#mutations.length < limits.mutations || this.#closed) return null;
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  /** Puts a mutation in line. `ended` is called when it was answered or given up. */
  mutation(message: CallMessage, viewer: Viewer, sessionId: string, ended: () => void): void {
    this.#mutations.push({ message, viewer, sessionId, ended });
    this.#startMutations();
    if (!this.#isMutating) void this.#answerMutations();
  }

  /** Starts an action. `ended` is called when it was answered. */
  action(message: CallMessage, viewer: Viewer, sessionId: string, ended: () => void): void {
    if (this.#actions >= limits.actions) return this.#events.overloaded();
    void this.#runAction({ message, viewer, sessionId, ended });
  }

  /** Starts nothing more and answers nothing more. */
  close(): void {
    this.#closed = true;
    this.#mutations = [];
    this.#onRoom?.();
  }

  #startMutations(): void {
    while (this.#underWay.length < AT_THE_GATE) {
      const call = this.#mutations.shift();
      if (!call) return;
      if (this.#mutations.length < limits.mutations / 2) this.#onRoom?.();
      const session = { sessionId: call.sessionId, requestId: call.message.requestId };
      const answer = this.#context.calls.mutation({ ...this.#request(call), session });
      // Looked at in its turn, by `#answerMutations`.
      answer.catch(() => undefined);
      this.#underWay.push({ call, answer });
    }
  }

  async #answerMutations(): Promise<void> {
    this.#isMutating = true;
    try {
      for (let next = this.#underWay[0]; next; next = this.#underWay[0]) {
        const answer = await next.answer.catch(refusedByDisk);
        this.#underWay.shift();
        next.call.ended();
        this.#respond("MutationResponse", next.call, answer, answer.ts);
        this.#startMutations();
      }
    } catch (error) {
      // Whether it was committed is open; the client repeats the call after it is back, and the record tells.
      this.#events.broken(error);
    } finally {
      this.#isMutating = false;
    }
  }

  async #runAction(call: Waiting): Promise<void> {
    this.#actions += 1;
    let answer: Answer;
    try {
      answer = await this.#context.calls.action(this.#request(call));
    } catch (error) {
      this.#context.report(error);
      answer = { success: false, error: { message: INTERNAL_ERROR }, logLines: [] };
    } finally {
      this.#actions -= 1;
      call.ended();
    }
    this.#respond("ActionResponse", call, answer, null);
  }

  #request({ message, viewer, sessionId }: Waiting) {
    const { ip, userAgent } = this.#context;
    return {
      componentPath: message.componentPath,
      path: message.udfPath,
      args: message.args,
      viewer,
      requestId: requestIdOf(sessionId, message.requestId),
      kind: "client" as const,
      ...(ip === undefined ? {} : { ip }),
      ...(userAgent === undefined ? {} : { userAgent }),
    };
  }

  #respond(type: "MutationResponse" | "ActionResponse", call: Waiting, answer: Answer, ts: bigint | null): void {
    if (this.#closed) return;
    const { requestId } = call.message;
    let outcome: CallOutcome;
    if (answer.success) {
      outcome = { success: true, result: answer.value, ...(ts === null ? {} : { ts }) };
    } else {
      const { data } = answer.error;
      const result = errorText(requestIdOf(call.sessionId, requestId), answer.error);
      outcome = { success: false, result, ...(data === undefined ? {} : { errorData: data }) };
    }
    this.#events.answer(encodeResponse(type, requestId, outcome, answer.logLines));
    if (answer.success && ts !== null) this.#events.committed(ts);
  }
}

/** A write that the disk surely refused is answered as a failed call (D1); any other fault goes on up. */
function refusedByDisk(error: unknown): Answer & { ts: null } {
  if (!(error instanceof UserError) || error.code !== "StorageError") throw error;
  return { success: false, error: { message: error.message }, logLines: [], ts: null };
}
