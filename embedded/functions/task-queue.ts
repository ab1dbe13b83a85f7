/**
 * What waits at the gate. People come before scheduled functions, so that a crowd of resumed workflows keeps nobody
 * waiting; scheduled functions get every `SHARE`th turn all the same. Within each kind it is first come, first served.
 */
interface Waiting {
  /** Run by the scheduler: nobody sits before it. */
  isBackground: boolean;
}

/** While both wait, one in this many is a scheduled function. */
const SHARE = 12;

export class TaskQueue<T extends Waiting> {
  readonly #people: T[] = [];
  readonly #background: T[] = [];
  #inARow = 0;

  get length(): number {
    return this.#people.length + this.#background.length;
  }

  push(task: T): void {
    (task.isBackground ? this.#background : this.#people).push(task);
  }

  /** Puts tasks before all others of their kind, in this order. */
  putFirst(tasks: readonly T[]): void {
    for (const task of tasks.toReversed()) (task.isBackground ? this.#background : this.#people).unshift(task);
  }

  /** Takes out the next one, undefined when nothing waits. */
  shift(): T | undefined {
    const isTheirTurn = this.#background.length > 0 && (this.#people.length === 0 || this.#inARow >= SHARE - 1);
    this.#inARow = isTheirTurn ? 0 : this.#inARow + 1;
    return (isTheirTurn ? this.#background : this.#people).shift();
  }
}
