import type { Line } from "./figures.ts";
import type { Plan } from "./options.ts";

/** Something measured together: one part of the table. */
export interface Suite {
  /** What the command line calls it. */
  name: string;
  /** Its heading. */
  title: string;
  /** Measures; says on the way what it does through `say`. */
  measure(plan: Plan, say: (text: string) => void): Promise<Measured>;
}

export interface Measured {
  lines: Line[];
  /** How much was measured, as a sentence. */
  method: string;
  /** What the figures were made from, for the results file. */
  samples: unknown;
}
