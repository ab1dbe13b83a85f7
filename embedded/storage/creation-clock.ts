/**
 * Gives out creation times in ms, each the next larger double, so that they strictly increase in one transaction, and
 * from one finished transaction to the next while a process runs.
 */
export class CreationClock {
  #next: number;

  /**
   * Starts at the wall clock, or at the last finished commit (`ts`, ns) when the wall clock is behind it, but never before
   * `earliest` (ms): where the last finished transaction's clock stood.
   */
  constructor(nowMs: number, ts: bigint, earliest: number) {
    this.#next = Math.max(nowMs, Number(ts) / 1_000_000, earliest);
  }

  /** The creation time that the next document would get. */
  get upcoming(): number {
    return this.#next;
  }

  /** Gives out nothing before `ms` any more. */
  notBefore(ms: number): void {
    this.#next = Math.max(this.#next, ms);
  }

  /** The creation time of the next document. */
  next(): number {
    const time = this.#next;
    this.#next = nextDouble(time);
    return time;
  }
}

/** The smallest double greater than the positive finite number `x`. */
export function nextDouble(x: number): number {
  double[0] = x;
  bits[0] = bits[0]! + 1n;
  return double[0];
}

const double = new Float64Array(1);
const bits = new BigUint64Array(double.buffer);
