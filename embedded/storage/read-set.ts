import { IntervalSet, successor, type Interval } from "./intervals.ts";

/** What a text search looked at: documents that hold a term or the prefix, and match every filter. */
export interface SearchToken {
  indexId: number;
  terms: readonly string[];
  prefix: string | null;
  /** Position of the filter field in the index, and the hex sort key it must have. */
  filters: readonly { field: number; key: string }[];
}

/** What a search index holds of one document. */
export interface SearchEntry {
  /** Term → how often it occurs. */
  terms: ReadonlyMap<string, number>;
  /** Number of terms, repeated ones counted. */
  length: number;
  /** Hex sort key of each declared filter field, in their order. */
  filters: readonly string[];
}

/** What one changed document means to those who read: its keys before and after, and the tables it made exist. */
export interface WriteEntry {
  ns: number;
  table: string;
  id: string;
  /** The table came into being with this transaction. */
  newTable: boolean;
  dependencies: string[];
  indexKeys: { indexId: number; oldKey: Buffer | null; newKey: Buffer | null }[];
  search: { indexId: number; old: SearchEntry | null; new: SearchEntry | null }[];
}

/** Name of the dependency on a table's existence, looked up by its name. */
export function tableDependency(ns: number, name: string): string {
  return `table:${ns}:${name}`;
}

/** Name of the dependency on a table's existence, looked up by its number. */
export function tableNumberDependency(ns: number, number: number): string {
  return `number:${ns}:${number}`;
}

/** Name of the dependency on which tables there are. */
export function anyTableDependency(ns: number): string {
  return `tables:${ns}`;
}

/** Everything an execution looked at, as index intervals, search tokens and names (SPEC S21). */
export class ReadSet {
  #intervals = new Map<number, IntervalSet>();
  #tokens: SearchToken[] = [];
  #names = new Set<string>();
  readonly #asked = new Set<string>();

  /** One key of an index, whether it was found or not. */
  point(indexId: number, key: Buffer): void {
    this.range(indexId, key, successor(key));
  }

  /** Whether this range of an index is asked for the first time: repeated reads count once (SPEC S24). */
  isFirst(indexId: number, from: Buffer, to: Buffer | null): boolean {
    const before = this.#asked.size;
    this.#asked.add(`${indexId} ${from.length} ${from.toString("latin1")}${to?.toString("latin1") ?? ""}`);
    return this.#asked.size > before;
  }

  /** All keys with from ≤ key < to; `to` null means without end. */
  range(indexId: number, from: Buffer, to: Buffer | null): void {
    this.growing(indexId, { from, to });
  }

  /** An interval that a running scan widens as its rows are consumed; complete before the set is first compared. */
  growing(indexId: number, interval: Interval): void {
    let set = this.#intervals.get(indexId);
    if (set === undefined) this.#intervals.set(indexId, (set = new IntervalSet()));
    set.add(interval);
  }

  /** What a text search looked at. */
  token(token: SearchToken): void {
    this.#tokens.push(token);
  }

  /** Something else by name, e.g. `tableDependency(ns, name)`. */
  depend(name: string): void {
    this.#names.add(name);
  }

  /** Adds everything in `other`. */
  union(other: ReadSet): void {
    for (const [indexId, set] of other.#intervals) for (const interval of set.list()) this.growing(indexId, interval);
    this.#tokens.push(...other.#tokens);
    for (const name of other.#names) this.#names.add(name);
  }

  /** The ids of all indexes read, search indexes included: a write to none of them and to no name cannot touch this. */
  *indexIds(): Iterable<number> {
    yield* this.#intervals.keys();
    const searched = new Set(this.#tokens.map((t) => t.indexId));
    yield* searched;
  }

  /** The named dependencies. */
  dependencies(): Iterable<string> {
    return this.#names;
  }

  /** The merged intervals read of one index. */
  intervals(indexId: number): readonly Interval[] {
    return this.#intervals.get(indexId)?.list() ?? [];
  }

  /** Whether `write` changes a search index that was searched: what it holds counts in the order of all results. */
  searched(write: WriteEntry): boolean {
    return (
      this.#tokens.length > 0 &&
      write.search.some((s) => (s.old ?? s.new) !== null && this.#tokens.some((t) => t.indexId === s.indexId))
    );
  }

  /** Whether `write` changes something that was read. */
  touches(write: WriteEntry): boolean {
    for (const { indexId, oldKey, newKey } of write.indexKeys) {
      const set = this.#intervals.get(indexId);
      if (set === undefined) continue;
      if (oldKey !== null && set.has(oldKey)) return true;
      if (newKey !== null && set.has(newKey)) return true;
    }
    if (this.#names.size > 0 && write.dependencies.some((name) => this.#names.has(name))) return true;
    return this.#tokens.length > 0 && write.search.some((s) => this.#tokens.some((t) => searchHit(t, s)));
  }
}

/** Whether any of `writes` changes something in `reads`. */
export function overlaps(reads: ReadSet, writes: readonly WriteEntry[]): boolean {
  return writes.some((write) => reads.touches(write));
}

function searchHit(token: SearchToken, write: WriteEntry["search"][number]): boolean {
  if (token.indexId !== write.indexId) return false;
  return [write.old, write.new].some((entry) => entry !== null && matches(token, entry));
}

function matches(token: SearchToken, entry: SearchEntry): boolean {
  if (!token.filters.every((f) => entry.filters[f.field] === f.key)) return false;
  if (token.terms.some((term) => entry.terms.has(term))) return true;
  const prefix = token.prefix;
  return prefix !== null && [...entry.terms.keys()].some((term) => term.startsWith(prefix));
}
