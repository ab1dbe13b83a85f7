import { useSyncExternalStore } from "react";

/** One timer per interval for the whole page, running only while somebody looks at a clock. */
class Clock {
  #now = Date.now();
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #intervalMs: number;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => {
      this.#now = Date.now();
      for (const each of this.#listeners) each();
    }, this.#intervalMs);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  };

  readonly read = (): number => {
    if (this.#timer === undefined && Date.now() - this.#now >= this.#intervalMs) this.#now = Date.now();
    return this.#now;
  };
}

const clocks = { second: new Clock(1000), slow: new Clock(20_000) };

/** The current time in ms, drawn again every second ("second") or every 20 s ("slow"). */
export function useNow(pace: keyof typeof clocks): number {
  const clock = clocks[pace];
  return useSyncExternalStore(clock.subscribe, clock.read, clock.read);
}
