/**
 * Memory that one kind of thing may take over the whole process. Each holder counts what it takes; when all together are
 * over the limit, those who hold more than their fair part have to go, so that a flood ends and the others stay.
 */
export class Budget {
  readonly #limit: number;
  readonly #fair: number;
  #used = 0;

  /** Bytes in all, and what a holder may always have. */
  constructor(o: { limit: number; fair: number }) {
    this.#limit = o.limit;
    this.#fair = o.fair;
  }

  /** Bytes that are held now. */
  get used(): number {
    return this.#used;
  }

  /** A new holder, with nothing. */
  holder(): Holder {
    return new Holder(this);
  }

  /** Counts; for holders only. */
  change(bytes: number): void {
    this.#used += bytes;
  }

  /** Whether somebody who holds `bytes` has to go. */
  isTooMuch(bytes: number): boolean {
    return this.#used > this.#limit && bytes > this.#fair;
  }
}

/** One holder's part of a budget. */
export class Holder {
  readonly #budget: Budget;
  #bytes = 0;
  #closed = false;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Bytes it holds. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Holds `bytes` more. False when the budget is used up and this holder has more than its fair part: it must go. */
  take(bytes: number): boolean {
    if (this.#closed) return true;
    this.#bytes += bytes;
    this.#budget.change(bytes);
    return !this.#budget.isTooMuch(this.#bytes);
  }

  /** Holds `bytes` less; never less than nothing. */
  give(bytes: number): void {
    const given = Math.min(bytes, this.#bytes);
    this.#bytes -= given;
    this.#budget.change(-given);
  }

  /** Gives everything back, and counts no more. */
  close(): void {
    this.give(this.#bytes);
    this.#closed = true;
  }
}

const MIB = 1024 * 1024;

/** What clients sent and was not worked off: parts of frames, waiting messages, bodies of requests. */
export const intake = new Budget({ limit: 128 * MIB, fair: MIB / 32 });
/** What clients were sent and have not taken. */
export const unread = new Budget({ limit: 256 * MIB, fair: MIB });
/** Arguments and results of live queries. */
export const live = new Budget({ limit: 256 * MIB, fair: MIB });
