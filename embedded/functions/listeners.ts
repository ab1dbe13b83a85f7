/** Those who want to be told of something, in the order they came. */
export class Listeners<T> {
  readonly #all = new Set<(event: T) => void>();

  /** Adds a listener; gives what takes it out again. */
  add(listener: (event: T) => void): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  /** Tells all. A listener that throws is a fault of the server, but not one of whoever tells: it surfaces later. */
  tell(event: T): void {
    for (const listener of this.#all) {
      try {
        listener(event);
      } catch (error) {
        setImmediate(() => {
          throw error;
        });
      }
    }
  }
}
