/** For tests: long and short mutations on few rows, and a serial model that has to explain all they saw and left. */
import { schemaOf } from "../storage/test-store.ts";
import { seededRandom } from "../values/random-value.ts";
import { turns } from "./long-call.ts";
import { LONG_CALLS } from "./long-calls.fixture.ts";
import { nobody, TestRunner } from "./test-app.ts";

interface Op {
  op: "read" | "add" | "count" | "put" | "take" | "spend" | "fail";
  name: string;
  n: number;
}

/** A mutation that was answered. */
interface Done {
  ops: Op[];
  seen: unknown;
  ts: bigint;
}

const ROWS = ["a", "b", "c"];
const KINDS: Op["op"][] = ["read", "read", "add", "add", "count", "put", "take", "fail"];

/** Numbers of rows and of items by name. */
class Model {
  readonly rows = new Map(ROWS.map((name) => [name, 0]));
  readonly items = new Map(ROWS.map((name) => [name, 0]));

  /** Does `ops` and answers what is to be seen. */
  apply(ops: Op[]): unknown[] {
    const seen: unknown[] = [];
    for (const { op, name, n } of ops) {
      const [row, items] = [this.rows.get(name)!, this.items.get(name)!];
      if (op === "read" || op === "add") seen.push(row);
      if (op === "add") this.rows.set(name, row + n);
      if (op === "count") seen.push(items);
      if (op === "put") this.items.set(name, items + 1);
      if (op === "take") {
        seen.push(items > 0);
        this.items.set(name, Math.max(0, items - 1));
      }
    }
    return seen;
  }
}

/**
 * Lets `clients` call `calls` mutations each, every other client long ones, and throws unless all of them together are what
 * they would be one after the other in the order of their commits. Answers how many were done, and given up for conflicts.
 */
export async function playInterleaved(o: { seed: number; clients: number; calls: number }): Promise<{ done: number; conflicts: number }> {
  const random = seededRandom(o.seed);
  const upTo = (n: number): number => Math.floor(random() * n);
  Object.assign(turns, { firstMs: 2, laterMs: 1, lastHoldMs: 5 });
  const t = await TestRunner.open({ app: { "long.ts": LONG_CALLS } });
  try {
    const schema = schemaOf({ rows: { indexes: { by_name: ["name"] } }, items: { indexes: { by_name: ["name"] } } }, false);
    await t.runner.transact((txn) => txn.atFlush(({ catalog }) => void catalog.applySchema(0, schema)));
    for (const name of ROWS) await t.mutate("long:set", { name, n: 0 });
    const done: Done[] = [];
    let conflicts = 0;
    const client = async (isLong: boolean): Promise<void> => {
      for (let i = 0; i < o.calls; i++) {
        const ops = Array.from({ length: 1 + upTo(isLong ? 6 : 3) }, (): Op => ({ op: KINDS[upTo(KINDS.length)]!, name: ROWS[upTo(ROWS.length)]!, n: 1 + upTo(9) }));
        if (isLong) for (let at = upTo(3); at <= ops.length; at += 1 + upTo(3)) ops.splice(at, 0, { op: "spend", name: "a", n: upTo(120) });
        const { result, ts, conflicted } = await t.runner.mutation({ path: "long:work", args: { ops } as never, caller: nobody });
        if (result.ok) done.push({ ops, seen: result.value, ts });
        else if (conflicted) conflicts += 1;
        else throw new Error(result.error.message);
      }
    };
    await Promise.all(Array.from({ length: o.clients }, (_, i) => client(i % 2 === 0)));
    await compare(t, done);
    return { done: done.length, conflicts };
  } finally {
    await t.end();
  }
}

async function compare(t: TestRunner, done: Done[]): Promise<void> {
  const model = new Model();
  const writes = ({ ops }: Done): boolean => ops.some(({ op }) => ["add", "put", "take"].includes(op));
  // What only read comes behind the commit whose timestamp it was told.
  done.sort((a, b) => (a.ts === b.ts ? Number(writes(b)) - Number(writes(a)) : a.ts < b.ts ? -1 : 1));
  for (const { ops, seen, ts } of done) {
    const expected = model.apply(ops);
    if (JSON.stringify(seen) !== JSON.stringify(expected)) {
      throw new Error(`At ${ts} ${JSON.stringify(ops)} saw ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}.`);
    }
  }
  for (const name of ROWS) {
    const left = await t.mutate("long:work", { ops: [{ op: "read", name, n: 0 }, { op: "count", name, n: 0 }] });
    const expected = [model.rows.get(name), model.items.get(name)];
    if (JSON.stringify(left) !== JSON.stringify(expected)) throw new Error(`${name} is ${JSON.stringify(left)}, not ${JSON.stringify(expected)}.`);
  }
}
