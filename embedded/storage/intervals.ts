/** A half-open interval of index keys: from ≤ key < to; `to` null means without end. */
export interface Interval {
  from: Buffer;
  to: Buffer | null;
}

/** The smallest key greater than `key`. */
export function successor(key: Buffer): Buffer {
  return Buffer.concat([key, ZERO]);
}

const ZERO = Buffer.from([0]);

/** A set of intervals of one index, merged when it is asked; intervals handed in may still grow until then. */
export class IntervalSet {
  #pending: Interval[] = [];
  #merged: Interval[] = [];

  /** Adds an interval. It is read when the set is first asked, so a running scan may move its ends until then. */
  add(interval: Interval): void {
    this.#pending.push(interval);
  }

  /** The intervals, sorted, not touching each other. */
  list(): readonly Interval[] {
    if (this.#pending.length > 0) {
      this.#merged = merge([...this.#merged, ...this.#pending]);
      this.#pending = [];
    }
    return this.#merged;
  }

  /** Whether some interval holds `key`. */
  has(key: Buffer): boolean {
    const list = this.list();
    let low = 0;
    let high = list.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (Buffer.compare(list[mid]!.from, key) <= 0) low = mid + 1;
      else high = mid;
    }
    const candidate = list[low - 1];
    return candidate !== undefined && (candidate.to === null || Buffer.compare(key, candidate.to) < 0);
  }
}

function merge(intervals: Interval[]): Interval[] {
  const sorted = intervals
    .filter((i) => i.to === null || Buffer.compare(i.from, i.to) < 0)
    .sort((a, b) => Buffer.compare(a.from, b.from));
  const merged: Interval[] = [];
  for (const next of sorted) {
    const last = merged.at(-1);
    if (last === undefined || (last.to !== null && Buffer.compare(last.to, next.from) < 0)) {
      merged.push({ from: next.from, to: next.to });
    } else if (last.to !== null && (next.to === null || Buffer.compare(last.to, next.to) < 0)) {
      last.to = next.to;
    }
  }
  return merged;
}
