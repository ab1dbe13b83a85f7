import type { StoredRow } from "./rows.ts";

/** More rows than a busy server reads again and again, few enough that they are no matter of memory. */
const MAX_ROWS = 1024;
/** Characters of a document's text above which it is read anew each time. */
const MAX_TEXT = 4096;

/**
 * Rows that were read by their id lately, so that functions that follow each other do not read the same few documents again and
 * again. It holds what the file says, the group's SQL transaction included: whoever writes a row tells it, and when
 * something is taken back it forgets all.
 */
export class KeptRows {
  readonly #byKey = new Map<string, StoredRow>();
  /** Row number in `docs` → where it is kept. */
  readonly #keys = new Map<number, string>();
  #takenBack = -1;

  /**
   * The row kept under a key, or undefined when it must be read. `takenBack` is how often writes were taken back so far
   * (`Database.takenBack`).
   */
  find(place: string, takenBack: number): StoredRow | undefined {
    if (takenBack !== this.#takenBack) {
      this.clear();
      this.#takenBack = takenBack;
    }
    return this.#byKey.get(place);
  }

  /** Keeps a row that was just read, after `find` did not have it. */
  keep(place: string, row: StoredRow): void {
    if (row.json.length > MAX_TEXT) return;
    if (this.#byKey.size >= MAX_ROWS) this.clear();
    this.#byKey.set(place, row);
    this.#keys.set(row.doc, place);
  }

  /** The document in row `doc` is now the one of the text `json`, of `size` bytes. */
  changed(doc: number, size: number, json: string): void {
    const place = this.#keys.get(doc);
    const before = place === undefined ? undefined : this.#byKey.get(place);
    if (place === undefined || before === undefined) return;
    if (json.length > MAX_TEXT) this.forget(doc);
    else this.#byKey.set(place, { key: before.key, doc, size, json });
  }

  /** The document in row `doc` is gone. */
  forget(doc: number): void {
    const place = this.#keys.get(doc);
    if (place === undefined) return;
    this.#keys.delete(doc);
    this.#byKey.delete(place);
  }

  clear(): void {
    this.#byKey.clear();
    this.#keys.clear();
  }
}

/** Names a key of an index; different for different ones. */
export function placeOf(indexId: number, key: Buffer): string {
  return `${indexId} ${key.toString("latin1")}`;
}
