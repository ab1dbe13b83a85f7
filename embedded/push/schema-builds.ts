/**
 * What a push leaves to be done before it can finish: stored documents are held against its schemas, and its indexes are
 * filled. Both go on slice by slice, with turns for everybody else in between (P26).
 */
import type { Runner } from "../functions/runner.ts";
import type { Store } from "../storage/store.ts";

export interface BuildDeps {
  store: Store;
  runner: Runner;
  /** Told of faults; the work is tried again. */
  report: (error: unknown) => void;
}

/** A step takes this long, in ms: one commit for many documents, and others wait little. */
const STEP_MS = 20;
/** How soon to try again after the disk refused a step, in ms. */
const RETRY_MS = 1000;

export class SchemaBuilds {
  readonly #deps: BuildDeps;
  /** By schema id. */
  readonly #running = new Map<string, Promise<void>>();
  readonly #sweeping = new Map<number, Promise<void>>();
  #isClosed = false;

  constructor(deps: BuildDeps) {
    this.#deps = deps;
  }

  /** Goes on with the schemas of a push unless that is being done, also after a restart; settles when all are decided. */
  async ensure(schemaIds: Iterable<string | null>): Promise<void> {
    const ids = [...schemaIds].filter((id) => id !== null);
    await Promise.all(ids.map((id) => this.#once(this.#running, id, () => this.#build(id))));
  }

  /** Takes away what is left of dropped indexes. */
  async sweep(namespaces: Iterable<number>): Promise<void> {
    await Promise.all([...namespaces].map((ns) => this.#once(this.#sweeping, ns, () => this.#fill(ns, () => true))));
  }

  /** Begins no further step, and waits for those under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([...this.#running.values(), ...this.#sweeping.values()]);
  }

  #once<K>(running: Map<K, Promise<void>>, key: K, run: () => Promise<void>): Promise<void> {
    let task = running.get(key);
    if (!task) {
      task = run().finally(() => running.delete(key));
      running.set(key, task);
    }
    return task;
  }

  async #build(id: string): Promise<void> {
    const { store } = this.#deps;
    const status = store.catalog.schemaStatus(id);
    if (!status) return;
    const isWanted = () => isOpen(store, id);
    await this.#fill(status.ns, isWanted);
    await this.#validate(id);
  }

  async #fill(ns: number, isWanted: () => boolean): Promise<void> {
    const { runner, store } = this.#deps;
    const step = (catalog: Store["catalog"]): void => {
      const started = performance.now();
      while (catalog.work(ns) && performance.now() - started < STEP_MS);
    };
    while (!this.#isClosed && isWanted() && store.catalog.buildsLeft(ns)) {
      await this.#tried(() => runner.transact((txn) => txn.atFlush(({ catalog }) => step(catalog))));
    }
  }

  async #validate(id: string): Promise<void> {
    const { store, runner } = this.#deps;
    const status = store.catalog.schemaStatus(id);
    if (status?.state !== "pending") return;
    const search = store.catalog.validateBySlices(status.ns, status.schema);
    for (let step = search.next(); ; step = search.next()) {
      if (this.#isClosed || store.catalog.schemaStatus(id)?.state !== "pending") return;
      if (step.done === true) {
        const mismatch = step.value;
        await this.#tried(() =>
          runner.transact((txn) =>
            txn.atFlush(({ catalog }) => {
              if (catalog.schemaStatus(id)?.state !== "pending") return;
              if (mismatch === null) catalog.markValidated(id);
              else catalog.failSchema(id, mismatch.message, mismatch.tableName);
            }),
          ),
        );
        return;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #tried(step: () => Promise<unknown>): Promise<void> {
    while (!this.#isClosed) {
      try {
        await step();
        return;
      } catch (error) {
        this.#deps.report(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }
}

/** Whether the push of a schema may still finish. */
function isOpen(store: Store, id: string): boolean {
  const state = store.catalog.schemaStatus(id)?.state;
  return state === "pending" || state === "validated" || state === "active";
}
