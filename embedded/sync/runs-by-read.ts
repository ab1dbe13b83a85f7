import type { ReadSet, WriteEntry } from "../storage/read-set.ts";

/**
 * Finds what a commit touches without looking at every live query: by the indexes and names a read set holds, and only
 * then by its intervals.
 */
export class RunsByRead<R extends { readonly reads: ReadSet }> {
  readonly #byIndex = new Map<number, Set<R>>();
  readonly #byName = new Map<string, Set<R>>();

  add(run: R): void {
    for (const id of run.reads.indexIds()) join(this.#byIndex, id, run);
    for (const name of run.reads.dependencies()) join(this.#byName, name, run);
  }

  delete(run: R): void {
    for (const id of run.reads.indexIds()) leave(this.#byIndex, id, run);
    for (const name of run.reads.dependencies()) leave(this.#byName, name, run);
  }

  /** The runs whose reads overlap the writes, each once. */
  touchedBy(writes: readonly WriteEntry[]): Set<R> {
    const touched = new Set<R>();
    for (const write of writes) {
      const near = [
        ...write.indexKeys.map((k) => this.#byIndex.get(k.indexId)),
        ...write.search.map((s) => this.#byIndex.get(s.indexId)),
        ...write.dependencies.map((name) => this.#byName.get(name)),
      ];
      for (const runs of near) {
        for (const run of runs ?? []) if (!touched.has(run) && run.reads.touches(write)) touched.add(run);
      }
    }
    return touched;
  }
}

function join<K, R>(map: Map<K, Set<R>>, key: K, run: R): void {
  const runs = map.get(key);
  if (runs) runs.add(run);
  else map.set(key, new Set([run]));
}

function leave<K, R>(map: Map<K, Set<R>>, key: K, run: R): void {
  const runs = map.get(key);
  runs?.delete(run);
  if (runs?.size === 0) map.delete(key);
}
