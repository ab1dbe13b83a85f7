import { describe, expect, it } from "vitest";
import { compareValues, type Json, type JsonObject } from "../values/json.ts";
import { randomValue, seededRandom } from "../values/random-value.ts";
import { fieldAt } from "../values/sort-key.ts";
import type { Mark } from "./overlay.ts";
import { range, schemaOf, TestStore } from "./test-store.ts";
import type { Transaction } from "./transaction.ts";

const INDEXES = {
  by_a: ["a", "_creationTime"],
  by_a_and_b: ["a", "b", "_creationTime"],
  by_nested: ["n.x", "_creationTime"],
  by_creation_time: ["_creationTime"],
};
const { by_creation_time: _own, ...DECLARED } = INDEXES;
const BOUNDS = ["Gt", "Gte", "Lt", "Lte"] as const;

/** The store beside a list of documents that is searched and sorted the slow way. */
class Race {
  readonly test = new TestStore();
  readonly random: () => number;
  docs = new Map<string, JsonObject>();
  committed = new Map<string, JsonObject>();
  marks: { mark: Mark; docs: Map<string, JsonObject> }[] = [];
  txn: Transaction;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    this.test.store.catalog.applySchema(0, schemaOf({ t: { indexes: DECLARED } }));
    this.txn = this.test.begin();
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)]!;
  }

  /** Few different values, so that keys collide, and some wild ones. */
  value(): Json {
    return this.random() < 0.8 ? this.pick<Json>([1, 2, 3, "x", null]) : randomValue(this.random, 1);
  }

  fields(): JsonObject {
    const doc: JsonObject = { note: this.random() };
    if (this.random() < 0.9) doc["a"] = this.value();
    if (this.random() < 0.7) doc["b"] = this.value();
    if (this.random() < 0.5) doc["n"] = this.random() < 0.8 ? { x: this.value() } : this.value();
    return doc;
  }

  step(): void {
    const roll = this.random();
    const ids = [...this.docs.keys()];
    if (roll < 0.4 || ids.length === 0) {
      const id = this.txn.insert(0, "t", this.fields());
      this.docs.set(id, this.txn.get(0, id, { isSystem: false })!);
    } else if (roll < 0.55) {
      const id = this.pick(ids);
      const change = this.fields();
      this.docs.set(id, { ...this.docs.get(id), ...change });
      this.txn.patch(0, id, change);
    } else if (roll < 0.65) {
      const id = this.pick(ids);
      const { _id, _creationTime } = this.docs.get(id)!;
      const next = this.fields();
      this.docs.set(id, { _id: _id!, _creationTime: _creationTime!, ...next });
      this.txn.replace(0, id, next);
    } else if (roll < 0.75) {
      const id = this.pick(ids);
      this.txn.remove(0, id);
      this.docs.delete(id);
    } else if (roll < 0.83) this.marks.push({ mark: this.txn.mark(), docs: new Map(this.docs) });
    else if (roll < 0.9) this.endSub(this.random() < 0.5);
    else if (roll < 0.97) this.end();
    else this.crash();
  }

  endSub(isFailed: boolean): void {
    const sub = this.marks.pop();
    if (sub === undefined || !isFailed) return;
    this.txn.rollbackTo(sub.mark);
    this.docs = sub.docs;
  }

  /** Commits, alone or with an empty transaction in the same group, and goes on in a new one. */
  end(): void {
    this.marks = [];
    this.test.commit(this.txn);
    this.committed = new Map(this.docs);
    this.txn = this.test.begin();
  }

  /** Loses the running transaction, now and then in the middle of its flush. */
  crash(): void {
    this.marks = [];
    if (this.random() < 0.5) {
      this.test.store.begin();
      this.txn.flush();
    }
    this.test.reopen();
    this.docs = new Map(this.committed);
    this.txn = this.test.begin();
  }

  /** One random range in both directions, and one point. */
  check(): void {
    const name = this.pick(Object.keys(INDEXES) as (keyof typeof INDEXES)[]);
    const fields = INDEXES[name];
    const sorted = [...this.docs.values()].sort((x, y) => {
      for (const field of [...fields, "_id"]) {
        const order = compareValues(fieldAt(x, field), fieldAt(y, field));
        if (order !== 0) return order;
      }
      return 0;
    });
    const bounds: [string, string, Json][] = [];
    const width = Math.floor(this.random() * 3);
    const isBounded = (i: number): boolean => i === width && this.random() < 0.5;
    for (const [i, field] of fields.entries()) {
      if (i > width) break;
      if (isBounded(i)) bounds.push([this.pick(BOUNDS), field, this.bound(field)]);
      else if (i < width) bounds.push(["Eq", field, this.bound(field)]);
    }
    const expected = sorted.filter((doc) => bounds.every(([op, field, v]) => satisfies(op, fieldAt(doc, field), v)));
    const typed = bounds as Parameters<typeof range>[1];
    expect(this.txn.query(0, range(`t.${name}`, typed, "asc")).collect()).toEqual(expected);
    expect(this.txn.query(0, range(`t.${name}`, typed, "desc")).collect()).toEqual(expected.toReversed());
    const limit = Math.floor(this.random() * 4);
    expect(this.txn.query(0, range(`t.${name}`, typed, "asc", { limit })).collect()).toEqual(expected.slice(0, limit));
    expect(this.txn.count(0, "t")).toBe(this.docs.size);
    const id = this.pick([...this.docs.keys()]);
    if (id !== undefined) expect(this.txn.get(0, id, { isSystem: false })).toEqual(this.docs.get(id));
  }

  /** A bound that often hits: a value that some document has. */
  bound(field: string): Json {
    const doc = this.pick([...this.docs.values()]);
    return (doc && this.random() < 0.8 ? fieldAt(doc, field) : this.value()) ?? { $undefined: null };
  }
}

function satisfies(op: string, value: Json | undefined, bound: Json): boolean {
  const order = compareValues(value, bound);
  switch (op) {
    case "Eq":
      return order === 0;
    case "Gt":
      return order > 0;
    case "Gte":
      return order >= 0;
    case "Lt":
      return order < 0;
    default:
      return order <= 0;
  }
}

describe("a transaction over a store", () => {
  it.each([1, 2, 3, 4])("S5, S10, S20, S23, Q2, Q3: agrees with a plain list of documents (seed %i)", (seed) => {
    const race = new Race(seed);
    for (let i = 0; i < 300; i++) {
      race.step();
      race.check();
    }
    expect(race.docs.size, "documents left to compare").toBeGreaterThan(10);
  });

  it.each([11, 12, 13])("S20, Q6: a scan sees the writes made ahead of it while it runs (seed %i)", (seed) => {
    const race = new Race(seed);
    for (let i = 0; i < 120; i++) race.step();
    for (const order of ["asc", "desc"] as const) {
      const sign = order === "asc" ? 1 : -1;
      const compare = (x: JsonObject, y: JsonObject): number => {
        const byA = compareValues(x["a"], y["a"]) || compareValues(x["_creationTime"], y["_creationTime"]);
        return sign * (byA || compareValues(x["_id"], y["_id"]));
      };
      const cursor = race.txn.query(0, range("t.by_a", [], order));
      let last: JsonObject | null = null;
      for (;;) {
        const ahead = [...race.docs.values()].filter((doc) => last === null || compare(doc, last) > 0).sort(compare);
        const doc = cursor.next();
        expect(doc).toEqual(ahead[0] ?? null);
        if (doc === null) break;
        last = doc;
        const id = race.txn.insert(0, "t", race.fields());
        race.docs.set(id, race.txn.get(0, id, { isSystem: false })!);
        const victim = race.pick([...race.docs.keys()]);
        race.txn.remove(0, victim);
        race.docs.delete(victim);
        const spare = race.pick([...race.docs.keys()]);
        race.txn.remove(0, spare);
        race.docs.delete(spare);
      }
    }
  });
});
