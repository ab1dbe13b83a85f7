/**
 * Bodies cross the border between threads one chunk per request: the reading side asks with `pull`, the side that
 * holds the bytes answers with exactly one `chunk`, `end` or `error`. A slow reader therefore holds back the writer,
 * and a chunk that is ready travels at once.
 */

/** What answers one `pull`: bytes, the end, or the reason why there will be no more. */
export type BodyPart = { bytes: Uint8Array<ArrayBuffer> } | { end: true } | { error: string };

/** Largest piece of a body sent in one message; bounds what waits in a thread's inbox. */
const MAX_PIECE_BYTES = 256 * 1024;

/** Gives out the bytes of a stream one part at a time; used by the side that holds the body. */
export class BodySource {
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  readonly #maxBytes: number;
  #sent = 0;
  #rest: Uint8Array<ArrayBuffer> | null = null;
  #closed = false;
  /** What the stream failed with, once it has. */
  failure: { thrown: unknown } | null = null;

  /** `stream` yields Uint8Arrays (anything else is an error part); `maxBytes` bounds the whole body. */
  constructor(stream: ReadableStream<unknown>, maxBytes: number) {
    this.#reader = stream.getReader();
    this.#maxBytes = maxBytes;
  }

  /** The next part; after an end or an error every further call answers with an end. Never rejects. */
  async next(): Promise<BodyPart> {
    if (this.#closed) return { end: true };
    try {
      const piece = await this.#nextPiece();
      if (piece === null) {
        this.#closed = true;
        return { end: true };
      }
      this.#sent += piece.byteLength;
      if (this.#sent > this.#maxBytes) return this.#fail(`The body is larger than ${this.#maxBytes} bytes.`);
      return { bytes: piece };
    } catch (error) {
      this.#closed = true;
      this.failure = { thrown: error };
      return { error: messageOf(error) };
    }
  }

  /** Nobody wants the rest: cancels the stream; resolves when its owner has dealt with that. Never rejects. */
  async cancel(reason: string): Promise<void> {
    this.#closed = true;
    this.#rest = null;
    await this.#reader.cancel(new Error(reason)).catch(() => undefined);
  }

  async #nextPiece(): Promise<Uint8Array<ArrayBuffer> | null> {
    let bytes = this.#rest;
    this.#rest = null;
    while (bytes === null || bytes.byteLength === 0) {
      const { value, done } = await this.#reader.read();
      if (done) return null;
      bytes = toBytes(value);
    }
    if (bytes.byteLength <= MAX_PIECE_BYTES) return bytes;
    this.#rest = bytes.subarray(MAX_PIECE_BYTES);
    return bytes.slice(0, MAX_PIECE_BYTES);
  }

  #fail(message: string): BodyPart {
    this.failure = { thrown: new Error(message) };
    void this.cancel(message);
    return { error: message };
  }
}

/** The reading side: a stream whose chunks come from `ask`. */
export class BodySink {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  #controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  #waiting: (() => void) | null = null;
  #closed = false;

  /** `ask` requests the next part (answered later through `take`); `onCancel` is told when the reader gives up. */
  constructor(ask: () => void, onCancel: () => void) {
    this.stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () =>
          new Promise<void>((resolve) => {
            this.#waiting = resolve;
            ask();
          }),
        cancel: () => {
          this.#closed = true;
          onCancel();
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Hands the answer of one `ask` to the reader; parts after the end are dropped. */
  take(part: BodyPart): void {
    if (!this.#closed) {
      if ("bytes" in part) this.#controller.enqueue(part.bytes);
      else {
        this.#closed = true;
        if ("end" in part) this.#controller.close();
        else this.#controller.error(new Error(part.error));
      }
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.();
  }
}

function toBytes(value: unknown): Uint8Array<ArrayBuffer> {
  if (value instanceof Uint8Array) return new Uint8Array(value); // a copy: the owner may go on using its buffer
  throw new TypeError("A body stream must yield Uint8Array chunks.");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
