/** How many keys a chunk holds before it is split in two. */
const CHUNK = 256;

interface Chunk<V> {
  keys: Buffer[];
  values: V[];
}

/** One key with its value. */
export interface Entry<V> {
  key: Buffer;
  value: V;
}

/**
 * A map in the byte order of its keys: the pending entries of one index. Kept as a list of short sorted chunks, so that
 * 16,000 writes in any order stay cheap and a range can be entered at any key in both directions.
 */
export class SortedEntries<V> {
  #chunks: Chunk<V>[] = [];

  /** Puts `value` under `key`, in place of what was there. */
  set(key: Buffer, value: V): void {
    const at = Math.min(this.#chunkOf(key), this.#chunks.length - 1);
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push({ keys: [key], values: [value] });
      return;
    }
    const i = lowerBound(chunk.keys, key);
    if (chunk.keys[i]?.equals(key) === true) {
      chunk.values[i] = value;
      return;
    }
    chunk.keys.splice(i, 0, key);
    chunk.values.splice(i, 0, value);
    if (chunk.keys.length > CHUNK) {
      const half = CHUNK / 2;
      this.#chunks.splice(at + 1, 0, { keys: chunk.keys.splice(half), values: chunk.values.splice(half) });
    }
  }

  /** Removes `key`, if it is there. */
  delete(key: Buffer): void {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const i = lowerBound(chunk.keys, key);
    if (chunk.keys[i]?.equals(key) !== true) return;
    chunk.keys.splice(i, 1);
    chunk.values.splice(i, 1);
    if (chunk.keys.length === 0) this.#chunks.splice(at, 1);
  }

  /** The entry with the smallest key ≥ `from` (and < `to`, when given), or undefined. */
  first(from: Buffer, to: Buffer | null): Entry<V> | undefined {
    const chunk = this.#chunks[this.#chunkOf(from)];
    if (chunk === undefined) return undefined;
    const i = lowerBound(chunk.keys, from);
    const key = chunk.keys[i]!;
    return to === null || Buffer.compare(key, to) < 0 ? { key, value: chunk.values[i]! } : undefined;
  }

  /** The entry with the greatest key < `to` (null: no bound) and ≥ `from`, or undefined. */
  last(from: Buffer, to: Buffer | null): Entry<V> | undefined {
    let at = to === null ? this.#chunks.length : this.#chunkOf(to);
    let i = to !== null && at < this.#chunks.length ? lowerBound(this.#chunks[at]!.keys, to) - 1 : -1;
    if (i < 0) {
      at -= 1;
      i = (this.#chunks[at]?.keys.length ?? 0) - 1;
    }
    const chunk = this.#chunks[at];
    if (chunk === undefined) return undefined;
    const key = chunk.keys[i]!;
    return Buffer.compare(key, from) >= 0 ? { key, value: chunk.values[i]! } : undefined;
  }

  /** Index of the first chunk whose last key is ≥ `key`; the number of chunks when there is none. */
  #chunkOf(key: Buffer): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      const keys = this.#chunks[mid]!.keys;
      if (Buffer.compare(keys[keys.length - 1]!, key) < 0) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}

/** Position of the first key ≥ `key` in sorted `keys`. */
function lowerBound(keys: readonly Buffer[], key: Buffer): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (Buffer.compare(keys[mid]!, key) < 0) low = mid + 1;
    else high = mid;
  }
  return low;
}
