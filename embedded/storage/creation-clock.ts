/** Gives out creation times in ms, each the next larger double, so that they strictly increase in one transaction. */
export class CreationClock {
  #next: number;

  /** Starts at the wall clock, or at the last finished commit (`ts`, ns) when the wall clock is behind it. */
  constructor(nowMs: number, ts: bigint) {
    this.#next = Math.max(nowMs, Number(ts) / 1_000_000);
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
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  view.setBigUint64(0, view.getBigUint64(0) + 1n);
  return view.getFloat64(0);
}
