import type { StoredVector, VectorRows } from "../storage/vector-rows.ts";
import { encodeId } from "../values/ids.ts";
import type { JsonObject } from "../values/json.ts";
import type { VectorPlan } from "./vector-plan.ts";

/** Vectors read from the file at a time. */
const BATCH = 64;

interface Found {
  iid: Buffer;
  score: number;
}

/**
 * Compares the vector searched for with every stored one that passes the conditions (SPEC Q30). Exact, and so linear in
 * their number; it goes in steps, between which others get their turn and each of which sees the newest commit.
 */
export class VectorScan {
  readonly #rows: VectorRows;
  readonly #plan: VectorPlan;
  /** Best first, at most `limit`. */
  readonly #best: Found[] = [];
  /** Documents looked at, when several conditions may lead to the same one. */
  readonly #seen: Set<number> | null;
  #condition = 0;
  #after = -1;

  constructor(rows: VectorRows, plan: VectorPlan) {
    this.#rows = rows;
    this.#plan = plan;
    this.#seen = plan.conditions.length > 1 ? new Set() : null;
  }

  /** Goes on for about `ms`. True when all was compared. */
  step(ms: number): boolean {
    const until = performance.now() + ms;
    do {
      const batch = this.#next();
      if (batch === null) return true;
      for (const stored of batch) this.#look(stored);
    } while (performance.now() < until);
    return false;
  }

  /** The best documents, best first: `{_id, _score}` with the cosine of the angle, -1 to 1. */
  results(): JsonObject[] {
    const { tableNumber } = this.#plan;
    return this.#best.map(({ iid, score }) => ({ _id: encodeId(tableNumber, iid), _score: score }));
  }

  #next(): StoredVector[] | null {
    const { index, conditions } = this.#plan;
    const condition = conditions[this.#condition];
    if (condition === undefined && (conditions.length > 0 || this.#condition > 0)) return null;
    const batch =
      condition === undefined
        ? this.#rows.all(index.id, this.#after, BATCH)
        : this.#rows.matching(index.id, condition.field, condition.key, this.#after, BATCH);
    const last = batch.at(-1);
    if (last !== undefined && batch.length === BATCH) this.#after = last.doc;
    else {
      this.#condition += 1;
      this.#after = -1;
    }
    return batch;
  }

  #look({ doc, iid, norm, vector }: StoredVector): void {
    if (this.#seen?.has(doc)) return;
    this.#seen?.add(doc);
    const score = cosine(vector, norm, this.#plan);
    const best = this.#best;
    if (best.length === this.#plan.limit && score <= best.at(-1)!.score) return;
    let at = best.length;
    while (at > 0 && best[at - 1]!.score < score) at -= 1;
    best.splice(at, 0, { iid: Buffer.from(iid), score });
    if (best.length > this.#plan.limit) best.pop();
  }
}

/** 0 when one of the two has no direction. */
function cosine(stored: Float32Array, norm: number, { vector, norm: length }: VectorPlan): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * stored[i]!;
  if (norm === 0 || length === 0 || !Number.isFinite(length)) return 0;
  return Math.max(-1, Math.min(1, sum / (norm * length)));
}
