import type { WriteEntry } from "../storage/read-set.ts";
import type { TransactionCall } from "./transaction-call.ts";

/** How often a call begins again because others changed what it had read. As on Convex. */
const MAX_REPEATS = 4;

/** How long a call may go on, ms. An object, so that trials can make it stand aside sooner. */
export const turns = {
  /** A call that has gone on for so long stands aside. */
  firstMs: 200,
  /** Its further turns: long enough to get on, short enough not to be noticed by others. */
  laterMs: 50,
  /** Nobody else commits during this much of the last repetition: what takes no longer comes to an end in any case. */
  lastHoldMs: 600,
};

/**
 * What becomes of a call that stands aside while others commit (F33): it goes on as long as all it has read is as it was,
 * else it begins again, and in the end it fails.
 */
export class LongCall {
  /** The table others changed; "" when it was something else. */
  #changed: string | null = null;
  #repeats = 0;
  #holdsUntilMs = 0;

  /** Until then (`performance.now()`, ms) nobody else gets a turn. */
  get holdsUntilMs(): number {
    return this.#holdsUntilMs;
  }

  /** Others committed `writes` while `call` stood aside. */
  overtaken(call: TransactionCall, writes: readonly WriteEntry[]): void {
    this.#changed ??= call.touchedBy(writes)?.table ?? null;
  }

  /** What to do in a further turn of `call`: let it go on, begin anew, or fail with the text. Not to go on gives it up. */
  next(call: TransactionCall, isOldCode: boolean): "go on" | "again" | { failure: string } {
    if (this.#changed === null && !isOldCode && call.moveOn()) return "go on";
    call.abandon();
    const where = this.#changed ? `the "${this.#changed}" table` : "some table";
    this.#changed = null;
    this.#holdsUntilMs = 0;
    if (this.#repeats === MAX_REPEATS) {
      return {
        failure: `Documents read from or written to ${where} changed while this mutation was being run and on every subsequent retry.`,
      };
    }
    this.#repeats += 1;
    if (this.#repeats === MAX_REPEATS) this.#holdsUntilMs = performance.now() + turns.lastHoldMs;
    return "again";
  }
}
