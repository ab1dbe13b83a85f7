import type { StoredRow } from "./rows.ts";

/** Rows of one transaction that are remembered: more than it usually goes on to write, few enough to cost nothing. */
const MAX_ROWS = 1024;
/** How the stored text of nearly every document begins: names are sorted, and few come before this one. */
const HEAD = '{"_creationTime":';
const ID = ',"_id":"';

/**
 * The stored rows that queries handed to the function of one transaction. What it found by a query it often writes next, by its
 * id: then it need not be looked up and parsed once more. Nothing of it changes while the transaction counts: whoever
 * commits something that it has read makes it worthless (F33).
 */
export class NearRows {
  readonly #rows = new Map<string, StoredRow>();

  /** Remembers a row of a namespace that a query handed out. */
  keep(ns: number, row: StoredRow): void {
    if (this.#rows.size >= MAX_ROWS) return;
    const id = idIn(row.json);
    if (id !== null) this.#rows.set(`${ns}:${id}`, row);
  }

  /** The row of a document, or undefined when it must be looked up. */
  find(ns: number, id: string): StoredRow | undefined {
    return this.#rows.size === 0 ? undefined : this.#rows.get(`${ns}:${id}`);
  }
}

/** The id of a document from its canonical text; null where it does not stand near the beginning. */
function idIn(json: string): string | null {
  if (!json.startsWith(HEAD)) return null;
  const at = json.indexOf(",", HEAD.length);
  if (at < 0 || !json.startsWith(ID, at)) return null;
  const from = at + ID.length;
  return json.slice(from, json.indexOf('"', from));
}
