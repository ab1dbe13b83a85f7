/** Spreads neighbouring numbers over a table (2^32 divided by the golden ratio). */
const SPREAD = 0x9e3779b1;
const FIRST_BITS = 10;

/**
 * Scores that add up under whole numbers other than 0, and marks. A common word has hundreds of thousands of documents:
 * a table of plain numbers is several times as fast as a Map.
 */
export class Scores {
  #bits = FIRST_BITS;
  /** 0: free. */
  #ids = new Float64Array(1 << FIRST_BITS);
  #scores = new Float64Array(1 << FIRST_BITS);
  #marks = new Uint8Array(1 << FIRST_BITS);
  #size = 0;

  /** How many numbers have a score. */
  get size(): number {
    return this.#size;
  }

  /** Makes room for `more` numbers without a score; `add` needs it made. */
  reserve(more: number): void {
    const before = this.#bits;
    while ((this.#size + more) * 2 > 1 << this.#bits) this.#bits += 1;
    if (this.#bits > before) this.#rebuild();
  }

  /** Adds to the score of `id`, which begins at 0. */
  add(id: number, score: number): void {
    const slot = this.#slot(id);
    if (this.#ids[slot] === 0) {
      this.#ids[slot] = id;
      this.#size += 1;
    }
    this.#scores[slot] = this.#scores[slot]! + score;
  }

  /** Marks `id` once more, if it has a score; at most 255 times. */
  mark(id: number): void {
    const slot = this.#slot(id);
    if (this.#ids[slot] === id) this.#marks[slot] = this.#marks[slot]! + 1;
  }

  /**
   * Those marked `marks` times with their scores, the highest first: the `most` best, and all that score the same as the
   * last of them.
   */
  best(marks: number, most: number): { id: number; score: number }[] {
    const [ids, scores, marked] = [this.#ids, this.#scores, this.#marks];
    const places: number[] = [];
    for (let slot = 0; slot < ids.length; slot++) {
      if (ids[slot] !== 0 && marked[slot] === marks) places.push(slot);
    }
    const least = places.length <= most ? -Infinity : leastOf(places, scores, most);
    const best: { id: number; score: number }[] = [];
    for (const slot of places) {
      if (scores[slot]! >= least) best.push({ id: ids[slot]!, score: scores[slot]! });
    }
    return best.sort((a, b) => b.score - a.score);
  }

  #slot(id: number): number {
    const mask = this.#ids.length - 1;
    let slot = Math.imul(id, SPREAD) >>> (32 - this.#bits);
    while (this.#ids[slot] !== 0 && this.#ids[slot] !== id) slot = (slot + 1) & mask;
    return slot;
  }

  #rebuild(): void {
    const [ids, scores, marks] = [this.#ids, this.#scores, this.#marks];
    this.#ids = new Float64Array(1 << this.#bits);
    this.#scores = new Float64Array(1 << this.#bits);
    this.#marks = new Uint8Array(1 << this.#bits);
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!;
      if (id === 0) continue;
      const slot = this.#slot(id);
      this.#ids[slot] = id;
      this.#scores[slot] = scores[i]!;
      this.#marks[slot] = marks[i]!;
    }
  }
}

/** The `most`-th highest score in `places`, which are at least as many: a heap of the highest so far, its least on top. */
function leastOf(places: readonly number[], scores: Float64Array, most: number): number {
  const heap = new Float64Array(most);
  for (let i = 0; i < most; i++) heap[i] = scores[places[i]!]!;
  heap.sort();
  for (let i = most; i < places.length; i++) {
    const score = scores[places[i]!]!;
    if (score > heap[0]!) sink(heap, score);
  }
  return heap[0]!;
}

/** Puts `score` in place of the top of a heap. */
function sink(heap: Float64Array, score: number): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child += 1;
    if (heap[child]! >= score) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = score;
}
