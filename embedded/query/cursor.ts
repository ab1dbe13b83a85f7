import { IndexScan, type Row, type RowSource } from "../storage/index-scan.ts";
import type { TransactionState } from "../storage/state.ts";
import type { JsonObject } from "../values/json.ts";
import type { Plan, Step } from "./plan.ts";
import { SearchScan } from "./search.ts";

/** A running query: documents one at a time, each read when it is asked for. */
export class QueryCursor {
  readonly #source: RowSource;
  readonly #steps: Steps;

  constructor(t: TransactionState, plan: Plan) {
    this.#source = openSource(t, plan);
    this.#steps = new Steps(plan.steps);
  }

  /** The next document, or null when there are no more. */
  next(): JsonObject | null {
    return this.#nextRow()?.doc ?? null;
  }

  /** The same as JSON text: what is stored is passed on as it is. */
  nextText(): string | null {
    const row = this.#nextRow();
    return row && (row.json ?? JSON.stringify(row.doc));
  }

  #nextRow(): Row | null {
    while (!this.#steps.isExhausted) {
      const row = this.#source.next();
      if (row === null || this.#steps.passes(row)) return row;
    }
    return null;
  }

  /** All documents that are left. */
  collect(): JsonObject[] {
    const docs: JsonObject[] = [];
    for (let doc = this.next(); doc !== null; doc = this.next()) docs.push(doc);
    return docs;
  }
}

/** The filters and limits of a query, in order. */
export class Steps {
  readonly #steps: readonly Step[];
  readonly #left: number[];

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
    this.#left = steps.map((step) => ("limit" in step ? step.limit : Infinity));
  }

  /** Whether some limit is used up, so that no further row can pass. */
  get isExhausted(): boolean {
    return this.#left.some((left) => left === 0);
  }

  /** Whether `row` comes out at the end; counts it against the limits it reaches. */
  passes(row: Row): boolean {
    for (const [i, step] of this.#steps.entries()) {
      if ("filter" in step) {
        if (!step.filter(row.doc)) return false;
      } else this.#left[i] = this.#left[i]! - 1;
    }
    return true;
  }
}

/** The rows that a plan reads, before its steps. */
function openSource(t: TransactionState, { source, steps }: Plan): RowSource {
  switch (source.kind) {
    case "index": {
      const first = steps[0];
      const limit = first !== undefined && "limit" in first ? first.limit : undefined;
      const { index, from, to, order } = source;
      return new IndexScan(t, { ns: index.ns, indexId: index.id, from, to, order }, limit);
    }
    case "search":
      return new SearchScan(t, source);
    case "nothing":
      return { next: () => null };
    default:
      return source satisfies never;
  }
}
