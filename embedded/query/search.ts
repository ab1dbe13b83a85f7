import { searchEntry } from "../storage/entries.ts";
import type { Row, RowSource } from "../storage/index-scan.ts";
import type { SearchEntry } from "../storage/read-set.ts";
import type { TransactionState } from "../storage/state.ts";
import { decodeId } from "../values/ids.ts";
import type { JsonObject } from "../values/json.ts";
import { encodeKey } from "../values/sort-key.ts";
import { badQuery } from "./common.ts";
import type { SearchPlan } from "./search-plan.ts";

/** BM25: how fast repeated terms stop counting, and how much long texts count less. */
const K1 = 1.2;
const B = 0.75;
/** A term that only begins with the last search term counts this much of a whole one. */
const PREFIX_WEIGHT = 0.5;
const MAX_EXPANSIONS = 50;
/** The best ones that a search considers; reading beyond is an error. */
const MAX_CANDIDATES = 1024;

/** Where a matching document is to be had. */
type Place = { row: number } | { doc: JsonObject; size: number };

interface Candidate {
  iid: Uint8Array;
  creation: number;
  length: number;
  place: Place;
  score: number;
}

/**
 * The documents that match a search, best first, then newest first. The key of a row encodes that order, so that a page
 * of search results ends at a position like any other. Counts on the statistics of stored and pending documents.
 */
export class SearchScan implements RowSource {
  readonly #t: TransactionState;
  readonly #plan: SearchPlan;
  #ranked: { key: Buffer; place: Place }[] | null = null;
  #at = 0;

  constructor(t: TransactionState, plan: SearchPlan) {
    this.#t = t;
    this.#plan = plan;
  }

  next(): Row | null {
    this.#ranked ??= this.#rank();
    const found = this.#ranked[this.#at];
    if (found === undefined) return null;
    if (this.#at >= MAX_CANDIDATES) {
      throw badQuery(
        `Search query scanned too many documents (fetched ${MAX_CANDIDATES}). Consider using a smaller limit or ` +
          "using a filter field to make the search query more selective.",
      );
    }
    this.#at += 1;
    const { doc, size } = this.#load(found.place);
    this.#t.metrics.add("documentsRead", 1);
    this.#t.metrics.add("bytesRead", size);
    return { key: found.key, doc, size };
  }

  /** Skips what stands up to and with the position `key`. */
  skipTo(key: Buffer): void {
    this.#ranked ??= this.#rank();
    while (this.#at < this.#ranked.length && Buffer.compare(this.#ranked[this.#at]!.key, key) <= 0) this.#at += 1;
  }

  #load(place: Place): { doc: JsonObject; size: number } {
    if ("doc" in place) return place;
    const { size, json } = this.#t.store.search.document(place.row);
    return { size, doc: JSON.parse(json) as JsonObject };
  }

  #rank(): { key: Buffer; place: Place }[] {
    const { index, terms, prefix, filters } = this.#plan;
    this.#t.metrics.add("databaseQueries", 1);
    if (terms.length === 0) return [];
    this.#t.reads.token({ indexId: index.id, terms, prefix, filters });
    const pending = pendingEntries(this.#t, this.#plan);
    return bestOf(this.#candidates(this.#weights(pending), pending), MAX_CANDIDATES + 1).map(
      ({ score, creation, iid, place }) => {
        const idFromHigh = Buffer.from(iid.map((byte) => 255 - byte)).toString("hex");
        return { key: encodeKey([-score, -creation, idFromHigh]), place };
      },
    );
  }

  /** Every term to look up with its weight: those searched for, and longer ones that begin with the last. */
  #weights(pending: PendingEntries): Map<string, number> {
    const { index, terms, prefix } = this.#plan;
    const weights = new Map<string, number>();
    if (prefix !== null) {
      const longer = new Set(this.#t.store.search.expansions(index.id, prefix, MAX_EXPANSIONS));
      for (const { entry } of pending.live) {
        for (const term of entry.terms.keys()) if (term.startsWith(prefix)) longer.add(term);
      }
      for (const term of [...longer].sort().slice(0, MAX_EXPANSIONS)) weights.set(term, PREFIX_WEIGHT);
    }
    for (const term of terms) weights.set(term, 1);
    return weights;
  }

  /**
   * Every document that matches, with its score. A common word has very many: what is done for each of them is little, and the best
   * are picked afterwards.
   */
  #candidates(weights: ReadonlyMap<string, number>, pending: PendingEntries): Candidate[] {
    const { index, filters } = this.#plan;
    const { docs, averageLength } = this.#statistics(pending);
    const stored = new Map<number, Candidate>();
    const written = new Map<Buffer, Candidate>();
    const passes = (keys: readonly string[]) => filters.every(({ field, key }) => keys[field] === key);
    const hasWrites = pending.touched.size > 0;
    for (const [term, weight] of weights) {
      const found: { candidate: Candidate; tf: number }[] = [];
      let frequency = 0;
      for (const { iid, tf, doc, creation, length, filters: keys } of this.#t.store.search.postings(index.id, term)) {
        if (hasWrites && pending.touched.has(Buffer.from(iid).toString("hex"))) continue;
        frequency += 1;
        if (filters.length > 0 && !passes(keys.split(","))) continue;
        let candidate = stored.get(doc);
        if (candidate === undefined) stored.set(doc, (candidate = { iid, creation, length, place: { row: doc }, score: 0 }));
        found.push({ candidate, tf });
      }
      for (const { iid, doc, size, entry } of pending.live) {
        const tf = entry.terms.get(term);
        if (tf === undefined) continue;
        frequency += 1;
        if (!passes(entry.filters)) continue;
        const creation = doc["_creationTime"] as number;
        let candidate = written.get(iid);
        if (candidate === undefined) {
          written.set(iid, (candidate = { iid, creation, length: entry.length, place: { doc, size }, score: 0 }));
        }
        found.push({ candidate, tf });
      }
      const rarity = Math.log(1 + (docs - frequency + 0.5) / (frequency + 0.5));
      for (const { candidate, tf } of found) {
        const saturation = (tf * (K1 + 1)) / (tf + K1 * (1 - B + (B * candidate.length) / averageLength));
        candidate.score += weight * rarity * saturation;
      }
    }
    return [...stored.values(), ...written.values()];
  }

  #statistics(pending: PendingEntries): { docs: number; averageLength: number } {
    const stored = this.#t.store.search.stats(this.#plan.index.id);
    const docs = stored.docs + pending.docsDelta;
    return { docs, averageLength: Math.max(1, (stored.terms + pending.termsDelta) / Math.max(1, docs)) };
  }
}

/** The `most` best candidates: by score, then the newest, then the higher id first. */
function bestOf(candidates: Candidate[], most: number): Candidate[] {
  let best = candidates;
  if (candidates.length > most) {
    const least = Float64Array.from(candidates, ({ score }) => score).sort()[candidates.length - most]!;
    best = candidates.filter(({ score }) => score >= least);
  }
  return best
    .sort((a, b) => b.score - a.score || b.creation - a.creation || Buffer.compare(b.iid, a.iid))
    .slice(0, most);
}

/** What this transaction's own writes change about a search index. */
interface PendingEntries {
  /** Hex internal ids of all documents written, whose stored entries do not count any more. */
  touched: Set<string>;
  live: { iid: Buffer; doc: JsonObject; size: number; entry: SearchEntry }[];
  docsDelta: number;
  termsDelta: number;
}

function pendingEntries(t: TransactionState, { index }: SearchPlan): PendingEntries {
  const result: PendingEntries = { touched: new Set(), live: [], docsDelta: 0, termsDelta: 0 };
  for (const { table, id, before, after } of t.overlay.docs.values()) {
    if (table.ns !== index.ns || table.name !== index.table) continue;
    const iid = decodeId(id)!.internalId;
    result.touched.add(iid.toString("hex"));
    const was = before && searchEntry(index, before.doc);
    const is = after && searchEntry(index, after.doc);
    result.docsDelta += Number(is !== null) - Number(was !== null);
    result.termsDelta += (is?.length ?? 0) - (was?.length ?? 0);
    if (after !== null && is !== null) result.live.push({ iid, doc: after.doc, size: after.size, entry: is });
  }
  return result;
}
