/**
 * Function handles: texts that stand for one function of one component over all pushes, allocated for all functions
 * when they are pushed. Only the id counts; what follows the `#` is for people.
 */
import { displayFunctionPath } from "../values/names.ts";

const PREFIX = "function://";

/** Where handles are kept: one row per (component path, canonical function path). */
export interface HandleStore {
  byId(id: string): { componentPath: string; path: string } | null;
  idOf(componentPath: string, path: string): string | null;
}

export class Handles {
  readonly #store: HandleStore;
  constructor(store: HandleStore) {
    this.#store = store;
  }

  /** "function://<id>#<mod:fn>" of a pushed function; null when it never was pushed. */
  textOf(componentPath: string, path: string): string | null {
    const id = this.#store.idOf(componentPath, path);
    return id === null ? null : `${PREFIX}${id}#${displayFunctionPath(path)}`;
  }

  /** What a handle stands for, or null when it is not one of ours. */
  parse(handle: string): { componentPath: string; path: string } | null {
    if (!handle.startsWith(PREFIX)) return null;
    const [id = ""] = handle.slice(PREFIX.length).split("#");
    return this.#store.byId(id);
  }
}
