/** A running HTTP action on the server's side: the request's body goes in, the response comes out as a stream. */
import type { HttpCall } from "../action-port.ts";
import type { FunctionError, HttpActionResponse } from "../call-types.ts";
import type { Json } from "../../values/json.ts";
import { BodySink, BodySource } from "./body.ts";
import { HostCall, type Done } from "./host-call.ts";
import type { FromWorker, StartMessage } from "./protocol.ts";

export class HttpHostCall extends HostCall {
  readonly #head = Promise.withResolvers<HttpActionResponse>();
  readonly #logLines = Promise.withResolvers<string[]>();
  readonly #client: AbortSignal;
  readonly #requestBody: BodySource | null;
  #responseBody: BodySink | null = null;
  #isAnswered = false;
  readonly #stopWatching: () => void;

  /** `onOver` is called once, when nothing more of the call will come. */
  constructor(call: HttpCall, start: StartMessage, onOver: () => void, onFault: (error: unknown) => void) {
    super(call, start, (done) => this.#end(done, onOver), onFault);
    const { body, signal } = call.request;
    this.#requestBody = body && new BodySource(body, Number.POSITIVE_INFINITY);
    this.#client = signal;
    const left = (): void => this.#clientLeft();
    signal.addEventListener("abort", left, { once: true });
    this.#stopWatching = () => signal.removeEventListener("abort", left);
  }

  override begun(): void {
    super.begun();
    // It may have left while the call waited for a thread.
    if (this.#client.aborted) this.#clientLeft();
  }

  /** Tells the handler; of a response that has begun nobody wants the rest. */
  #clientLeft(): void {
    this.post({ t: "abort", call: this.id });
    if (this.#responseBody) this.post({ t: "cancel", call: this.id });
  }

  /** Settles when status and headers are known. */
  get response(): Promise<HttpActionResponse> {
    return this.#head.promise;
  }

  protected override receiveBody(message: Extract<FromWorker, { call: number }>): void {
    const call = this.id;
    switch (message.t) {
      case "head": {
        if (message.hasBody) {
          this.#responseBody = new BodySink(
            () => this.post({ t: "pull", call }),
            () => this.post({ t: "cancel", call }),
          );
          if (this.#client.aborted) this.post({ t: "cancel", call });
        }
        return this.#answer(message.status, message.headers, this.#responseBody?.stream ?? null);
      }
      case "part":
        return this.#responseBody?.take(message.part);
      case "pull":
        return void this.#requestBody?.next().then((part) => this.post({ t: "part", call, part }));
      case "cancel":
        return void this.#requestBody?.cancel("The HTTP action does not read the request any more.");
    }
  }

  #answer(status: number, headers: [string, string][], body: HttpActionResponse["body"]): void {
    this.#isAnswered = true;
    this.#head.resolve({ status, headers, body, logLines: this.#logLines.promise });
  }

  #end(done: Done, onOver: () => void): void {
    this.#stopWatching();
    void this.#requestBody?.cancel("The HTTP action has ended.");
    // After the head only the body can still tell the client of an error: it breaks off.
    this.#responseBody?.take("error" in done ? { error: done.error.message } : { end: true });
    if ("error" in done) {
      this.log("ERROR", done.error.message);
      if (!this.#isAnswered) this.#answer(500, [["content-type", "application/json"]], this.#errorBody(done.error));
    }
    this.#logLines.resolve(this.logLines);
    onOver();
  }

  #errorBody({ message, data }: FunctionError): ReadableStream<Uint8Array> {
    const code = `[Request ID: ${this.scope.caller.requestId}] Server Error: ${message.split("\n", 1)[0]}`;
    const body: { [key: string]: Json } = { code, trace: message };
    if (data !== undefined) body.data = data;
    return new Blob([JSON.stringify(body)]).stream();
  }
}
