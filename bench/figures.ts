import { median, quantile } from "./statistics.ts";

/** A measured value of one line of the table. */
export type Figure =
  /** `p50`: median over the runs of each run's median. `p99`, `max`: over the samples of all runs. */
  | { unit: "ms"; p50: number; p99: number; max: number; samples: number }
  /** Median over the runs. */
  | { unit: "per second" | "s" | "MB" | "% of a core" | "times" | "per group"; value: number; runs: number };

/** One line of the table. */
export interface Line {
  name: string;
  /** What this server does. Null where it could not be measured here; `includes` says why. */
  here: Figure | null;
  /** The same on the bare loop; null where a bare loop has nothing like it. */
  floor: Figure | null;
  /** What is asked of it; null for a figure that only explains others. */
  target: Target | null;
  /** What the figure includes, as a sentence without its full stop. */
  includes: string;
}

export interface Target {
  text: string;
  met: boolean;
}

/** Samples in ms, run by run. */
export function times(runs: readonly (readonly number[])[]): Figure & { unit: "ms" } {
  const all = runs.flat();
  return { unit: "ms", p50: median(runs.map(median)), p99: quantile(all, 0.99), max: quantile(all, 1), samples: all.length };
}

type Plain = Exclude<Figure, { unit: "ms" }>;

/** One value for each run. */
export function values(unit: Plain["unit"], runs: readonly number[]): Plain {
  return { unit, value: median(runs), runs: runs.length };
}

/** A target that is met by values from `least` on. */
export function atLeast(text: string, least: number, value: number): Target {
  return { text, met: value >= least };
}

/** A target that is met by values up to `most`. */
export function atMost(text: string, most: number, value: number): Target {
  return { text, met: value <= most };
}
