/** The timers of one realm, so that none fires after its end. */
export class Timers {
  readonly #running = new Map<number, NodeJS.Timeout>();
  #nextId = 1;

  /** Starts a timer and gives its id. `ms` is what the program passed. */
  start(callback: () => void, ms: unknown, repeats: boolean): number {
    const id = this.#nextId++;
    const delay = Number(ms) || 0;
    const run = (): void => {
      if (!repeats) this.#running.delete(id);
      callback();
    };
    this.#running.set(id, repeats ? setInterval(run, delay) : setTimeout(run, delay));
    return id;
  }

  clear(id: unknown): void {
    const timer = this.#running.get(Number(id));
    clearTimeout(timer);
    this.#running.delete(Number(id));
  }

  clearAll(): void {
    for (const timer of this.#running.values()) clearTimeout(timer);
    this.#running.clear();
  }
}
