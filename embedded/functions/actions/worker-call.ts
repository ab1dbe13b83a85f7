/** A call inside a worker thread: its syscalls are messages to the server's thread, its end closes all of them. */
import type { RealmPort } from "../realm/realm.ts";
import type { FromWorker, StartMessage, ToWorker } from "./protocol.ts";
import { BodySink, BodySource } from "./body.ts";
import { getBlob, storeBlob } from "./files.ts";

interface OpenSyscall {
  op: string;
  resolve(text: string): void;
  reject(error: Error): void;
}

/** Names of operations as people write them, for the warning about calls nobody waited for. */
const SHOWN: Record<string, string> = {
  "1.0/actions/query": "runQuery",
  "1.0/actions/mutation": "runMutation",
  "1.0/actions/action": "runAction",
  "1.0/actions/schedule": "scheduler.runAt",
  "1.0/actions/cancel_job": "scheduler.cancel",
  "1.0/actions/vectorSearch": "vectorSearch",
  "1.0/getUserIdentity": "auth.getUserIdentity",
  "1.0/storageGetUrl": "storage.getUrl",
  "1.0/storageGetMetadata": "storage.getMetadata",
  "1.0/storageGenerateUploadUrl": "storage.generateUploadUrl",
  "1.0/storageDelete": "storage.delete",
  "storage/storeBlob": "storage.store",
  "storage/getBlob": "storage.get",
};

export class WorkerCall implements RealmPort {
  readonly start: StartMessage;
  /** Turns a thrown value into the text with the positions people know; set by what runs the call. */
  describe: ((thrown: unknown) => string) | null = null;
  readonly #post: (message: FromWorker) => void;
  readonly #open = new Map<number, OpenSyscall>();
  readonly #stopped = Promise.withResolvers<never>();
  readonly #client = new AbortController();
  #nextId = 1;
  #over = false;
  #requestBody: BodySink | null = null;
  #responseBody: { source: BodySource; end: () => void } | null = null;

  constructor(start: StartMessage, post: (message: FromWorker) => void) {
    this.start = start;
    this.#post = post;
    this.#stopped.promise.catch(() => undefined);
  }

  get id(): number {
    return this.start.call;
  }

  /** Rejects when the server has given up on the call. */
  get stopped(): Promise<never> {
    return this.#stopped.promise;
  }

  /** Fires when the client of an HTTP action goes away. */
  get clientGone(): AbortSignal {
    return this.#client.signal;
  }

  syscall(op: string): string {
    throw new Error(`Unknown operation ${op}`);
  }

  /** Asks the server; rejects with its error, or when the call is over. */
  asyncSyscall(op: string, args: string): Promise<string> {
    if (this.#over) return Promise.reject(new Error("The function has ended: nothing can be asked any more."));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { op, resolve, reject });
      this.#post({ t: "syscall", call: this.id, id, op, args });
    });
  }

  /** The operations of the SDK that take and give files. */
  async jsSyscall(op: string, args: Record<string, unknown>): Promise<unknown> {
    const ask = (asked: object): Promise<string> => this.asyncSyscall(op, JSON.stringify(asked));
    if (op === "storage/storeBlob") return storeBlob(this.start.filesDir, args, ask);
    if (op === "storage/getBlob") return getBlob(this.start.filesDir, args, ask);
    throw new Error(`Unknown operation ${op}`);
  }

  log(level: string, text: string): void {
    if (!this.#over) this.#post({ t: "log", call: this.id, level, text });
  }

  /** The request's body, read through the server's thread. */
  requestBody(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const { id } = this;
    this.#requestBody = new BodySink(
      () => this.#post({ t: "pull", call: id }),
      () => this.#post({ t: "cancel", call: id }),
    );
    return this.#requestBody.stream;
  }

  /**
   * Gives status and headers, then the body as it is asked for; resolves at its end with what it failed with, if it
   * did.
   */
  async respond(response: Response, maxBodyBytes: number): Promise<{ thrown: unknown } | null> {
    const { status, body } = response;
    const source = body === null ? null : new BodySource(body, maxBodyBytes);
    const ended = Promise.withResolvers<void>();
    if (source) this.#responseBody = { source, end: ended.resolve };
    this.#post({ t: "head", call: this.id, status, headers: [...response.headers], hasBody: source !== null });
    if (!source) return null;
    await ended.promise;
    return source.failure;
  }

  /** A message of the server for this call. */
  receive(message: Exclude<ToWorker, StartMessage | { t: "ping" }>): void {
    switch (message.t) {
      case "reply": {
        const asked = this.#open.get(message.id);
        this.#open.delete(message.id);
        if ("value" in message) asked?.resolve(message.value);
        else
          asked?.reject(
            Object.assign(new Error(message.error.message), "data" in message.error && { data: message.error.data }),
          );
        return;
      }
      case "part":
        return this.#requestBody?.take(message.part);
      case "pull":
        return void this.#sendPart();
      case "cancel":
        return void this.#responseBody?.source
          .cancel("The client does not read the response any more.")
          .then(this.#responseBody.end);
      case "abort":
        return this.#client.abort(new DOMException("The client closed the connection.", "AbortError"));
      case "stop":
        this.#client.abort(new DOMException("The function ran out of time.", "AbortError"));
        return this.#stopped.reject(new Error("The call was ended by the server."));
      default:
        message satisfies never;
    }
  }

  /** The end: warns of operations nobody waited for, and refuses all later ones. */
  close(): void {
    const open = [...this.#open.values()].map(({ op }) => SHOWN[op] ?? op);
    if (open.length > 0) {
      const what = open.length === 1 ? "1 unawaited operation" : `${open.length} unawaited operations`;
      this.log(
        "WARN",
        `${what}: [${open.join(", ")}]. Async operations should be awaited or they might not run. ` +
          "See https://docs.convex.dev/functions/actions#dangling-promises for more information.",
      );
    }
    this.#over = true;
    this.#open.clear();
  }

  async #sendPart(): Promise<void> {
    if (!this.#responseBody) return;
    const { source, end } = this.#responseBody;
    const part = await source.next();
    this.#post({ t: "part", call: this.id, part });
    if (!("bytes" in part)) end();
  }
}
