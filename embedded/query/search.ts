import { internalId, searchEntry } from "../storage/entries.ts";
import type { Row, RowSource } from "../storage/index-scan.ts";
import type { SearchEntry } from "../storage/read-set.ts";
import type { TransactionState } from "../storage/state.ts";
import type { JsonObject } from "../values/json.ts";
import { encodeKey } from "../values/sort-key.ts";
import { badQuery } from "./common.ts";
import type { SearchPlan } from "./search-plan.ts";
import { Scores } from "./search-scores.ts";

/** BM25: how fast repeated terms stop counting, and how much long texts count less. */
const K1 = 1.2;
const B = 0.75;
/** A term that only begins with the last search term counts this much of a whole one. */
const PREFIX_WEIGHT = 0.5;
const MAX_EXPANSIONS = 50;
/** The best ones that a search considers; reading beyond is an error. */
const MAX_CANDIDATES = 1024;

/**
 * A document that matches: row number in `docs`, or -1, -2 … for the documents that this transaction wrote. What orders
 * those of the same score is looked up when they are reached.
 */
interface Match {
  id: number;
  score: number;
}
type Placed = Match & { iid: Uint8Array; creation: number };

/**
 * The documents that match a search, best first, then newest first. The key of a row encodes that order, so that a page
 * of search results ends at a position like any other. Counts on the statistics of stored and pending documents.
 */
export class SearchScan implements RowSource {
  readonly #t: TransactionState;
  readonly #plan: SearchPlan;
  /** As of when the first row was asked for. */
  #pending = noEntries();
  #ranked: Match[] | null = null;
  /** Those of `#ranked` before `#ahead` were placed; `#placed` are what is left of them, the next one at the end. */
  #ahead = 0;
  #placed: Placed[] = [];
  #stepped = 0;

  constructor(t: TransactionState, plan: SearchPlan) {
    this.#t = t;
    this.#plan = plan;
  }

  next(): Row | null {
    const found = this.#peek();
    if (found === undefined) return null;
    if (this.#stepped >= MAX_CANDIDATES) {
      throw badQuery(
        `Search query scanned too many documents (fetched ${MAX_CANDIDATES}). Consider using a smaller limit or ` +
          "using a filter field to make the search query more selective.",
      );
    }
    this.#step();
    const row = this.#load(found);
    this.#t.metrics.add("documentsRead", 1);
    this.#t.metrics.add("bytesRead", row.size);
    return row;
  }

  /** Skips what stands up to and with the position `key`. */
  skipTo(key: Buffer): void {
    for (let found = this.#peek(); found !== undefined; found = this.#peek()) {
      if (Buffer.compare(keyOf(found), key) > 0) return;
      this.#step();
    }
  }

  #step(): void {
    this.#placed.pop();
    this.#stepped += 1;
  }

  /** The next match. */
  #peek(): Placed | undefined {
    this.#ranked ??= this.#rank();
    while (this.#placed.length === 0 && this.#ahead < this.#ranked.length) {
      const { score } = this.#ranked[this.#ahead]!;
      for (; this.#ranked[this.#ahead]?.score === score; this.#ahead += 1) {
        const placed = this.#place(this.#ranked[this.#ahead]!);
        if (placed !== null) this.#placed.push(placed);
      }
      this.#placed.sort((a, b) => a.creation - b.creation || Buffer.compare(a.iid, b.iid));
    }
    return this.#placed.at(-1);
  }

  /** Null for a document that is not in the index any more (`TermLists.remove`). */
  #place(match: Match): Placed | null {
    if (match.id > 0) {
      const place = this.#t.store.search.place(this.#plan.index.id, match.id);
      return place && { ...match, ...place };
    }
    const { iid, doc } = this.#pending.live[-match.id - 1]!;
    return { ...match, iid, creation: doc["_creationTime"] as number };
  }

  #load(found: Placed): Row {
    const key = keyOf(found);
    if (found.id < 0) return { key, ...this.#pending.live[-found.id - 1]! };
    const { size, json } = this.#t.store.search.document(found.id);
    return { key, size, json, doc: JSON.parse(json) as JsonObject };
  }

  #rank(): Match[] {
    const { index, terms, prefix, filters } = this.#plan;
    this.#t.metrics.add("databaseQueries", 1);
    if (terms.length === 0) return [];
    this.#t.reads.token({ indexId: index.id, terms, prefix, filters });
    this.#pending = pendingEntries(this.#t, this.#plan);
    const scores = this.#scores(this.#weights());
    // Documents in the lists of all filters are marked as often as there are filters.
    for (const { field, key } of filters) {
      for (const doc of this.#t.store.search.filtered(index.id, field, key)) scores.mark(doc);
      for (const [i, { entry }] of this.#pending.live.entries()) if (entry.filters[field] === key) scores.mark(-1 - i);
    }
    return scores.best(filters.length, MAX_CANDIDATES + 1);
  }

  /** Every term to look up with its weight: those searched for, and longer ones that begin with the last. */
  #weights(): Map<string, number> {
    const { index, terms, prefix } = this.#plan;
    const weights = new Map<string, number>();
    if (prefix !== null) {
      const longer = new Set(this.#t.store.search.expansions(index.id, prefix, MAX_EXPANSIONS));
      for (const { entry } of this.#pending.live) {
        for (const term of entry.terms.keys()) if (term.startsWith(prefix)) longer.add(term);
      }
      for (const term of [...longer].sort().slice(0, MAX_EXPANSIONS)) weights.set(term, PREFIX_WEIGHT);
    }
    for (const term of terms) weights.set(term, 1);
    return weights;
  }

  /**
   * The score of every document that holds one of the terms. A common word has very many: what is done for each of them is little, and
   * the best are picked afterwards.
   */
  #scores(weights: ReadonlyMap<string, number>): Scores {
    const { docs: all, averageLength } = this.#statistics();
    const { touched, live } = this.#pending;
    const scores = new Scores();
    for (const [term, weight] of weights) {
      const { docs, tfs, lengths } = this.#t.store.search.postings(this.#plan.index.id, term);
      const written = live.flatMap(({ entry }, i) => {
        const tf = entry.terms.get(term);
        return tf === undefined ? [] : [{ id: -1 - i, tf, length: entry.length }];
      });
      const gone = touched.size === 0 ? 0 : docs.filter((doc) => touched.has(doc)).length;
      const frequency = docs.length - gone + written.length;
      const rarity = weight * Math.log(1 + (all - frequency + 0.5) / (frequency + 0.5));
      const score = (tf: number, length: number): number =>
        (rarity * tf * (K1 + 1)) / (tf + K1 * (1 - B + (B * length) / averageLength));
      scores.reserve(docs.length + written.length);
      for (let i = 0; i < docs.length; i++) {
        if (gone > 0 && touched.has(docs[i]!)) continue;
        scores.add(docs[i]!, score(tfs[i]!, lengths[i]!));
      }
      for (const { id, tf, length } of written) scores.add(id, score(tf, length));
    }
    return scores;
  }

  #statistics(): { docs: number; averageLength: number } {
    const { docsDelta, termsDelta } = this.#pending;
    const stored = this.#t.store.search.stats(this.#plan.index.id);
    const docs = stored.docs + docsDelta;
    return { docs, averageLength: Math.max(1, (stored.terms + termsDelta) / Math.max(1, docs)) };
  }
}

/** Where a match stands among the others, as bytes: the best first, then the newest, then the higher id. */
function keyOf({ score, creation, iid }: Placed): Buffer {
  return encodeKey([-score, -creation, Buffer.from(iid.map((byte) => 255 - byte)).toString("hex")]);
}

/** What this transaction's own writes change about a search index. */
interface PendingEntries {
  /** Row numbers of all documents written, whose stored entries do not count any more. */
  touched: Set<number>;
  live: { iid: Buffer; doc: JsonObject; size: number; entry: SearchEntry }[];
  docsDelta: number;
  termsDelta: number;
}

function noEntries(): PendingEntries {
  return { touched: new Set(), live: [], docsDelta: 0, termsDelta: 0 };
}

function pendingEntries(t: TransactionState, { index }: SearchPlan): PendingEntries {
  const result = noEntries();
  for (const { table, id, before, after } of t.overlay.docs.values()) {
    if (table.ns !== index.ns || table.name !== index.table) continue;
    if (before?.row != null) result.touched.add(before.row);
    const was = before && searchEntry(index, before.doc);
    const is = after && searchEntry(index, after.doc);
    result.docsDelta += Number(is !== null) - Number(was !== null);
    result.termsDelta += (is?.length ?? 0) - (was?.length ?? 0);
    if (after === null || is === null) continue;
    result.live.push({ iid: internalId(id), doc: after.doc, size: after.size, entry: is });
  }
  return result;
}
