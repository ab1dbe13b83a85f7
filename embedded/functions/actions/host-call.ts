/** A running call on the server's side: answers its syscalls, keeps its log lines, and settles exactly once. */
import type { ActionScope } from "../action-port.ts";
import type { FunctionError } from "../call-types.ts";
import { tellable } from "../call-values.ts";
import type { Json } from "../../values/json.ts";
import { LogLines } from "../log-lines.ts";
import type { FromWorker, StartMessage, ToWorker } from "./protocol.ts";
import type { PlacedCall } from "./thread.ts";

type Message = Extract<FromWorker, { call: number }>;
export type Done = { value: string | null } | { error: FunctionError };

export class HostCall implements PlacedCall {
  readonly start: StartMessage;
  readonly scope: ActionScope;
  readonly #log = new LogLines();
  /** Sends to the thread the call is on; set by the pool. */
  post: (message: ToWorker) => void = () => undefined;
  /** Called when a thread has taken up the call; set by the pool. */
  onBegun: () => void = () => undefined;
  #over = false;
  readonly #onDone: (done: Done) => void;
  readonly #onFault: (error: unknown) => void;

  /**
   * `onDone` is called once: with what the worker says, or with why there will be no answer. `onFault` gets faults of
   * the server, of which user code is told nothing.
   */
  constructor(
    scope: ActionScope,
    start: StartMessage,
    onDone: (done: Done) => void,
    onFault: (error: unknown) => void,
  ) {
    this.scope = scope;
    this.start = start;
    this.#onFault = onFault;
    this.#onDone = onDone;
  }

  get id(): number {
    return this.start.call;
  }

  get logLines(): string[] {
    return this.#log.lines;
  }

  /** Adds a line and tells the caller of it; lines over the limit are left out. */
  protected log(level: string, text: string): void {
    const { lines } = this.#log;
    const before = lines.length;
    this.#log.add(level, text);
    for (const line of lines.slice(before)) this.scope.onLog?.(line);
  }

  /** Messages that only HTTP actions have; see HttpHostCall. */
  protected receiveBody(_message: Message): void {}

  begun(): void {
    this.onBegun();
  }

  receive(message: Message): void {
    if (message.t === "log") {
      if (!this.#over) this.log(message.level, message.text);
    } else if (message.t === "syscall") void this.#perform(message.id, message.op, message.args);
    else if (message.t === "done")
      this.finish("error" in message ? { error: message.error } : { value: message.value });
    else this.receiveBody(message);
  }

  threadLost(reason: string): void {
    this.finish({ error: { message: `The action was interrupted because ${reason}. It is not run again by itself.` } });
  }

  /** Settles the call, unless it is settled: later syscalls are refused, later messages dropped. */
  finish(done: Done): void {
    if (this.#over) return;
    this.#over = true;
    this.scope.syscalls.close();
    this.#onDone(done);
  }

  async #perform(id: number, op: string, args: string): Promise<void> {
    const call = this.id;
    try {
      const value = await this.scope.syscalls.perform(op, JSON.parse(args) as Json);
      this.post({ t: "reply", call, id, value: JSON.stringify(value) });
    } catch (error) {
      const told = tellable(error);
      if (!told) this.#onFault(error);
      this.post({
        t: "reply",
        call,
        id,
        error: told ?? { message: "Your request couldn't be completed. Try again later." },
      });
    }
  }
}
