import { hash } from "node:crypto";

/** Bytes made at a time: the length of the hash. */
const BLOCK = 32;

/** Repeatable and unguessable chance: SHA-256 of the seed and a counter, made when it is asked for. */
export class SeededRandom {
  readonly #input = Buffer.alloc(BLOCK + 8);
  #counter = 0;
  #block = Buffer.alloc(0);
  #used = 0;
  /** Whether anybody looked at it. */
  isObserved = false;

  /** `seed`: 32 bytes. */
  constructor(seed: Uint8Array) {
    this.#input.set(seed);
  }

  /** The next `n` bytes. */
  bytes(n: number): Buffer {
    this.isObserved = true;
    return this.#take(n);
  }

  /** A seed for the chance of somebody else. */
  seed(): Buffer {
    return this.#take(BLOCK);
  }

  #take(n: number): Buffer {
    const bytes = Buffer.alloc(n);
    for (let filled = 0; filled < n;) {
      if (this.#used === this.#block.length) this.#next();
      const copied = this.#block.copy(bytes, filled, this.#used, this.#used + n - filled);
      this.#used += copied;
      filled += copied;
    }
    return bytes;
  }

  /** A number in [0, 1) with 53 bits. */
  float(): number {
    const bytes = this.bytes(8);
    return (bytes.readUInt32LE(0) * 2 ** 21 + (bytes.readUInt32LE(4) >>> 11)) / 2 ** 53;
  }

  #next(): void {
    this.#input.writeBigUInt64LE(BigInt(this.#counter++), BLOCK);
    this.#block = hash("sha256", this.#input, "buffer");
    this.#used = 0;
  }
}
