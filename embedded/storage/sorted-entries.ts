/** How many keys a chunk holds before it is split in two. */
const CHUNK = 256;

interface Chunk<V> {
  /** The keys as texts of one character a byte: these compare many times as fast as buffers, in the same order. */
  texts: string[];
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
  /** What was put since the last look, in its order: of most indexes a transaction writes it never reads a range. */
  #waiting: Entry<V>[] = [];

  /** Puts `value` under `key`, in place of what was there. */
  set(key: Buffer, value: V): void {
    this.#waiting.push({ key, value });
  }

  #settle(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { key, value } of waiting) this.#enter(key, value);
  }

  #enter(key: Buffer, value: V): void {
    const text = textOf(key);
    const at = Math.min(this.#chunkOf(text), this.#chunks.length - 1);
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push({ texts: [text], keys: [key], values: [value] });
      return;
    }
    const { texts, keys, values } = chunk;
    const i = lowerBound(texts, text);
    if (texts[i] === text) {
      values[i] = value;
      return;
    }
    texts.splice(i, 0, text);
    keys.splice(i, 0, key);
    values.splice(i, 0, value);
    if (texts.length > CHUNK) {
      const half = CHUNK / 2;
      this.#chunks.splice(at + 1, 0, { texts: texts.splice(half), keys: keys.splice(half), values: values.splice(half) });
    }
  }

  /** The entry with the smallest key ≥ `from` (and < `to`, when given), or undefined. */
  first(from: Buffer, to: Buffer | null): Entry<V> | undefined {
    this.#settle();
    const text = textOf(from);
    const chunk = this.#chunks[this.#chunkOf(text)];
    if (chunk === undefined) return undefined;
    const i = lowerBound(chunk.texts, text);
    const key = chunk.keys[i]!;
    return to === null || Buffer.compare(key, to) < 0 ? { key, value: chunk.values[i]! } : undefined;
  }

  /** The entry with the greatest key < `to` (null: no bound) and ≥ `from`, or undefined. */
  last(from: Buffer, to: Buffer | null): Entry<V> | undefined {
    this.#settle();
    const text = to === null ? null : textOf(to);
    let at = text === null ? this.#chunks.length : this.#chunkOf(text);
    let i = text !== null && at < this.#chunks.length ? lowerBound(this.#chunks[at]!.texts, text) - 1 : -1;
    if (i < 0) {
      at -= 1;
      i = (this.#chunks[at]?.keys.length ?? 0) - 1;
    }
    const chunk = this.#chunks[at];
    if (chunk === undefined) return undefined;
    const key = chunk.keys[i]!;
    return Buffer.compare(key, from) >= 0 ? { key, value: chunk.values[i]! } : undefined;
  }

  /** Index of the first chunk whose last key is ≥ that of `text`; the number of chunks when there is none. */
  #chunkOf(text: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      const { texts } = this.#chunks[mid]!;
      if (texts[texts.length - 1]! < text) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}

function textOf(key: Buffer): string {
  return key.toString("latin1");
}

/** Position of the first of sorted `texts` that is ≥ `text`. */
function lowerBound(texts: readonly string[], text: string): number {
  let low = 0;
  let high = texts.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (texts[mid]! < text) low = mid + 1;
    else high = mid;
  }
  return low;
}
