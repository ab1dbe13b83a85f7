import { createCipheriv, type Cipheriv } from "node:crypto";

const BLOCK = 512;

/** Repeatable and unguessable chance: the key stream of AES-256 in counter mode under the seed. */
export class SeededRandom {
  readonly #stream: Cipheriv;
  #block = Buffer.alloc(0);
  #used = 0;

  /** `seed`: 32 bytes. */
  constructor(seed: Uint8Array) {
    this.#stream = createCipheriv("aes-256-ctr", seed, Buffer.alloc(16));
  }

  /** The next `n` bytes. */
  bytes(n: number): Buffer {
    if (this.#used + n > this.#block.length) {
      this.#block = this.#stream.update(Buffer.alloc(Math.max(BLOCK, n)));
      this.#used = 0;
    }
    this.#used += n;
    return this.#block.subarray(this.#used - n, this.#used);
  }

  /** A number in [0, 1) with 53 bits. */
  float(): number {
    const bytes = this.bytes(8);
    return (bytes.readUInt32LE(0) * 2 ** 21 + (bytes.readUInt32LE(4) >>> 11)) / 2 ** 53;
  }

  /** The seed of a nested call. */
  seed(): Buffer {
    return Buffer.from(this.bytes(32));
  }
}
