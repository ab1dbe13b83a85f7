import { describe, expect, it } from "vitest";
import { checkStore } from "../storage/check.ts";
import { pluck, schemaOf, search, TestStore } from "../storage/test-store.ts";
import type { Transaction } from "../storage/transaction.ts";
import { termsOf } from "../storage/terms.ts";
import { compareValues, type Json, type JsonObject } from "../values/json.ts";
import { seededRandom } from "../values/random-value.ts";

const WORDS = ["card", "cards", "cardinal", "money", "top", "up", "failed", "fail", "rate", "a", "über", "42"];

/** Every document that matches, in order, worked out from the documents themselves (SPEC Q22). */
function slowSearch(docs: readonly JsonObject[], text: string, equal: Record<string, Json>): JsonObject[] {
  const asked = termsOf(text);
  const last = asked.at(-1);
  if (last === undefined) return [];
  const indexed = docs
    .filter(({ body }) => typeof body === "string")
    .map((doc) => ({ doc, terms: termsOf(doc["body"] as string) }));
  const average = Math.max(1, indexed.reduce((sum, { terms }) => sum + terms.length, 0) / Math.max(1, indexed.length));
  const longer = [...new Set(indexed.flatMap(({ terms }) => terms))].filter(
    (term) => term !== last && term.startsWith(last),
  );
  const weights = new Map([
    ...longer.sort().map((term) => [term, 0.5] as const),
    ...asked.map((term) => [term, 1] as const),
  ]);
  const scores = new Map<JsonObject, number>();
  for (const [term, weight] of weights) {
    const holding = indexed.filter(({ terms }) => terms.includes(term));
    const rarity = Math.log(1 + (indexed.length - holding.length + 0.5) / (holding.length + 0.5));
    for (const { doc, terms } of holding) {
      const tf = terms.filter((one) => one === term).length;
      const score = (weight * rarity * tf * 2.2) / (tf + 1.2 * (0.25 + (0.75 * terms.length) / average));
      scores.set(doc, (scores.get(doc) ?? 0) + score);
    }
  }
  // What differs only by the order in which it was added up is the same score.
  const rounded = (doc: JsonObject) => Math.round(scores.get(doc)! * 1e9);
  return [...scores.keys()]
    .filter((doc) => Object.entries(equal).every(([field, value]) => compareValues(doc[field], value) === 0))
    .sort((a, b) => rounded(b) - rounded(a) || (b["_creationTime"] as number) - (a["_creationTime"] as number));
}

class Library {
  readonly test = new TestStore();
  readonly docs = new Map<string, JsonObject>();
  readonly random: () => number;
  #n = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    const words = { indexDescriptor: "words", searchField: "body", filterFields: ["lang", "kind"] };
    this.test.store.catalog.applySchema(0, schemaOf({ t: { searchIndexes: [words] } }));
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)]!;
  }

  text(most: number): string {
    return Array.from({ length: Math.floor(this.random() * most) + 1 }, () => this.pick(WORDS)).join(" ");
  }

  fields(): JsonObject {
    const doc: JsonObject = { n: this.#n++, body: this.random() < 0.05 ? null : this.text(8) };
    if (this.random() < 0.8) doc["lang"] = this.pick(["en", "de", "a very long name of a language ".repeat(5)]);
    if (this.random() < 0.5) doc["kind"] = this.pick<Json>([1, "voted"]);
    return doc;
  }

  write(txn: Transaction): void {
    const roll = this.random();
    const ids = [...this.docs.keys()];
    const id = this.pick(ids);
    if (roll < 0.5 || id === undefined) {
      const made = txn.insert(0, "t", this.fields());
      this.docs.set(made, txn.get(0, made, { isSystem: false })!);
    } else if (roll < 0.8) {
      const { n: _, ...change } = this.fields();
      txn.patch(0, id, this.random() < 0.5 ? change : { body: change["body"]! });
      this.docs.set(id, txn.get(0, id, { isSystem: false })!);
    } else {
      txn.remove(0, id);
      this.docs.delete(id);
    }
  }

  expectSame(txn: Transaction): void {
    const text = this.text(3);
    const equal: Record<string, Json> = {};
    if (this.random() < 0.5) equal["lang"] = this.pick(["en", "a very long name of a language ".repeat(5)]);
    if (this.random() < 0.3) equal["kind"] = "voted";
    const found = txn.query(0, search("t.words", "body", text, equal)).collect();
    expect(pluck(found, "n")).toEqual(pluck(slowSearch([...this.docs.values()], text, equal), "n"));
  }
}

describe("text search", () => {
  it.each([1, 2])("Q22, Q23: finds and orders what the documents themselves say, whatever was written (%i)", (seed) => {
    const library = new Library(seed);
    const { test } = library;
    for (let round = 0; round < 20; round++) {
      const txn = test.begin();
      for (let i = 0; i < 20; i++) library.write(txn);
      library.expectSame(txn);
      test.commit(txn);
      if (round % 10 === 9) test.reopen();
      for (let i = 0; i < 4; i++) library.expectSame(test.read());
    }
    expect(checkStore(test.store)).toEqual([]);
  });
});
